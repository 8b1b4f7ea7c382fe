import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenState } from '../../src/engine/llama/tokenState.ts'
import { starter } from '../engineFiles.ts'
import { compareSamples, countsOf } from './compareSamples.ts'
import { forcedDrafts, openInProcess, type Run } from './inProcessModel.ts'

/** Answers of each kind. With fewer, a rule that is a little wrong might not be seen. */
const runs = 2_500
const temperature = 1
/** Tokens that are compared: the first is drawn without a draft, the others stand where drafts are. */
const compared = 3

describe('the distribution of sampled tokens', () => {
	let model: Awaited<ReturnType<typeof openInProcess>>
	let prompt: readonly number[]
	let plain: string[]
	/** The likeliest continuation of each first token, so that drafts are now accepted and now refused. */
	let likeliest: Map<string, readonly number[]>

	beforeAll(async () => {
		model = await openInProcess(starter.path, 256)
		prompt = model.vocabulary.tokenize('export function add(a: number, b: number) {\n\treturn ', 'prefix')
		plain = await sample({})
		likeliest = continuations(plain)
	}, 300_000)
	afterAll(() => model.dispose())

	async function sample(options: Pick<Run, 'speculator' | 'target'>, onStats = (_accepted: number, _of: number) => {}) {
		const found: string[] = []
		while (found.length < runs) {
			const { tokens, stats } = await model.run({ prompt, maxTokens: compared + 1, temperature, ...options })
			found.push(tokens.slice(0, compared).join(' '))
			onStats(stats.acceptedTokens, stats.draftedTokens)
		}
		return found
	}

	const speculator = forcedDrafts((tokens) => likeliest.get(String(tokens.at(-1))) ?? [])

	it('is broad enough to tell something, and the test passes on itself', () => {
		expect(new Set(plain).size).toBeGreaterThan(20)
		const { statistic, limit, categories } = compareSamples(plain.slice(0, runs / 2), plain.slice(runs / 2))
		expect(categories).toBeGreaterThan(5)
		expect(statistic).toBeLessThan(limit)
	})

	it('is the same with drafts as without', { timeout: 300_000 }, async () => {
		let [accepted, drafted] = [0, 0]
		const withDrafts = await sample({ speculator }, (taken, of) => {
			accepted += taken
			drafted += of
		})
		// Both ways out of the rule were taken, often.
		expect(accepted / drafted).toBeGreaterThan(0.1)
		expect(accepted / drafted).toBeLessThan(0.9)
		const { statistic, limit } = compareSamples(plain, withDrafts)
		expect(statistic).toBeLessThan(limit)
	})

	it('would not be with a rule that is a little wrong', { timeout: 300_000 }, async () => {
		const { statistic, limit } = compareSamples(plain, await sample({ speculator, target: drawingAgain(model.state) }))
		expect(statistic).toBeGreaterThan(limit)
	})
})

/** After a refusal it draws from the whole distribution, not from what the draft's token leaves: the usual mistake. */
function drawingAgain(state: TokenState): TokenState {
	const next: TokenState['next'] = async (tokens, answers, warmth) => {
		const { length } = state
		const first = await state.next(tokens, answers, warmth)
		if (answers < 2) return first
		await state.truncate(length)
		const second = await state.next(tokens, answers, warmth)
		return first.map((token, i) => (i + 1 < tokens.length && token !== tokens[i + 1] ? (second[i] ?? token) : token))
	}
	return new Proxy(state, {
		get(target, key) {
			if (key === 'next') return next
			const value: unknown = Reflect.get(target, key, target)
			return typeof value === 'function' ? value.bind(target) : value
		},
	})
}

function continuations(samples: readonly string[]): Map<string, readonly number[]> {
	const counts = countsOf(samples)
	const found = new Map<string, readonly number[]>()
	for (const [sample] of [...counts].sort(([, a], [, b]) => b - a)) {
		const [first = '', ...rest] = sample.split(' ')
		if (!found.has(first)) found.set(first, rest.map(Number))
	}
	return found
}
