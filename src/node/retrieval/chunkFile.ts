import { createHash } from 'node:crypto'
import type { DocumentPage } from '../../core/documentPage.ts'
import type { Chunk } from '../../core/retrieval/chunk.ts'
import { chunkCode } from '../../core/retrieval/chunkCode.ts'
import { chunkPages, chunkPlain } from '../../core/retrieval/chunkPlain.ts'
import { type SearchFields, searchFields } from '../../core/retrieval/searchFields.ts'
import { grammarOfPath } from '../../core/syntax/grammarOf.ts'
import type { SymbolReader } from '../symbols/symbolReader.ts'

/** A piece of a file, and what it is found by. */
export interface IndexedChunk {
	/** From 0, the end exclusive. */
	readonly startLine: number
	readonly endLine: number
	readonly name: string
	/** Of its text and name: by it its vector is known, wherever it moves. */
	readonly key: string
	readonly page?: DocumentPage
	readonly fields: SearchFields
}

/** @param text without secrets. @param pages where each page begins, of a document that has some */
export async function chunkFile(
	reader: SymbolReader,
	path: string,
	text: string,
	pages?: readonly number[],
): Promise<IndexedChunk[]> {
	const lines = text.split('\n')
	if (pages) return indexed(path, joinedWords(lines), chunkPages(lines, pages), true)
	const grammar = grammarOfPath(path)
	// A file of data defines nothing: its keys are found as words.
	const symbols = grammar && (await reader.read({ path, grammar, text }).catch(() => undefined))
	const isCode = symbols !== undefined && symbols.definitions.length > 0
	const chunks = isCode ? chunkCode(lines, symbols.definitions) : chunkPlain(path, lines)
	return indexed(path, lines, chunks, grammar === undefined)
}

function indexed(path: string, lines: readonly string[], chunks: readonly Chunk[], isText: boolean): IndexedChunk[] {
	return chunks.map((chunk) => ({
		...chunk,
		key: keyOf(chunk.name, lines.slice(chunk.startLine, chunk.endLine).join('\n')),
		fields: searchFields(path, lines, chunk, isText),
	}))
}

/** A word that is divided at the end of a line is found as a whole. The lines stay as many. */
function joinedWords(lines: readonly string[]): string[] {
	return lines.map((line, at) => {
		const next = /^(\p{Ll}+)/u.exec(lines[at + 1] ?? '')?.[1]
		return next !== undefined && /\p{Ll}-$/u.test(line) ? `${line.slice(0, -1)}${next}` : line
	})
}

function keyOf(name: string, text: string): string {
	return createHash('sha256').update(`${name}\n${text}`).digest('base64url').slice(0, 20)
}
