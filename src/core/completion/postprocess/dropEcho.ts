import type { DraftFilter } from './draft.ts'

/** Shorter ones may well be written twice. */
const shortestEcho = 8

/**
 * A model that begins its line anew has the part that is there taken off; one that has nothing to say but the line above, on a line
 * of its own, is lost.
 */
export const dropEcho: DraftFilter = (draft, { before, after, previousLine }) => {
	const text = withoutEcho(draft.text, before)
	const [first = ''] = text.split('\n', 1)
	const isWholeLine = before.trim() === '' && after.trim() === ''
	const isSameAgain = isWholeLine && isLong(first.trim()) && first.trim() === previousLine?.trim()
	if (isSameAgain) return 'repeatsWhatPrecedes'
	return text === draft.text ? draft : { ...draft, text }
}

function withoutEcho(text: string, before: string): string {
	const written = before.trim()
	const answer = text.trimStart()
	// A single word may be followed by itself: `Person Person`.
	if (!isLong(written) || !/\W/.test(written) || !answer.startsWith(written)) return text
	const rest = answer.slice(written.length)
	if (/\w$/.test(written) && /^\w/.test(rest)) return text
	return before.endsWith(' ') ? rest.trimStart() : rest
}

function isLong(text: string): boolean {
	return text.length >= shortestEcho && /\p{L}/u.test(text)
}
