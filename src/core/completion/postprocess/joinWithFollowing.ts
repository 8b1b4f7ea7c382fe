import type { DraftFilter } from './draft.ts'
import { scanDraft } from './scanDraft.ts'

/**
 * The editor closes brackets, quotes and comments by itself, and the model closes them once more. Where the answer comes to what
 * already stands after the cursor, the answer either ends there, or goes on and takes its place.
 *
 * `print(|)` + `x)` gives `print(x)`; `if (|)` + `a) {` gives `if (a) {`; `print(|)` + `f(x)` gives `print(f(x))`.
 */
export const joinWithFollowing: DraftFilter = (draft, place) => {
	const { code, around, aroundEnd = draft.text.length } = scanDraft(draft.text, place)
	// What the cursor is in is text as far as it goes: brackets in it are counted all the same.
	const counted = around ? draft.text.slice(0, aroundEnd) + code.slice(aroundEnd) : code
	const answer = { text: draft.text, counted, quoteEnd: around && aroundEnd, quote: around?.close }
	const { text, taken } = join(answer, place.after.trimEnd())
	return text === '' ? 'repeatsWhatFollows' : { text, replaceAfter: taken }
}

interface Scanned {
	readonly text: string
	/** The same with nothing in strings and comments that could be taken for a bracket. */
	readonly counted: string
	/** Where what the cursor is in ends, and with what. */
	readonly quoteEnd?: number | undefined
	readonly quote?: string | undefined
}

/** `taken`: how many characters of `following` the text contains, in their order, and so replaces. */
function join(answer: Scanned, following: string): { readonly text: string; readonly taken: number } {
	const { text } = answer
	const closers = following.trimStart()
	const gap = following.length - closers.length
	const meeting = closers === '' ? undefined : meetingPoint(answer, closers)
	if (meeting === undefined) return { text, taken: 0 }
	const common = commonLength(text.slice(meeting), closers)
	const end = meeting + common
	// White space before the bracket would be lost by a replacement: the answer ends at the bracket then.
	if (end === text.length || gap > 0) return { text: text.slice(0, meeting), taken: 0 }
	const rest = join({ text: text.slice(end), counted: answer.counted.slice(end) }, closers.slice(common))
	return { text: text.slice(0, end) + rest.text, taken: common + rest.taken }
}

/** Where the answer closes what the text after the cursor closes, rather than something that it opened itself. */
function meetingPoint({ text, counted, quoteEnd, quote }: Scanned, following: string): number | undefined {
	if (quote !== undefined && quote !== '\n' && following.startsWith(quote)) {
		return quoteEnd !== undefined && quoteEnd < text.length ? quoteEnd : endMeeting(text, following)
	}
	const first = following.charAt(0)
	if (')]}>'.includes(first)) return unmatchedCloser(counted, first)
	const at = `"'\``.includes(first) ? unescapedQuote(text, first) : -1
	return at >= 0 ? at : endMeeting(text, following)
}

function endMeeting(text: string, following: string): number | undefined {
	return text.endsWith(following) ? text.length - following.length : undefined
}

function unmatchedCloser(code: string, closer: string): number | undefined {
	const opener = '([{<'[')]}>'.indexOf(closer)]
	let depth = 0
	for (let index = 0; index < code.length; index++) {
		const character = code[index]
		// The head of an arrow closes nothing.
		if (character === '>' && (code[index - 1] === '=' || code[index - 1] === '-')) continue
		if (character === opener) depth++
		else if (character === closer && --depth < 0) return index
	}
	return undefined
}

function unescapedQuote(answer: string, quote: string): number {
	for (let index = 0; index < answer.length; index++) {
		if (answer[index] === '\\') index++
		else if (answer[index] === quote) return index
	}
	return -1
}

function commonLength(a: string, b: string): number {
	let length = 0
	while (length < a.length && length < b.length && a[length] === b[length]) length++
	return length
}
