/**
 * What the completion core sees of a document: single lines on demand, so that nobody copies 50 MB per keystroke.
 * Lines and characters count from 0, characters in UTF-16 code units.
 */
export interface DocumentLines {
	/** The same for the same document, such as its address. */
	readonly id: string
	/** Another one after every change. */
	readonly version: number
	/** The editor's language id, such as `typescript`. */
	readonly languageId: string
	readonly lineCount: number
	/** The line without its terminator. Only asked for 0 <= `line` < `lineCount`. */
	lineAt(line: number): string
	/** What is read before it, in this order: the cells above a notebook's cell. Nothing is ever changed there. */
	readonly above?: readonly DocumentLines[]
	/** The files that what is read before it is of, where they are others than the document. */
	readonly aboveFiles?: readonly string[]
}

export interface Position {
	readonly line: number
	readonly character: number
}

export function isHighSurrogate(codeUnit: number): boolean {
	return codeUnit >= 0xd800 && codeUnit <= 0xdbff
}

export function isLowSurrogate(codeUnit: number): boolean {
	return codeUnit >= 0xdc00 && codeUnit <= 0xdfff
}

/** Whether a cut at `index` would fall between the two halves of one character. */
export function splitsCharacter(text: string, index: number): boolean {
	return isHighSurrogate(text.charCodeAt(index - 1)) && isLowSurrogate(text.charCodeAt(index))
}
