import MiniSearch from 'minisearch'
import { fuseRanks, type Ranked } from '../../core/retrieval/fuseRanks.ts'
import { pathWeight } from '../../core/retrieval/pathWeight.ts'
import { searchWords } from '../../core/retrieval/searchWords.ts'
import type { IndexedChunk } from './chunkFile.ts'
import type { VectorTable } from './vectorTable.ts'

/** Where a chunk is. */
export interface PlacedChunk extends Omit<IndexedChunk, 'fields'> {
	readonly path: string
}

/** How the chunks are ranked; what is usual, both as far as there are vectors. */
export type RankedBy = 'words' | 'vectors' | 'both'

/** Of each list, what is fused. */
const fusedRanks = 60
/** A question of more words is a text: its rarest words say what it is about, but all are tried. */
const mostWords = 64

/** Chunks by the words in them (BM25+) and by their vectors. */
export class ChunkTable {
	private readonly words = new MiniSearch<{ id: number } & IndexedChunk['fields']>({
		fields: ['name', 'path', 'doc', 'code'],
		tokenize: (text) => (text === '' ? [] : text.split(' ')),
		processTerm: (term) => term,
		searchOptions: { boost: { name: 3, path: 1, doc: 1.5, code: 1 }, combineWith: 'OR' },
	})
	private readonly chunks = new Map<number, PlacedChunk>()
	private nextId = 0

	get size(): number {
		return this.chunks.size
	}

	/** @returns ids to remove them by */
	add(path: string, chunks: readonly IndexedChunk[]): number[] {
		return chunks.map(({ fields, ...chunk }) => {
			const id = this.nextId++
			this.words.add({ id, ...fields })
			this.chunks.set(id, { ...chunk, path })
			return id
		})
	}

	remove(ids: readonly number[]): void {
		for (const id of ids) {
			this.words.discard(id)
			this.chunks.delete(id)
		}
	}

	all(): IterableIterator<PlacedChunk> {
		return this.chunks.values()
	}

	/** The best first. @param vector of the question; undefined: words alone count */
	search(
		question: string,
		{ limit, vector, vectors, by = 'both' }: SearchTerms,
	): { readonly chunk: PlacedChunk; readonly score: number }[] {
		const byWords = by === 'vectors' ? [] : this.byWords(question)
		const byVector = vector && vectors && by !== 'words' ? this.byVector(vector, vectors) : []
		const ranked: Ranked<number>[] =
			byVector.length === 0
				? byWords
				: fuseRanks([byWords, byVector].map((list) => list.slice(0, fusedRanks).map(({ item }) => item)))
		return ranked.slice(0, limit).flatMap(({ item, score }) => {
			const chunk = this.chunks.get(item)
			return chunk ? [{ chunk, score }] : []
		})
	}

	private byWords(question: string): Ranked<number>[] {
		const words = [...new Set(searchWords(question))].slice(0, mostWords)
		if (words.length === 0) return []
		const asksForTests = words.includes('test')
		return this.words
			.search(words.join(' '))
			.map(({ id, score }) => {
				const path = this.chunks.get(id)?.path ?? ''
				return { item: Number(id), score: asksForTests ? score : score * pathWeight(path) }
			})
			.sort((a, b) => b.score - a.score)
	}

	private byVector(query: Float32Array, vectors: VectorTable): Ranked<number>[] {
		const found: Ranked<number>[] = []
		for (const [item, { key }] of this.chunks) {
			const score = vectors.likeness(key, query)
			if (score !== undefined) found.push({ item, score })
		}
		return found.sort((a, b) => b.score - a.score)
	}
}

export interface SearchTerms {
	readonly limit: number
	readonly vector?: Float32Array | undefined
	readonly vectors?: VectorTable | undefined
	/** Default: both. */
	readonly by?: RankedBy
}
