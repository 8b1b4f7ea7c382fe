import type { DraftFilter } from './draft.ts'

/**
 * The editor closes brackets and quotes by itself, and the model closes them once more. Where the answer comes to what
 * already stands after the cursor, the answer either ends there, or goes on and takes its place.
 *
 * `print(|)` + `x)` gives `print(x)`; `if (|)` + `a) {` gives `if (a) {`; `print(|)` + `f(x)` gives `print(f(x))`.
 */
export const joinWithFollowing: DraftFilter = (draft, { after }) => {
	const { text, taken } = join(draft.text, after.trimEnd())
	return text === '' ? 'repeatsWhatFollows' : { text, replaceAfter: taken }
}

/** `taken`: how many characters of `following` the text contains, in their order, and so replaces. */
function join(answer: string, following: string): { readonly text: string; readonly taken: number } {
	const closers = following.trimStart()
	const gap = following.length - closers.length
	const meeting = closers === '' ? undefined : meetingPoint(answer, closers)
	if (meeting === undefined) return { text: answer, taken: 0 }
	const common = commonLength(answer.slice(meeting), closers)
	const end = meeting + common
	// White space before the bracket would be lost by a replacement: the answer ends at the bracket then.
	if (end === answer.length || gap > 0) return { text: answer.slice(0, meeting), taken: 0 }
	const rest = join(answer.slice(end), closers.slice(common))
	return { text: answer.slice(0, end) + rest.text, taken: common + rest.taken }
}

/** Where the answer closes what the text after the cursor closes, rather than something that it opened itself. */
function meetingPoint(answer: string, following: string): number | undefined {
	const first = following.charAt(0)
	if (')]}>'.includes(first)) return unmatchedCloser(answer, first)
	const quote = `"'\``.includes(first) ? unescapedQuote(answer, first) : -1
	if (quote >= 0) return quote
	return answer.endsWith(following) ? answer.length - following.length : undefined
}

function unmatchedCloser(answer: string, closer: string): number | undefined {
	const opener = '([{<'[')]}>'.indexOf(closer)]
	let depth = 0
	for (let index = 0; index < answer.length; index++) {
		const character = answer[index]
		// The head of an arrow closes nothing.
		if (character === '>' && (answer[index - 1] === '=' || answer[index - 1] === '-')) continue
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
