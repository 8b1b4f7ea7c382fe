import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outlook } from '../../../src/engine/speculation/drafter.ts'
import { DraftPolicy } from '../../../src/engine/speculation/draftPolicy.ts'
import { VerifyCosts } from '../../../src/engine/speculation/verifyCosts.ts'

/** Milliseconds by the number of tokens: measured on a CPU, and as flat as on a GPU. */
const curves = {
	cpuF16: { 1: 8, 2: 9.6, 4: 11.2, 8: 16, 16: 26 },
	cpuQ4: { 1: 5, 2: 8.5, 4: 16.5, 8: 38, 16: 55 },
	gpu: { 1: 10, 2: 10.2, 4: 10.4, 8: 11, 16: 12 },
} as const

function costsOf(curve: keyof typeof curves): VerifyCosts {
	const costs = new VerifyCosts()
	for (const [tokens, ms] of Object.entries(curves[curve])) costs.observe(Number(tokens), ms)
	return costs
}

const model: Outlook = { kind: 'model', assumedAcceptance: 0.6, msPerToken: 1.2, preparationMs: 0 }
const ngram: Outlook = { kind: 'ngram8', assumedAcceptance: 0.85, msPerToken: 0, preparationMs: 0 }

interface Simulated {
	readonly outlooks?: readonly Outlook[]
	/** Share of right tokens by kind. */
	readonly truth: Readonly<Record<string, number>>
	readonly curve: keyof typeof curves
	readonly tokens: number
	readonly skip?: number
	/** Share of the calls that take two to six times as long as they should. */
	readonly heldUp?: number
	readonly seed?: number
}

/** Tokens a plain step's time, when drafts are right at random, after `skip` tokens. */
function simulate({ outlooks = [model], truth, curve, tokens, skip = 0, heldUp = 0, seed = 7 }: Simulated) {
	const truthCosts = costsOf(curve)
	const random = seeded(seed)
	const held = (ms: number) => (random() < heldUp ? ms * (2 + 4 * random()) : ms)
	const costs = new VerifyCosts(
		undefined,
		truthCosts.measurements().map(({ tokens: size, ms }) => ({ tokens: size, ms: held(ms) })),
	)
	const policy = new DraftPolicy(costs)
	let [done, ms, counted] = [0, 0, 0]
	while (done < tokens) {
		const choice = policy.choose(outlooks, tokens - done, 64)
		const outlook = choice && outlooks[choice.index]
		const drafted = choice?.length ?? 0
		let accepted = 0
		while (accepted < drafted && random() < (truth[outlook?.kind ?? ''] ?? 0)) accepted++
		const verifyMs = truthCosts.estimate(drafted + 1)
		costs.observe(drafted + 1, held(verifyMs * (0.9 + 0.2 * random())))
		if (outlook) policy.observe({ kind: outlook.kind, drafted, accepted })
		done += accepted + 1
		if (done <= skip) continue
		counted += accepted + 1
		ms += verifyMs + drafted * (outlook?.msPerToken ?? 0)
	}
	return (counted / ms) * (truthCosts.plain ?? 0)
}

