import type { ContextChunk } from '../context/contextSource.ts'

/** What follows one another from one file, so that its path is read once. Never empty. */
export type ChunkPiece = readonly ContextChunk[]

/**
 * Pieces in the order in which the model goes on knowing most of them. What is shown first comes last in the list, so what is still
 * wanted keeps its order there, and what is new stands before it: nearest to the text. All that was shown before the first
 * piece that fell out need not be read again; what stayed so far, and is likely to stay, gathers there.
 *
 * @param shown as they were shown before
 * @param found most worth first: all that is to be shown now
 */
export function inKeptOrder(shown: readonly ChunkPiece[], found: readonly ContextChunk[]): ChunkPiece[] {
	const wanted = new Map(found.map((chunk) => [keyOf(chunk), chunk]))
	const kept = shown.flatMap((piece) => {
		// Its lines may be others by now.
		const still = piece.flatMap((chunk) => wanted.get(keyOf(chunk)) ?? [])
		return still.length > 0 ? [still] : []
	})
	const known = new Set(kept.flat())
	return [...byFile([...wanted.values()].filter((chunk) => !known.has(chunk))), ...kept]
}

function keyOf({ path, text }: ContextChunk): string {
	return `${path}\n${text}`
}

function byFile(chunks: readonly ContextChunk[]): ChunkPiece[] {
	const pieces: ContextChunk[][] = []
	for (const chunk of chunks) {
		const last = pieces.at(-1)
		if (last?.[0]?.path === chunk.path) last.push(chunk)
		else pieces.push([chunk])
	}
	return pieces
}
