import { createHash } from 'node:crypto'
import { chunkCode } from '../../core/retrieval/chunkCode.ts'
import { chunkPlain } from '../../core/retrieval/chunkPlain.ts'
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
	readonly fields: SearchFields
}

/** @param text without secrets */
export async function chunkFile(reader: SymbolReader, path: string, text: string): Promise<IndexedChunk[]> {
	const lines = text.split('\n')
	const grammar = grammarOfPath(path)
	// A file of data defines nothing: its keys are found as words.
	const symbols = grammar && (await reader.read({ path, grammar, text }).catch(() => undefined))
	const isCode = symbols !== undefined && symbols.definitions.length > 0
	const chunks = isCode ? chunkCode(lines, symbols.definitions) : chunkPlain(path, lines)
	const isText = grammar === undefined
	return chunks.map((chunk) => ({
		...chunk,
		key: keyOf(chunk.name, lines.slice(chunk.startLine, chunk.endLine).join('\n')),
		fields: searchFields(path, lines, chunk, isText),
	}))
}

function keyOf(name: string, text: string): string {
	return createHash('sha256').update(`${name}\n${text}`).digest('base64url').slice(0, 20)
}
