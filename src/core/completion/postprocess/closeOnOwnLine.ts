import { docMarkOf } from './docMark.ts'
import type { DraftFilter, DraftPlace } from './draft.ts'
import { indentOf } from './indentation.ts'

/** Where closing brackets are gathered at the end of the last line. */
const gathersClosers = new Set(['clojure', 'lisp', 'racket', 'scheme', 'emacs-lisp'])

/** What closes the block in which the cursor stands goes below a text of several lines, as far in as the line that opens it. */
export const closeOnOwnLine: DraftFilter = (draft, place) => {
	if (draft.replaceAfter > 0) return draft
	const text = closedOnOwnLine(draft.text, place)
	return text === draft.text ? draft : { ...draft, text }
}

/** @param text without blanks at its end */
export function closedOnOwnLine(
	text: string,
	{ before, after, languageId }: Pick<DraftPlace, 'before' | 'after' | 'languageId'>,
): string {
	const following = after.trimStart()
	if (!text.includes('\n') || following === '' || gathersClosers.has(languageId)) return text
	const doc = docMarkOf({ before })
	if (doc?.kind === 'block') {
		// The stars of a comment stand below each other.
		const blank = doc.mark === '*/' && !after.startsWith(' ') ? ' ' : ''
		return following.startsWith(doc.mark) ? `${text}\n${indentOf(before)}${blank}` : text
	}
	const opener = before.trimEnd().at(-1) ?? ''
	const closer = { '{': '}', '(': ')', '[': ']' }[opener]
	if (closer === undefined || !following.startsWith(closer)) return text
	// What begins behind its bracket ends before it.
	const isBlock = opener === '{' || text.startsWith('\n')
	return isBlock ? `${text}\n${indentOf(before)}` : text
}
