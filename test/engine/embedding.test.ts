import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddingModel, loadEmbeddingModel } from '../../src/engine/embedding/embeddingModel.ts'
import { checkModelFile } from '../../src/engine/llama/checkModelFile.ts'
import { type LlamaLibrary, openLibrary } from '../../src/engine/llama/library.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'

/** Somebody who always has the turn, until so many checkpoints are over. */
function turnOf(checkpoints = Number.POSITIVE_INFINITY) {
	let left = checkpoints
	return {
		checkpoint: async () => {
			left--
		},
		isCancelled: () => left < 0,
		pausedMs: 0,
	}
}

const lengthOf = (vector: readonly number[]) => Math.hypot(...vector)
const likeness = (a: readonly number[] = [], b: readonly number[] = []) =>
	a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

describe('vectors of texts', () => {
	let library: LlamaLibrary
	let model: EmbeddingModel
	const contextSize = 256

	beforeAll(async () => {
		library = await openLibrary('off', silentLogger)
		model = await load(starter.path)
	})
	afterAll(async () => {
		await model.dispose()
		await library.llama.dispose()
	})

	async function load(path: string, available?: number, tokens = contextSize) {
		return loadEmbeddingModel(
			await checkModelFile(path),
			{ id: 7, contextSize: tokens },
			{
				library,
				logger: silentLogger,
				onProgress: () => {},
				signal: new AbortController().signal,
				measuring: (work) => work(turnOf()),
				...(available !== undefined && { availableMemory: async () => available }),
			},
		)
	}

	it('have length 1, as many numbers as the model says, and are the same for the same text', async () => {
		const texts = ['function add(a, b) { return a + b }', 'const x = 1', 'function add(a, b) { return a + b }']
		const { vectors, promptTokens } = await model.embed({ texts, turn: turnOf() })
		expect(vectors).toHaveLength(3)
		for (const vector of vectors) {
			expect(vector).toHaveLength(model.summary.embeddingSize ?? 0)
			expect(lengthOf(vector)).toBeCloseTo(1, 6)
		}
		expect(vectors[2]).toEqual(vectors[0])
		expect(likeness(vectors[0], vectors[1])).toBeLessThan(0.999)
		expect(promptTokens).toBeGreaterThan(20)
	})

	it('are made of empty, huge and strange texts, too', async () => {
		const texts = ['', 'const value = 1\n'.repeat(50_000), '\0\ud83d<|endoftext|>', '😀'.repeat(1_000)]
		const { vectors, promptTokens } = await model.embed({ texts, turn: turnOf() })
		for (const vector of vectors) expect(lengthOf(vector)).toBeCloseTo(1, 6)
		expect(vectors).toHaveLength(4)
		expect(promptTokens).toBeLessThan(4 * contextSize)
		// What is beyond the context makes no difference.
		const again = await model.embed({ texts: ['const value = 1\n'.repeat(40_000)], turn: turnOf() })
		expect(again.vectors[0]).toEqual(vectors[1])
	})

	it('are fewer where it is cancelled between two texts', async () => {
		const { vectors } = await model.embed({ texts: ['a', 'b', 'c', 'd'], turn: turnOf(2) })
		expect(vectors).toHaveLength(2)
	})

	it('come with token counts', async () => {
		expect(await model.countTokens(['', 'a'])).toEqual([0, 1])
	})

	it('come of other models, too', async () => {
		const path = join(temporaryFolder(), 'other.gguf')
		writeSyntheticModel(path, { ...syntheticShapes['8M'], contextSize: 512, type: 'F16' })
		const other = await load(path)
		expect(other.summary).toMatchObject({ id: 7, embeddingSize: 256, contextSize })
		const { vectors } = await other.embed({ texts: ['abc'], turn: turnOf() })
		expect(lengthOf(vectors[0] ?? [])).toBeCloseTo(1, 6)
		await other.dispose()
	})

	it('are made of shorter texts where the memory is short', async () => {
		const large = await load(starter.path, undefined, 1_024)
		const small = await load(starter.path, large.summary.memoryBytes - 1, 1_024)
		expect(large.summary.contextSize).toBe(1_024)
		expect(small.summary.contextSize).toBe(512)
		const { vectors } = await small.embed({ texts: ['x = 1\n'.repeat(5_000)], turn: turnOf() })
		expect(lengthOf(vectors[0] ?? [])).toBeCloseTo(1, 6)
		await large.dispose()
		await small.dispose()
	})

	it('are refused where the memory is short', async () => {
		await expect(load(starter.path, 1_000)).rejects.toMatchObject({ data: { code: 'modelTooLarge' } })
	})
})
