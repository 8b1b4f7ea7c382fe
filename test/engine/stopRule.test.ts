import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPrompt } from '../../src/engine/llama/fimPrompt.ts'
import { starter } from '../engineFiles.ts'
import { forcedDrafts, openInProcess, type Run } from './inProcessModel.ts'

/** Goes on for some lines, inside the block and behind it. */
const prefix = 'export function add(a: number, b: number): number {\n'
const maxTokens = 48

describe('rules that end an answer', () => {
	let model: Awaited<ReturnType<typeof openInProcess>>
	let prompt: readonly number[]
	let answer: Awaited<ReturnType<typeof fresh>>

	beforeAll(async () => {
		model = await openInProcess(starter.path, 256)
		prompt = buildPrompt({ prefix, suffix: '', mode: 'plain' }, { text: 180, typed: 0 }, model.vocabulary).tokens
		answer = await fresh({ prompt, maxTokens, logProbs: true })
		expect(answer.text.split('\n').length).toBeGreaterThan(2)
	}, 120_000)
	afterAll(() => model.dispose())

	async function fresh(run: Run) {
		await model.state.reset()
		const pieces: string[] = []
		const generation = await model.run({ ...run, onText: (piece) => void pieces.push(piece) })
		expect(pieces.join('')).toBe(generation.text)
		return generation
	}

	const drafts = () => forcedDrafts((tokens) => answer.tokens.slice(tokens.length - prompt.length))

	/** With the whole answer drafted at once it must end at the same place, and leave a state that says what it holds. */
	async function both(stopRule: NonNullable<Run['stopRule']>) {
		const plain = await fresh({ prompt, maxTokens, stopRule })
		const drafted = await fresh({ prompt, maxTokens, stopRule, speculator: drafts() })
		expect(drafted).toMatchObject({ text: plain.text, stopReason: plain.stopReason })
		expect(drafted.stats.generatedTokens).toBe(plain.stats.generatedTokens)
		if (plain.stats.generatedTokens > 2) expect(drafted.stats.steps).toBeLessThan(plain.stats.steps)
		const again = await model.run({ prompt: [...prompt, ...answer.tokens.slice(0, 2)], maxTokens: 4 })
		expect(again.tokens).toEqual(answer.tokens.slice(2, 6))
		return plain
	}

	it.each([1, 2])('end it after %i lines', async (maxLines) => {
		const { text, stopReason } = await both({ maxLines, tabWidth: 4 })
		expect(stopReason).toBe('stopRule')
		expect(text).toBe(answer.text.split('\n').slice(0, maxLines).join('\n'))
	})

	it('end it where the block does', async () => {
		const lines = answer.text.split('\n')
		const outside = lines.findIndex((line, i) => i > 0 && line.trim() !== '' && !/^\t|^ {2}/.test(line))
		const { text, stopReason } = await both({ leastIndent: 2, tabWidth: 4 })
		expect(stopReason).toBe('stopRule')
		expect(text.trimEnd()).toBe(lines.slice(0, outside).join('\n').trimEnd())
	})

	it('say nothing at all where the first token is unlikely', async () => {
		const { first = 0 } = answer.logProbs ?? {}
		expect(await both({ leastFirstLogProb: first + 0.01, tabWidth: 4 })).toMatchObject({
			text: '',
			stopReason: 'stopRule',
		})
		expect(await both({ leastFirstLogProb: first - 0.01, tabWidth: 4 })).toMatchObject({ text: answer.text })
	})

	it('end it where the mean falls too low', async () => {
		const { first = 0, mean = 0 } = answer.logProbs ?? {}
		expect(mean).toBeLessThan(first)
		const least = (first + mean) / 2
		const ended = await both({ leastMeanLogProb: least, tabWidth: 4 })
		expect(ended.stopReason).toBe('stopRule')
		expect(answer.text.startsWith(ended.text)).toBe(true)
		expect(ended.text.length).toBeLessThan(answer.text.length)
		const unlimited = await both({ leastMeanLogProb: -20, tabWidth: 4 })
		expect(unlimited.text).toBe(answer.text)
	})

	/** Logarithms of the tokens' probabilities, one after the other. */
	async function scored(tokens: readonly number[]): Promise<number[]> {
		await model.state.reset()
		let next = prompt
		const found: number[] = []
		for (const token of tokens) {
			const [all] = await model.state.likeliest(next, 1, 'all')
			found.push(Math.log(all?.find((candidate) => candidate.token === token)?.probability ?? 0))
			next = [token]
		}
		return found
	}

	it.each([0, 0.7, 1.3])(
		'know how likely the answer is, before temperature %d and also when drafted',
		async (temperature) => {
			for (const speculator of [undefined, drafts()]) {
				const run = await fresh({
					prompt,
					maxTokens: 12,
					temperature,
					logProbs: true,
					...(speculator && { speculator }),
				})
				const counted = run.tokens.filter((token) => !model.vocabulary.isEnd(token))
				const each = await scored(counted)
				const mean = each.reduce((sum, value) => sum + value, 0) / each.length
				expect(run.logProbs?.first).toBeCloseTo(each[0] ?? 0, 1)
				expect(Math.abs((run.logProbs?.mean ?? 0) - mean)).toBeLessThan(0.02)
				expect(run.logProbs?.mean).toBeLessThan(0)
			}
		},
	)

	it('know it roughly for less, and how much likelier the first token was than others', async () => {
		const exact = (await fresh({ prompt, maxTokens: 12, logProbs: true })).logProbs
		const rough = (await fresh({ prompt, maxTokens: 12, logProbs: 'rough' })).logProbs
		expect(rough?.first).toBeCloseTo(exact?.first ?? 0, 1)
		expect(rough?.mean).toBeGreaterThanOrEqual((exact?.mean ?? 0) - 0.05)
		expect(rough?.mean).toBeLessThanOrEqual(0)
		await model.state.truncate(0)
		const [all = []] = await model.state.likeliest([...prompt], 1, 'all')
		const [best, second] = all
		expect(exact?.firstMargin).toBeCloseTo(Math.log((best?.probability ?? 1) / (second?.probability ?? 1)), 1)
	})

	it('say nothing of it where nobody asked', async () => {
		expect((await fresh({ prompt, maxTokens: 4 })).logProbs).toBeUndefined()
		expect(
			(await fresh({ prompt, maxTokens: 4, stopRule: { leastMeanLogProb: -9, tabWidth: 4 } })).logProbs,
		).toBeUndefined()
	})
})
