import type { DraftFilter } from './draft.ts'

/** Of an answer of several lines that was cut at the limit of tokens, the last line is half a line. */
export const dropCutLine: DraftFilter = (draft, { isCut }) => {
	const lastBreak = draft.text.lastIndexOf('\n')
	return isCut && lastBreak >= 0 ? { ...draft, text: draft.text.slice(0, lastBreak) } : draft
}
