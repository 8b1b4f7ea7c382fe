import type { DraftFilter } from './draft.ts'

/** Nobody wants invisible characters at the end of a suggestion; one that has nothing else is none. */
export const trimEnd: DraftFilter = (draft) => {
	const text = draft.text.trimEnd()
	return text === '' ? 'onlyWhitespace' : { ...draft, text }
}
