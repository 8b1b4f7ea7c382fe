/** A page of a document, such as a PDF. Places in it are lines of its whole text, and the page says which of them are its own. */
export interface DocumentPage {
	/** From 1. */
	readonly number: number
	/** Where it begins, a line of the document's text from 0. */
	readonly startLine: number
}

/** Lines of a file as people write them: `:4-9`, and `#page=3:4-9` on a page, which is how addresses name pages of a PDF. */
export function linesLabel(
	startLine: number | undefined,
	endLine: number | undefined,
	page: DocumentPage | undefined,
): string {
	if (startLine === undefined) return ''
	const before = page?.startLine ?? 0
	const end = endLine === undefined ? '' : `-${endLine - before}`
	return `${page ? `#page=${page.number}` : ''}:${startLine - before + 1}${end}`
}

/** Whether a file is a document of pages, by its name. */
export function isPaged(path: string): boolean {
	return /\.pdf$/i.test(path)
}
