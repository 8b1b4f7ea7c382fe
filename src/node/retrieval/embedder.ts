import type { ShownFile } from '../../core/model/ports.ts'
import { passageText } from '../../core/retrieval/embeddingText.ts'
import type { ChunkTable, PlacedChunk } from './chunkTable.ts'
import type { VectorTable } from './vectorTable.ts'

/** Vectors of texts, in their order, with where they are from; fewer: it goes no further now. */
export type EmbedTexts = (
	texts: readonly string[],
	shown: readonly ShownFile[],
) => Promise<readonly (readonly number[])[]>

/** Texts that are asked for at a time: a request of somebody who waits comes between them. */
const batch = 16

/** Makes the vectors that are missing. */
export class Embedder {
	private readonly deps: {
		readonly modelPath: string
		readonly vectors: VectorTable
		readonly embed: EmbedTexts
		readonly linesOf: (path: string) => Promise<readonly string[] | undefined>
	}

	constructor(deps: Embedder['deps']) {
		this.deps = deps
	}

	/** Resolves when all have one, it is over, or no vectors are to be had. */
	async run(
		table: ChunkTable,
		turn: { isOver(): boolean; rest(): Promise<void>; report(done: number, total: number): void },
	): Promise<void> {
		const { vectors } = this.deps
		const chunks = [...table.all()]
		const used = new Set(chunks.map(({ key }) => key))
		vectors.keepOnly((key) => used.has(key))
		const missing = [...new Map(chunks.filter(({ key }) => !vectors.has(key)).map((one) => [one.key, one])).values()]
		for (let at = 0; at < missing.length; at += batch) {
			await turn.rest()
			if (turn.isOver() || !(await this.add(missing.slice(at, at + batch)))) return
			turn.report(used.size - missing.length + Math.min(missing.length, at + batch), used.size)
		}
	}

	/** False where the model gives none. */
	private async add(chunks: readonly PlacedChunk[]): Promise<boolean> {
		const { modelPath, vectors, embed, linesOf } = this.deps
		const found: { readonly key: string; readonly text: string; readonly shown: ShownFile }[] = []
		for (const { key, path, name, startLine, endLine } of chunks) {
			const lines = await linesOf(path)
			const text = lines?.slice(startLine, endLine).join('\n')
			const shown = { path, lines: [{ start: startLine, end: endLine }] }
			if (text !== undefined) found.push({ key, text: passageText(modelPath, { path, name, text }), shown })
		}
		if (found.length === 0) return true
		const made = await embed(
			found.map(({ text }) => text),
			found.map(({ shown }) => shown),
		)
		for (const [at, vector] of made.entries()) {
			const key = found[at]?.key
			if (key !== undefined) vectors.set(key, vector)
		}
		return made.length === found.length
	}
}
