import type { CancellationToken } from '../../shared/cancellation.ts'

/** A place in a document that the structure was told of; `version` is the one that the question is about. */
export interface StructurePlace {
	readonly documentId: string
	readonly version: number
	/** From 0; characters in UTF-16 code units. */
	readonly line: number
	readonly character: number
}

/** What the code around a cursor is. */
export interface CodePlace {
	readonly scope: 'code' | 'comment' | 'string'
	/** The cursor stands in a block with nothing in it, or directly behind what opens one. */
	readonly inEmptyBlock: boolean
	/** The line is blank and a comment stands directly above it: what follows is what the comment announces. */
	readonly afterComment: boolean
	/** Kinds and names of the definitions around the cursor, outermost first. */
	readonly enclosing: readonly {
		readonly type: string
		readonly name: string | undefined
		readonly startLine: number
	}[]
}

/** What becomes of a document when a text is put into it. */
export interface InsertionCheck {
	/** Errors of the syntax with the text, less those without it and without what stands on the cursor's line. */
	readonly newErrors: number
	/**
	 * How many characters of the text to keep so that it ends with a whole statement or definition of those that began on the
	 * cursor's line; the text's length where nothing is to be cut, 0 where its first line alone breaks what was whole.
	 */
	readonly keep: number
	/** Brackets that would close what the text leaves open. */
	readonly missingClosers: string
	/** Names that the text uses and that stand nowhere in the document, at most 50, in order. */
	readonly newNames: readonly string[]
	/** Those of them that stand by themselves: not behind a dot, and no key of an argument. */
	readonly freeNames?: readonly string[]
	/** Those of them that neither the workspace nor the language's library has; absent where too little is known to tell. */
	readonly unknownNames?: readonly string[]
}

/**
 * Knows the syntax of open documents. Everything is computed beside the host's thread; an answer that is not there in time is
 * none. Never rejects: undefined where there is no grammar, the document is too large or unknown, or the token was cancelled.
 */
export interface CodeStructure {
	placeOf(place: StructurePlace, token: CancellationToken): Promise<CodePlace | undefined>
	/** @param replaceEnd the end of what the text replaces on the cursor's line; its start is the place */
	checkInsertion(
		insertion: { readonly place: StructurePlace; readonly replaceEnd: number; readonly text: string },
		token: CancellationToken,
	): Promise<InsertionCheck | undefined>
}
