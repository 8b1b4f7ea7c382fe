import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { fillerIndex, fillerText, syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { useEngines } from './engineDriver.ts'

const shape = { ...syntheticShapes['8M'], contextSize: 2_048, type: 'Q8_0', words: true } as const
const words = (first: number, count: number) => Array.from({ length: count }, (_, i) => fillerText(first + i)).join('')

describe('speculation', () => {
	const engines = useEngines()
	const folder = temporaryFolder()
	const path = join(folder, 'target.gguf')
	writeSyntheticModel(path, shape)
	/** As dear as the target: on no machine can it pay for long. */
	const draftPath = join(folder, 'draft.gguf')
	writeSyntheticModel(draftPath, { ...shape, agreement: 0 })

	async function synthetic(draft = false) {
		const { engine } = await engines.loaded({ path, contextSize: 2_048, ...(draft && { draftPath }) })
		const { text } = await engine.complete({ prefix: 'a', maxTokens: 1 })
		return { engine, first: fillerIndex(text) }
	}

	it.each(['prompt', 'reference'] as const)('drafts what stands in the %s, and says the same', async (where) => {
		const { engine, first } = await synthetic()
		const text = words(first, 100)
		const known = where === 'prompt' ? { prefix: text } : { prefix: 'a', reference: `${text}\n${words(9_000, 10_000)}` }
		const plain = await engine.complete({ prefix: 'a', maxTokens: 90 })
		expect(plain.stats).toMatchObject({ draftedTokens: 0, steps: 89, acceptedByPosition: [] })
		const { text: answer, stats } = await engine.complete({ ...known, maxTokens: 90 })
		expect(answer).toBe(plain.text)
		expect(stats.drafters.ngram.accepted).toBeGreaterThan(40)
		expect(stats.drafters.model).toEqual({ drafted: 0, accepted: 0 })
		expect(stats.draftedTokens).toBe(stats.drafters.ngram.drafted)
		// Every token but the first comes of a step: one of its own, the others of a draft.
		expect(stats.steps + stats.acceptedTokens).toBe(stats.generatedTokens - 1)
		expect(stats.acceptedByPosition.reduce((sum, count) => sum + count, 0)).toBe(stats.acceptedTokens)
		expect(stats.acceptedByPosition).toEqual([...stats.acceptedByPosition].sort((a, b) => b - a))
	})

	it('leaves off a useless draft model, for all requests of the purpose', async () => {
		const { engine } = await synthetic(true)
		const first = await engine.complete({ prefix: 'a', maxTokens: 200, purpose: 'chat' })
		expect(first.stats.drafters.model.accepted).toBe(0)
		expect(first.stats.drafters.model.drafted).toBeLessThan(40)
		const later = await engine.complete({ prefix: 'a', maxTokens: 200, purpose: 'chat' })
		expect(later.stats.drafters.model.drafted).toBeLessThan(20)
		expect(later.text).toBe(first.text)
	})

	it('draws at a temperature above 0, each time anew', async () => {
		const { engine } = await engines.loaded({ ...starter, contextSize: 512 })
		const gap = { prefix: 'export function ', suffix: '\n', maxTokens: 16, stop: [] }
		const answers = async (temperature: number) => {
			const texts = new Set<string>()
			for (let i = 0; i < 6; i++) texts.add((await engine.complete({ ...gap, temperature })).text)
			return texts.size
		}
		expect(await answers(1.5)).toBeGreaterThan(3)
		expect(await answers(0)).toBe(1)
	})
})
