import type { NoSuggestionReason } from '../outcome.ts'

/** The model's answer on its way to becoming a suggestion. */
export interface Draft {
	readonly text: string
	/** How many characters after the cursor the text replaces: characters that it contains itself, so nothing is lost. */
	readonly replaceAfter: number
}

/** Where the draft is to be inserted. */
export interface DraftPlace {
	/** The editor's id of the language: what counts as a string or a comment. */
	readonly languageId: string
	/** One step of the indentation around the cursor; undefined where there is none. */
	readonly indentUnit: string | undefined
	/** The cursor's line up to the cursor. */
	readonly before: string
	/** The cursor's line from the cursor on. */
	readonly after: string
	/** The nearest line above that is not blank, if there is one near. */
	readonly previousLine: string | undefined
	/** The first line below that is not blank, if there is one near. */
	readonly nextLine: string | undefined
	/** The first lines below that are not blank, as far as they are near; `nextLine` is the first of them. */
	readonly linesBelow: readonly string[]
	/** Whether code fences stand around the cursor, and special tokens that are written out. */
	readonly hasFences: boolean
	readonly hasSpecialTokens: boolean
	/** The answer ended at the limit of tokens, not by itself. */
	readonly isCut: boolean
	/** Some of the answer was typed since it was made; absent: nothing. */
	readonly isTypedAlong?: boolean
}

/** One step from answer to suggestion: a changed draft, or the reason why nothing is shown. */
export type DraftFilter = (draft: Draft, place: DraftPlace) => Draft | NoSuggestionReason
