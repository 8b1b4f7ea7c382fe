import type { DraftFilter } from './draft.ts'

/**
 * The editor closes brackets and quotes by itself, and the model closes them once more. Where the answer comes to what
 * already stands after the cursor, the answer either ends there, or goes on and takes its place.
 *
 * `print(|)` + `x)` gives `print(x)`; `if (|)` + `a) {` gives `if (a) {`; `print(|)` + `f(x)` gives `print(f(x))`.
 */
export const joinWithFollowing: DraftFilter = (draft, { after }) => {
	const following = after.trimEnd()
	if (following === '') return draft
	const gap = following.length - following.trimStart().length
	const meeting = meetingPoint(draft.text, following.slice(gap))
	if (meeting === undefined) return draft
	const common = commonLength(draft.text.slice(meeting), following.slice(gap))
	const goesOn = meeting + common < draft.text.length
	// Space before the bracket would be lost by a replacement: the answer ends at the bracket then.
	if (goesOn && gap === 0) return { text: draft.text, replaceAfter: common }
	const text = draft.text.slice(0, meeting)
	return text === '' ? 'repeatsWhatFollows' : { ...draft, text }
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
