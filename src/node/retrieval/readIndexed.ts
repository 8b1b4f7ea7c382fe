import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { DocumentRefusal } from '../../core/chat/readableFiles.ts'
import { isPaged } from '../../core/documentPage.ts'
import { isReadableText } from '../../core/retrieval/isSearchable.ts'
import type { PdfReader } from '../documents/pdfReader.ts'

/** What the index reads of a file. */
export interface IndexedText {
	/** Of its content. */
	readonly hash: string
	readonly text: string
	/** False: nothing that words are found in. */
	readonly isText: boolean
	/** Where each page begins. */
	readonly pages?: readonly number[]
	readonly refused?: DocumentRefusal
}

/** Undefined where there is nothing to be read. @param file absolute */
export async function readIndexed(file: string, pdf: PdfReader | undefined): Promise<IndexedText | undefined> {
	if (!isPaged(file)) {
		const text = await readFile(file, 'utf8').catch(() => undefined)
		return text === undefined ? undefined : { hash: hashOf(text), text, isText: isReadableText(text) }
	}
	const found = await pdf?.read(file)
	if (!found || ('refused' in found && found.refused === 'missing')) return undefined
	if ('refused' in found) return { hash: found.refused, text: '', isText: false, refused: found.refused }
	const text = found.lines.join('\n')
	return { hash: hashOf(text), text, isText: true, pages: found.pages }
}

function hashOf(text: string): string {
	return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
