import type { DocumentRefusal } from '../../core/chat/readableFiles.ts'

/** The text of a PDF. */
export interface PdfText {
	readonly lines: readonly string[]
	/** Where each page begins, lines from 0. */
	readonly pages: readonly number[]
	/** Whether there are more pages than were read. */
	readonly isCut: boolean
}

/** What the process is asked. Both ends are one build of one program, so nothing is checked. */
export interface PdfMessage {
	readonly id: number
	readonly bytes: Uint8Array
}

export interface PdfReply {
	readonly id: number
	readonly result: PdfText | { readonly refused: DocumentRefusal }
}
