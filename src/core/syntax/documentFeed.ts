/** The text of an open document, as the editor has it: line breaks are those of the document. */
export interface OpenDocument {
	readonly documentId: string
	readonly languageId: string
	/** Absolute, of its file; undefined where it has none. */
	readonly file?: string | undefined
	readonly version: number
	readonly text: string
}

/** What was replaced by what. Offsets in UTF-16 code units, line breaks counted as they are; lines from 0. */
export interface TextChange {
	readonly start: number
	readonly end: number
	readonly startPoint: { readonly row: number; readonly column: number }
	readonly endPoint: { readonly row: number; readonly column: number }
	readonly text: string
}

export interface DocumentChange {
	readonly documentId: string
	/** The version before, so that a change that was missed is noticed. */
	readonly before: number
	readonly version: number
	/** One after the other: each is about the text that the ones before it have made. */
	readonly changes: readonly TextChange[]
}

/** Is told of open documents and what happens to them. Never throws; returns at once. */
export interface DocumentFeed {
	/** Whether a document is worth being told of. */
	takes(document: { readonly languageId: string; readonly lineCount: number }): boolean
	/** Told again of a document, it forgets what it knew. */
	open(document: OpenDocument): void
	/** Of a document that it does not know it says so: it has to be opened again. */
	change(change: DocumentChange): void
	close(documentId: string): void
}
