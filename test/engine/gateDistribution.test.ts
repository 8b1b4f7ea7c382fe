import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Candidate } from '../../src/engine/llama/candidates.ts'
import type { Gate } from '../../src/engine/llama/gate.ts'
import { starter } from '../engineFiles.ts'
import { compareSamples, countsOf } from './compareSamples.ts'
import { forcedDrafts, openInProcess } from './inProcessModel.ts'

const runs = 2_500
const temperature = 1
const compared = 3

/** Rules out about every third token, whatever came before. */
const allowed = (token: number) => (token * 2_654_435_761) % 2 ** 32 > 2 ** 32 / 3
const everything = () => true

function gateOf(allows: (token: number) => boolean): Gate {
	return {
		isOpen: false,
		isDone: false,
		allows,
		accept(token) {
			if (!allows(token)) throw new Error('a token was accepted that is not allowed')
		},
		fitting: (tokens) => {
			const end = tokens.findIndex((token) => !allows(token))
			return end < 0 ? tokens.length : end
		},
	}
}

describe('the distribution of sampled tokens behind a gate', () => {
	let model: Awaited<ReturnType<typeof openInProcess>>
	let prompt: readonly number[]
	/** Drawn again and again until it is allowed: what the gate must come to, in the plainest way. */
	let expected: string[]

	beforeAll(async () => {
		model = await openInProcess(starter.path, 256)
		prompt = model.vocabulary.tokenize('export function add(a: number, b: number) {\n\treturn ', 'prefix')
		expected = []
		while (expected.length < runs) expected.push(await drawn(() => undefined))
	}, 300_000)
	afterAll(() => model.dispose())

	/** @param instead what to take for a token that is not allowed; undefined: another one is drawn. */
	async function drawn(instead: (likeliest: readonly Candidate[]) => number | undefined): Promise<string> {
		const { state } = model
		const tokens: number[] = []
		while (tokens.length < compared) {
			const whole = [...prompt, ...tokens]
			await state.keep(whole, whole.length - 1)
			const [first = 0] = await state.next(whole.slice(state.length), 1, temperature)
			let token: number | undefined = first
			if (!allowed(first)) {
				await state.keep(whole, whole.length - 1)
				const [likeliest = []] = await state.likeliest(whole.slice(state.length), 1, 'few')
				token = instead(likeliest)
			}
			if (token === undefined) continue
			tokens.push(token)
			if (model.vocabulary.isEnd(token)) break
		}
		return tokens.join(' ')
	}

	async function sample(gate: Gate | undefined, draftOf?: (tokens: readonly number[]) => readonly number[]) {
		const found: string[] = []
		let accepted = 0
		const speculator = draftOf && forcedDrafts(draftOf)
		while (found.length < runs) {
			const { tokens, stats } = await model.run({
				prompt,
				maxTokens: compared + 1,
				temperature,
				gate,
				...(speculator && { speculator }),
			})
			found.push(tokens.slice(0, compared).join(' '))
			accepted += stats.acceptedTokens
		}
		return { found, accepted }
	}

	it('is as llama.cpp samples where everything is allowed', { timeout: 300_000 }, async () => {
		const { found } = await sample(gateOf(everything))
		const { found: plain } = await sample(undefined)
		const { statistic, limit, categories } = compareSamples(plain, found)
		expect(categories).toBeGreaterThan(5)
		expect(statistic).toBeLessThan(limit)
	})

	it('is that of what is allowed, with and without drafts', { timeout: 300_000 }, async () => {
		const { found } = await sample(gateOf(allowed))
		expect(found.every((tokens) => tokens.split(' ').every((token) => allowed(Number(token))))).toBe(true)
		const without = compareSamples(expected, found)
		expect(without.statistic).toBeLessThan(without.limit)
		const likeliest = new Map<string, number[]>()
		for (const [tokens] of [...countsOf(expected)].sort(([, a], [, b]) => b - a)) {
			const [first = '', ...rest] = tokens.split(' ')
			if (!likeliest.has(first)) likeliest.set(first, rest.map(Number))
		}
		const drafted = await sample(gateOf(allowed), (tokens) => likeliest.get(String(tokens.at(-1))) ?? [])
		expect(drafted.accepted).toBeGreaterThan(runs / 10)
		const withDrafts = compareSamples(expected, drafted.found)
		expect(withDrafts.statistic).toBeLessThan(withDrafts.limit)
	})

	it('would not be if the likeliest were taken for what is not allowed', { timeout: 300_000 }, async () => {
		const wrong: string[] = []
		while (wrong.length < runs) {
			wrong.push(await drawn((likeliest) => likeliest.find(({ token }) => allowed(token))?.token))
		}
		const { statistic, limit } = compareSamples(expected, wrong)
		expect(statistic).toBeGreaterThan(limit)
	})
})
