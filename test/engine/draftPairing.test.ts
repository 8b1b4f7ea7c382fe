import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelDrafter } from '../../src/engine/speculation/modelDrafter.ts'
import type { Speculator } from '../../src/engine/speculation/speculation.ts'
import { temporaryFolder } from '../engineFiles.ts'
import { fillerText, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { useEngines } from './engineDriver.ts'
import { openInProcess } from './inProcessModel.ts'

const folder = temporaryFolder()
const [target, draft, short] = ['target', 'draft', 'short'].map((name) => join(folder, `${name}.gguf`)) as [
	string,
	string,
	string,
]
const common = { kvHeads: 2, vocabulary: 4_096, type: 'Q8_0', words: true } as const
const small = { ...common, layers: 1, width: 128, heads: 2, feedForward: 384 } as const

beforeAll(() => {
	writeSyntheticModel(target, { ...common, layers: 8, width: 512, heads: 8, feedForward: 1_536, contextSize: 1_024 })
	writeSyntheticModel(draft, { ...small, contextSize: 1_024, agreement: 0.8 })
	writeSyntheticModel(short, { ...small, contextSize: 192 })
})

const words = (first: number, count: number) => Array.from({ length: count }, (_, i) => fillerText(first + i)).join('')

describe('a draft model with a smaller context than its target', () => {
	const engines = useEngines()

	it('drafts for what fits into it, and changes nothing', async () => {
		const { engine } = await engines.loaded({ path: target, contextSize: 1_024 })
		const { engine: drafting, summary } = await engines.loaded({ path: target, draftPath: short, contextSize: 1_024 })
		expect(summary.draft).toHaveProperty('name')
		expect(summary.contextSize).toBe(1_024)
		for (const [length, drafts] of [
			[20, true],
			[150, undefined],
			[400, false],
			[30, true],
		] as const) {
			const request = { prefix: words(0, length), maxTokens: 120, purpose: 'fix' } as const
			const plain = await engine.complete(request)
			const { text, stats } = await drafting.complete(request)
			expect(text).toBe(plain.text)
			expect(stats.generatedTokens).toBe(120)
			if (drafts !== undefined) expect(stats.drafters.model.drafted > 0).toBe(drafts)
		}
	})
})

describe('what a draft model has read', () => {
	let model: Awaited<ReturnType<typeof openInProcess>>
	let other: Awaited<ReturnType<typeof openInProcess>>

	beforeAll(async () => {
		model = await openInProcess(target, 1_024)
		other = await openInProcess(draft, 1_024)
	})

	afterAll(async () => {
		await other.dispose()
		await model.dispose()
	})

	/** Drafts three tokens in every step, and notes whether there was an outlook. */
	function always(vocabularySize: number) {
		const drafter = modelDrafter(other.state, vocabularySize, { token: 1, prepared: 0.1 })
		const offered: boolean[] = []
		const speculator: Speculator = {
			async draft(tokens, most, turn) {
				const outlook = drafter.outlook(tokens)
				offered.push(outlook !== undefined)
				const proposed = outlook ? await drafter.propose(tokens, { count: Math.min(3, most), trial: false }, turn) : []
				return { drafter: proposed.length > 0 ? 'model' : undefined, kind: 'model', tokens: proposed }
			},
			meanwhile() {},
			observe() {},
			end() {},
		}
		return { speculator, offered }
	}

	const promptOf = (text: string) => model.vocabulary.tokenize(text, 'prefix')

	it('is the text that the target has, after answers, edits, other texts and cancelled requests', async () => {
		const { speculator } = always(4_096)
		const [first, second] = [promptOf(words(10, 60)), promptOf(words(900, 40))]
		const edited = [...first.slice(0, 30), ...promptOf(words(2_000, 8)), ...first.slice(30)]
		let calls = 0
		const cancelled = { prompt: second, isCancelled: () => ++calls > 12 }
		for (const run of [{ prompt: first }, { prompt: edited }, cancelled, { prompt: second }, { prompt: first }]) {
			const { tokens, stopReason } = await model.run({ ...run, maxTokens: 40, speculator })
			const whole = [...run.prompt, ...tokens]
			// All that is read is the beginning of the text; of the drafts that were refused, the last one may still be there.
			expect(other.state.common(whole)).toBeGreaterThan(whole.length - 6)
			expect(other.state.length - other.state.common(whole)).toBeLessThanOrEqual(3)
			await model.state.truncate(0)
			if (stopReason === 'cancelled') continue
			const plain = await model.run({ ...run, maxTokens: 40 })
			expect(tokens).toEqual(plain.tokens)
		}
	})

	it('never holds a token that it has no word for, and nothing is offered from there on', async () => {
		const prompt = promptOf(words(20, 30))
		const plain = await model.run({ prompt, maxTokens: 40 })
		// As if the draft model's vocabulary ended in the middle of the answer.
		const size = plain.tokens[20] ?? 0
		expect(size).toBeGreaterThan(Math.max(...prompt))
		await other.state.truncate(0)
		const { speculator, offered } = always(size)
		const { tokens, stats } = await model.run({ prompt, maxTokens: 40, speculator })
		expect(tokens).toEqual(plain.tokens)
		expect(stats.acceptedTokens).toBeGreaterThan(0)
		expect(offered[0]).toBe(true)
		expect(offered.at(-1)).toBe(false)
		expect(Math.max(...other.state.tokens)).toBeLessThan(size)
	})
})
