import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { EmbeddedEngine } from '../../src/node/engine/embeddedEngine.ts'
import { neverCancelled } from '../../src/shared/cancellation.ts'
import { engineEntry, temporaryFolder } from '../engineFiles.ts'
import { oneModel } from '../oneModel.ts'
import { packed, type TernaryType, writeTernaryModel } from '../synthetic/ternaryModel.ts'

// Models of ternary weights, as BitNet b1.58 has them: packed, they have to say what the same weights say as exact numbers.

const folder = temporaryFolder()
const engines: EmbeddedEngine[] = []
afterAll(() => {
	for (const engine of engines) engine.dispose()
})

function write(type: TernaryType) {
	const path = join(folder, `ternary-${type}.gguf`)
	return { path, bytes: writeTernaryModel(path, type) }
}

const prompts = ['const a = ', 'function f(x) {', 'the quick brown fox', '\n\n', '0123456789']

async function asked(type: TernaryType) {
	const { path, bytes } = write(type)
	const model = oneModel({ origin: 'user', path, contextSize: 512 }, { entryPath: engineEntry })
	engines.push(model.engine)
	const answers = []
	for (const prefix of prompts) {
		const request = { prefix, suffix: '', mode: 'plain', maxTokens: 8, stop: [], logProbs: true } as const
		answers.push(await model.complete(request, () => {}, neverCancelled))
	}
	if (model.state.kind !== 'ready') throw new Error('not loaded')
	const loaded = model.state.model
	const vectors = await model.engine
		.embedding({ origin: 'user', path, contextSize: 512 })
		.embed({ texts: prompts }, neverCancelled)
	return { bytes, answers, loaded, vectors: vectors.vectors }
}

describe('a model of ternary weights', async () => {
	const exact = await asked('F16')

	it('has something to say', () => {
		expect(exact.answers.every(({ stats }) => stats.generatedTokens > 0)).toBe(true)
		expect(new Set(exact.answers.map(({ text }) => text)).size).toBeGreaterThan(2)
	})

	it.each(['TQ1_0', 'TQ2_0'] as const)('packed as %s loads, and says what the exact one says', async (type) => {
		const { answers, loaded, vectors, bytes } = await asked(type)
		expect(loaded).toMatchObject({ architecture: 'bitnet', quantization: type, name: `ternary-${type}` })
		expect(bytes).toBeLessThan(exact.bytes / 2)
		for (const [at, answer] of answers.entries()) {
			const { logProbs, text } = exact.answers[at] ?? {}
			// Between them are the activations alone, which ggml rounds to eight bits for packed weights.
			expect(answer.logProbs?.first).toBeCloseTo(logProbs?.first ?? Number.NaN, 1)
			expect(answer.text.slice(0, 1)).toBe(text?.slice(0, 1))
			const other = exact.vectors[at] ?? []
			const cosine = (vectors[at] ?? []).reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
			expect(cosine).toBeGreaterThan(0.995)
		}
	})

	it('is another one where a single weight is packed wrongly', () => {
		const weights = Int8Array.from({ length: 256 }, (_, at) => (at % 3) - 1)
		for (const type of ['TQ1_0', 'TQ2_0'] as const) {
			const right = packed(type, weights)
			for (let at = 0; at < 256; at++) {
				const changed = Int8Array.from(weights)
				changed[at] = weights[at] === 1 ? -1 : 1
				expect(packed(type, changed).equals(right)).toBe(false)
			}
		}
	})
})
