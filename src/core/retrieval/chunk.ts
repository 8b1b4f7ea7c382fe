import type { DocumentPage } from '../documentPage.ts'

/** A piece of a file that is found as a whole. */
export interface Chunk {
	/** From 0, the end exclusive. */
	readonly startLine: number
	readonly endLine: number
	/** Of what is defined there, with what it is in, such as `Outer.method`; the headings of a section. Empty where it has none. */
	readonly name: string
	/** Of a document of pages: all of it is on this one. */
	readonly page?: DocumentPage
}

/** Lines; what is longer is found in pieces. */
export const longestChunk = 80
/** Pieces of one file. A file of data has many, and few of use. */
export const mostChunks = 1_500
/** Characters of a chunk that count. */
export const longestText = 12_000
