import type { Definition } from '../context/symbols/fileSymbols.ts'
import { type Chunk, mostChunks } from './chunk.ts'
import { splitLines } from './splitLines.ts'

/** Comments and what decorates a definition, above it. */
const above = /^\s*(?:\/\/|\/\*|\*|#(?!!)|--|;|@|"""|\[\w)/
const mostAbove = 60
/** Nothing but brackets and the like. */
const empty = /^[\s{}()[\];,]*(?:end\b)?[\s;]*$/

/**
 * The pieces of a source file: each function and method with the comment above it, each type without its methods, and what stands
 * between them. Every line that says something is in exactly one of them.
 */
export function chunkCode(lines: readonly string[], definitions: readonly Definition[]): Chunk[] {
	const owners = ownersOf(lines, definitions)
	const chunks: Chunk[] = []
	for (let start = 0; start < lines.length && chunks.length < mostChunks; ) {
		const owner = owners[start]
		let end = start + 1
		while (end < lines.length && owners[end] === owner) end++
		const name = owner ? nameOf(owner) : ''
		if (!isEmpty(lines, start, end)) {
			for (const span of splitLines(lines, start, end)) chunks.push({ startLine: span.start, endLine: span.end, name })
		}
		start = end
	}
	return chunks.slice(0, mostChunks)
}

/** The innermost definition that a line is of; undefined between them. */
function ownersOf(lines: readonly string[], definitions: readonly Definition[]): (Definition | undefined)[] {
	const owners: (Definition | undefined)[] = new Array(lines.length).fill(undefined)
	const outerFirst = definitions.filter(isPiece).toSorted((a, b) => a.startLine - b.startLine || b.endLine - a.endLine)
	for (const definition of outerFirst) {
		const own = owners[definition.startLine]
		let start = definition.startLine
		while (start > 0 && definition.startLine - start < mostAbove) {
			// What is above belongs to it unless it is of something else, or of its container's first line.
			if (owners[start - 1] !== own || start - 1 === own?.startLine || !above.test(lines[start - 1] ?? '')) break
			start--
		}
		owners.fill(definition, start, Math.min(lines.length, definition.endLine))
	}
	return owners
}

/** Short values and fields are found with what is around them. */
function isPiece({ kind, startLine, endLine }: Definition): boolean {
	if (kind === 'field') return false
	return kind !== 'constant' || endLine - startLine >= 4
}

function nameOf({ name, container }: Definition): string {
	return container ? `${container}.${name}` : name
}

function isEmpty(lines: readonly string[], start: number, end: number): boolean {
	for (let at = start; at < end; at++) if (!empty.test(lines[at] ?? '')) return false
	return true
}