describe('the draft policy', () => {
	it.each([
		{ curve: 'cpuF16', truth: { model: 0.9 }, atLeast: 1.75 },
		{ curve: 'cpuF16', truth: { model: 0.8 }, atLeast: 1.5 },
		{ curve: 'gpu', truth: { model: 0.8 }, atLeast: 1.9 },
	] as const)('gains on %o', ({ atLeast, ...rest }) => {
		expect(simulate({ ...rest, tokens: 2_000 })).toBeGreaterThan(atLeast)
	})

	it.each(['cpuF16', 'cpuQ4', 'gpu'] as const)('loses under 3 %% with a useless draft after 50 tokens: %s', (curve) => {
		expect(simulate({ curve, truth: { model: 0 }, tokens: 800, skip: 50 })).toBeGreaterThan(0.97)
		const both = { outlooks: [{ ...ngram, kind: 'ngram2', assumedAcceptance: 0.45 }, model], truth: {} }
		expect(simulate({ ...both, curve, tokens: 800, skip: 50 })).toBeGreaterThan(0.96)
	})

	it('never does much worse than plain decoding, whatever the draft is worth', () => {
		const cases = fc.record({
			share: fc.double({ min: 0, max: 1, noNaN: true }),
			curve: fc.constantFrom('cpuF16', 'cpuQ4', 'gpu'),
		})
		fc.assert(
			fc.property(cases, ({ share, curve }) => {
				expect(simulate({ curve, truth: { model: share }, tokens: 800, skip: 50 })).toBeGreaterThan(0.94)
			}),
		)
	})

	it.each([
		{ share: 0.9, atLeast: 1.5 },
		{ share: 0.8, atLeast: 1.25 },
	])('gains also where every third call is held up, during the measurement too: %o', ({ share, atLeast }) => {
		const truth = { model: share }
		for (const seed of [1, 2, 3]) {
			expect(simulate({ curve: 'cpuF16', truth, tokens: 2_000, heldUp: 0.3, seed })).toBeGreaterThan(atLeast)
		}
	})

	it('takes the drafter that promises more', () => {
		const policy = new DraftPolicy(costsOf('cpuF16'))
		expect(policy.choose([model, ngram], 100, 64)).toMatchObject({ index: 1, trial: false })
		for (let i = 0; i < 12; i++) {
			policy.observe({ kind: 'ngram8', drafted: 8, accepted: 0 })
			policy.choose([model], 100, 64)
			policy.observe({ kind: 'model', drafted: 4, accepted: 4 })
		}
		expect(policy.choose([model, ngram], 100, 64)).toMatchObject({ index: 0, trial: false })
	})

	it('drafts no more than is wanted, and nothing where nothing is', () => {
		const policy = new DraftPolicy(costsOf('gpu'))
		expect(policy.choose([ngram], 2, 64)?.length).toBe(2)
		expect(policy.choose([ngram], 0, 64)).toBeUndefined()
		expect(policy.choose([], 5, 64)).toBeUndefined()
	})

	it('does not prepare a draft model for a few tokens only', () => {
		const unprepared = { ...model, preparationMs: 300 }
		expect(new DraftPolicy(costsOf('gpu')).choose([unprepared], 8, 8)).toBeUndefined()
		expect(new DraftPolicy(costsOf('gpu')).choose([unprepared], 500, 500)).toBeDefined()
	})

	it('tries again what did not pay, more rarely, and comes back when it does', () => {
		const policy = new DraftPolicy(costsOf('cpuF16'))
		const trials: number[] = []
		for (let step = 0; step < 2_000; step++) {
			const choice = policy.choose([model], 100, 64)
			if (choice?.trial) trials.push(step)
			if (choice) policy.observe({ kind: 'model', drafted: choice.length, accepted: 0 })
		}
		const gaps = trials.slice(1).map((step, i) => step - (trials[i] ?? 0))
		expect(gaps.slice(0, 4)).toEqual([65, 129, 129, 129])
		let drafting = 0
		for (let step = 0; step < 10_000; step++) {
			const choice = policy.choose([model], 100, 64)
			if (choice) policy.observe({ kind: 'model', drafted: choice.length, accepted: choice.length })
			if (choice && !choice.trial) drafting++
		}
		expect(drafting).toBeGreaterThan(5_000)
	})

	it('takes a plain step now and then, so that its cost is known', () => {
		const policy = new DraftPolicy(costsOf('gpu'))
		const choices = Array.from({ length: 200 }, () => policy.choose([ngram], 100, 64))
		expect(choices.filter((choice) => choice === undefined)).toHaveLength(3)
	})
})

describe('the cost of a call', () => {
	it('lies on the line between the measured neighbours, and goes on as it went', () => {
		const costs = costsOf('cpuF16')
		expect(costs.estimate(6)).toBeCloseTo(13.6)
		expect(costs.estimate(24)).toBeCloseTo(26 + (8 * 18) / 15)
	})

	it('is not moved far by one outlier', () => {
		const costs = costsOf('cpuF16')
		costs.observe(1, 800)
		expect(costs.plain).toBeLessThan(10)
		costs.observe(5, 900)
		expect(costs.estimate(5)).toBeLessThan(26)
		for (let i = 0; i < 60; i++) costs.observe(1, 80)
		expect(costs.plain).toBeGreaterThan(60)
	})

	it('follows a machine that slows down, for all sizes, and back', () => {
		const costs = costsOf('cpuF16')
		for (let i = 0; i < 30; i++) costs.observe(1, 80)
		expect(costs.estimate(8)).toBeGreaterThan(140)
		for (let i = 0; i < 30; i++) costs.observe(1, 8)
		expect(costs.estimate(8)).toBeCloseTo(16, 0)
	})

	it('is taken up soon where it was not measured for long', () => {
		const costs = costsOf('cpuF16')
		for (let i = 0; i < 100; i++) costs.observe(4, 30)
		costs.observe(1, 20)
		costs.observe(1, 20)
		expect(costs.plain).toBeGreaterThan(15)
	})

	it('is another one for every number of threads', () => {
		const threads = { settled: '2', last: '2', wantedCall: undefined }
		const costs = new VerifyCosts(threads, [
			{ tokens: 1, ms: 10 },
			{ tokens: 4, ms: 15 },
		])
		threads.last = '1'
		for (let i = 0; i < 10; i++) costs.observe(1, 300)
		expect(costs.plain).toBe(10)
		threads.settled = '1'
		expect(costs.plain).toBe(300)
		// Nothing is known of it with one thread.
		expect(costs.estimate(4)).toBe(450)
		expect(costs.measurements()).toEqual([
			{ tokens: 1, ms: 300 },
			{ tokens: 4, ms: 450 },
		])
	})

	it('is unknown before the first measurement', () => expect(new VerifyCosts().plain).toBeUndefined())
})

/** Numbers from 0 to 1, the same every time. */
function seeded(seed: number): () => number {
	let state = seed
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
		return state / 2 ** 32
	}
}
