import { describe, expect, it } from 'vitest'
import type { EngineProcess } from '../../src/node/engine/engineProcess.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import { failureOf, useEnginesUnderTest } from './engineUnderTest.ts'

/** What every engine keeps to about vectors. */
export function engineEmbeddingContract(name: string, start: () => EngineProcess): void {
	describe(name, () => {
		const { files, initialized, loaded } = useEnginesUnderTest(start)
		const embedder = () => loaded({ use: 'embedding' })

		it('needs a model', async () => {
			const { client } = await initialized()
			expect((await failureOf(client.request('embed', { texts: ['a'] }))).code).toBe('modelNotLoaded')
		})

		it('makes one vector of each text, of length 1 and of the size that the model has', async () => {
			const { client, summary } = await embedder()
			const texts = ['function add(a, b) {', 'function add(a, b) {', 'SELECT name FROM users', '']
			const { vectors, stopReason, promptTokens } = await client.request('embed', { texts })
			expect(stopReason).toBe('done')
			expect(promptTokens).toBeGreaterThan(texts.length)
			expect(vectors).toHaveLength(texts.length)
			for (const vector of vectors) {
				expect(vector).toHaveLength(summary.embeddingSize ?? -1)
				expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
			}
			const likeness = (one: number, other: number) =>
				vectors[one]?.reduce((sum, value, index) => sum + value * (vectors[other]?.[index] ?? 0), 0)
			expect(likeness(0, 1)).toBeCloseTo(1, 3)
			expect(likeness(0, 2)).toBeLessThan(0.999)
		})

		it('cuts a text that is longer than the context', async () => {
			const { client } = await embedder()
			const { vectors, stopReason } = await client.request('embed', { texts: ['some words '.repeat(5_000), 'short'] })
			expect(stopReason).toBe('done')
			expect(vectors).toHaveLength(2)
		})

		it('makes none of no texts', async () => {
			const { client } = await embedder()
			expect(await client.request('embed', { texts: [] })).toMatchObject({ vectors: [], stopReason: 'done' })
		})

		it('ends with the vectors that there are when it is cancelled, and when the time is over', async () => {
			const { client } = await embedder()
			const texts = Array.from({ length: 200 }, (_, index) => `text number ${index} `.repeat(20))
			const source = new CancellationSource()
			const cancelled = client.request('embed', { texts }, { token: source.token })
			await client.request('ping', {})
			source.cancel()
			const some = await cancelled
			expect(some.stopReason).toBe('cancelled')
			expect(some.vectors.length).toBeLessThan(texts.length)
			const late = await client.request('embed', { texts, deadlineMs: 20 })
			expect(late.stopReason).toBe('deadline')
			expect(late.vectors.length).toBeLessThan(texts.length)
			expect((await client.request('embed', { texts: ['a'] })).vectors).toHaveLength(1)
		})

		it('loads one file for text and for vectors side by side', async () => {
			const { client, summary } = await embedder()
			const text = await client.request('loadModel', { path: files.model, contextSize: 1_024 })
			expect(text.embeddingSize).toBeUndefined()
			const { vectors } = await client.request('embed', { model: summary.id, texts: ['a'] })
			expect(vectors).toHaveLength(1)
		})
	})
}
