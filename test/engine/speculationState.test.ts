import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPrompt } from '../../src/engine/llama/fimPrompt.ts'
import type { StopReason } from '../../src/protocol/engine.ts'
import { starter } from '../engineFiles.ts'
import { forcedDrafts, openInProcess, type Run } from './inProcessModel.ts'

const reading = 'import { readFile } from "node:fs/promises"\n\nexport async function readJson(path: string) {\n'
const after = '\n}\n\nexport function add(a: number, b: number): number {\n\treturn a + b\n}\n'
/** Gaps where the model may go on and on. In which it does depends on how the processor rounds. */
const gaps = [
	{ prefix: `${reading}\tconst text = await readFile(path, "utf8")\n\treturn `, suffix: after },
	{ prefix: 'class Garden {\n\t', suffix: '' },
	{ prefix: `import {${' isNumber,'.repeat(20)}`, suffix: '' },
	{ prefix: `${reading}\t`, suffix: after },
	{ prefix: 'const value = compute(1, 2)\n'.repeat(5), suffix: '' },
]
/** A gap that the model soon has filled. */
const small = { prefix: 'const a = 1\nconst b = ', suffix: '\nconst c = 3\n' }
const contextSize = 256

describe('what drafts leave behind', () => {
	let model: Awaited<ReturnType<typeof openInProcess>>
	let prompt: readonly number[]
	let answer: readonly number[]

	beforeAll(async () => {
		model = await openInProcess(starter.path, contextSize)
		const found = await talkative(gaps, 200, 40, 'maxTokens')
		prompt = found.prompt
		answer = found.tokens
		expect(answer).toHaveLength(40)
	}, 120_000)
	afterAll(() => model.dispose())

	/** Runs without anything that was evaluated before. */
	async function fresh(run: Run) {
		await model.state.reset()
		return model.run(run)
	}

	/** Of these gaps one that is not filled before the limit. */
	async function talkative(of: typeof gaps, text: number, maxTokens: number, reason: StopReason) {
		for (const gap of of) {
			const { tokens: prompt } = buildPrompt(gap, { text, typed: 0 }, model.vocabulary)
			const { tokens, stopReason } = await fresh({ prompt, maxTokens })
			if (stopReason === reason) return { prompt, tokens }
		}
		throw new Error('The model fills every gap too soon; this test needs others.')
	}

	/** Drafts the known answer, all of it, in the first step. */
	const perfect = (length = 64) =>
		forcedDrafts((tokens) => answer.slice(tokens.length - prompt.length).slice(0, length))
	const wrong = forcedDrafts((tokens) => Array.from({ length: 5 }, () => ((tokens.at(-1) ?? 0) + 1) % 100))

	/** After a run the state must go on as if nothing had been drafted. */
	async function expectUsable() {
		const next = [...prompt, ...answer.slice(0, 3)]
		const evaluated = model.state.common(next)
		const { tokens, stats } = await model.run({ prompt: next, maxTokens: 12 })
		expect(tokens).toEqual(answer.slice(3, 15))
		expect(stats.reusedTokens).toBe(Math.min(evaluated, next.length - 1))
	}

	it('a right draft is the answer in fewer steps', async () => {
		const { tokens, stats } = await fresh({ prompt, maxTokens: 40, speculator: perfect(7) })
		expect(tokens).toEqual(answer)
		expect(stats).toMatchObject({ draftedTokens: 34, acceptedTokens: 34, steps: 5 })
		expect(stats.acceptedByPosition).toEqual([5, 5, 5, 5, 5, 5, 4])
		await expectUsable()
	})

	it('a wrong draft is as if there were none', async () => {
		const { tokens, stats } = await fresh({ prompt, maxTokens: 40, speculator: wrong })
		expect(tokens).toEqual(answer)
		expect(stats.draftedTokens).toBeGreaterThan(100)
		expect(stats.steps).toBe(39 - stats.acceptedTokens)
		await expectUsable()
	})

	it.each([1, 2, 3, 8, 9, 10])('no more than %i tokens come of a longer draft', async (maxTokens) => {
		const { tokens, stats, stopReason } = await fresh({ prompt, maxTokens, speculator: perfect() })
		expect(tokens).toEqual(answer.slice(0, maxTokens))
		expect({ stopReason, generated: stats.generatedTokens }).toEqual({ stopReason: 'maxTokens', generated: maxTokens })
		// The token that ends the answer is never evaluated.
		expect(model.state.length).toBe(prompt.length + maxTokens - 1)
		await expectUsable()
	})

	it('a stop text inside a draft ends the answer there', async () => {
		const { text } = await fresh({ prompt, maxTokens: 40 })
		for (const from of [3, 10, 25]) {
			const stop = [text.slice(from, from + 3)]
			const plain = await fresh({ prompt, maxTokens: 40, stop })
			const drafted = await fresh({ prompt, maxTokens: 40, stop, speculator: perfect() })
			expect(drafted).toMatchObject({ text: plain.text, stopReason: 'stopText' })
			expect(drafted.stats.generatedTokens).toBe(plain.stats.generatedTokens)
			await expectUsable()
		}
	})

	it('an end token inside a draft ends the answer, whatever the draft says after it', async () => {
		const gap = buildPrompt(small, { text: 200, typed: 0 }, model.vocabulary).tokens
		const plain = await fresh({ prompt: gap, maxTokens: 64 })
		expect(plain.stopReason).toBe('endOfText')
		const whole = [...plain.tokens, 20, 21, 22]
		const speculator = forcedDrafts((tokens) => whole.slice(tokens.length - gap.length))
		const drafted = await fresh({ prompt: gap, maxTokens: 64, speculator })
		expect(drafted).toMatchObject({ text: plain.text, stopReason: 'endOfText', tokens: plain.tokens })
		expect(drafted.stats.generatedTokens).toBe(plain.tokens.length - 1)
		await expectUsable()
	})

	it('at the end of the context a draft is cut, and no token is lost', async () => {
		const filler = 'const value = compute(1, 2)\n'.repeat(40)
		const longer = gaps.map((gap) => ({ ...gap, prefix: filler + gap.prefix }))
		const { prompt: long, tokens: whole } = await talkative(longer, contextSize - 20, 100, 'contextFull')
		expect(long.length).toBeGreaterThan(contextSize - 60)
		const speculator = forcedDrafts((tokens) => [...whole.slice(tokens.length - long.length), 1, 2, 3])
		const drafted = await fresh({ prompt: long, maxTokens: 100, speculator })
		expect(drafted).toMatchObject({ stopReason: 'contextFull', tokens: whole })
		expect(model.state.length).toBeLessThanOrEqual(model.state.capacity)
		await expectUsable()
	})

	it('a request that is cancelled while it drafts computes nothing more', async () => {
		let cancelled = false
		const speculator = forcedDrafts(() => {
			cancelled = true
			return answer.slice(1, 5)
		})
		const run = await fresh({ prompt, maxTokens: 40, speculator, isCancelled: () => cancelled })
		expect(run).toMatchObject({ stopReason: 'cancelled', tokens: answer.slice(0, 1) })
		expect(model.state.length).toBe(prompt.length)
		await expectUsable()
	})
})
