import { describe, expect, it } from 'vitest'
import { DraftPolicy } from '../../../src/engine/llama/draftPolicy.ts'

interface World {
	/** Probability that a drafted token is right. */
	readonly acceptance: number
	/** Milliseconds of the draft for a token. */
	readonly draftMs: number
	/** Milliseconds of the target for that many tokens. */
	readonly verifyMs: (tokens: number) => number
}

/** Lets a policy decode in a world; what a token costs on average, and how often it drafted how much at the end. */
function decode(policy: DraftPolicy, world: World, steps: number, seed = 1) {
	let state = seed
	const random = () => {
		state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
		return state / 2 ** 32
	}
	let produced = 0
	let ms = 0
	const lengths: number[] = []
	for (let i = 0; i < steps; i++) {
		const drafted = policy.next({ unseen: 1, most: 100 })
		let accepted = 0
		while (accepted < drafted && random() < world.acceptance) accepted++
		const [draftMs, verifyMs] = [drafted * world.draftMs, world.verifyMs(drafted + 1)]
		const tokens = Array<number>(drafted).fill(1)
		const proposal = drafted > 0 ? { tokens, ms: draftMs, unseen: 1, catchUpMs: 0 } : undefined
		policy.observe({ proposal, accepted, verifyMs })
		produced += accepted + 1
		ms += draftMs + verifyMs
		lengths.push(drafted)
	}
	return { msPerToken: ms / produced, lengths }
}

const gpu: World = { acceptance: 0.85, draftMs: 1, verifyMs: (tokens) => 10 + 0.1 * tokens }
const slowDraft: World = { acceptance: 0.85, draftMs: 9, verifyMs: (tokens) => 10 * tokens }
const wrongDraft: World = { acceptance: 0.05, draftMs: 1, verifyMs: (tokens) => 10 + 2 * tokens }

describe('DraftPolicy', () => {
	it('first measures a plain step', () => {
		expect(new DraftPolicy().next({ unseen: 1, most: 100 })).toBe(0)
	})

	it('tries a draft soon', () => {
		expect(decode(new DraftPolicy(), gpu, 3).lengths.some((length) => length > 0)).toBe(true)
	})

	it('drafts long where verifying is free, and is much faster for it', () => {
		const { msPerToken, lengths } = decode(new DraftPolicy(), gpu, 500)
		expect(Math.max(...lengths.slice(-50))).toBeGreaterThanOrEqual(6)
		expect(msPerToken).toBeLessThan(gpu.verifyMs(1) / 2)
	})

	it('drafts less where verifying costs', () => {
		const cpu = { acceptance: 0.85, draftMs: 1, verifyMs: (tokens: number) => 5 + 5 * tokens }
		const { msPerToken, lengths } = decode(new DraftPolicy(), cpu, 500)
		expect(Math.max(...lengths.slice(-50))).toBeLessThan(6)
		expect(msPerToken).toBeLessThan(cpu.verifyMs(1))
	})

	it.each([
		['costs too much', slowDraft],
		['is wrong', wrongDraft],
	])('stops drafting where the draft %s', (_why, world) => {
		const { msPerToken, lengths } = decode(new DraftPolicy(), world, 2_000)
		expect(lengths.slice(-300).filter((length) => length > 0).length).toBeLessThanOrEqual(10)
		expect(msPerToken).toBeLessThan(world.verifyMs(1) * 1.05)
	})

	it('notices when drafting begins to pay', () => {
		const policy = new DraftPolicy()
		decode(policy, wrongDraft, 1_000)
		const { lengths } = decode(policy, gpu, 1_000)
		expect(lengths.slice(-100).filter((length) => length > 0).length).toBeGreaterThan(80)
	})

	it('notices when it no longer pays', () => {
		const policy = new DraftPolicy()
		decode(policy, gpu, 500)
		const { lengths } = decode(policy, wrongDraft, 500)
		expect(lengths.slice(-100).filter((length) => length > 0).length).toBeLessThanOrEqual(5)
	})

	it('measures plain steps now and then while it drafts', () => {
		const { lengths } = decode(new DraftPolicy(), gpu, 500)
		expect(lengths.slice(-200).filter((length) => length === 0).length).toBeGreaterThan(0)
	})

	it('never drafts more than there is room for', () => {
		const policy = new DraftPolicy()
		decode(policy, gpu, 200)
		expect(policy.next({ unseen: 1, most: 100 })).toBeGreaterThan(2)
		for (const most of [2, 1, 0, -1]) expect(policy.next({ unseen: 1, most })).toBe(Math.max(0, most))
	})

	it('does not let the drafter read a long prompt for a short answer', () => {
		const policy = new DraftPolicy()
		decode(policy, gpu, 200)
		// A thousand tokens at half a millisecond; a token of the target takes ten, and five fewer with a draft.
		const read = { tokens: [1, 1], ms: 2, unseen: 1_000, catchUpMs: 500 }
		for (let i = 0; i < 10; i++) policy.observe({ proposal: read, accepted: 2, verifyMs: gpu.verifyMs(3) })
		for (let i = 0; i < 50; i++) policy.finished(4)
		expect(policy.next({ unseen: 1_000, most: 100 })).toBe(0)
		expect(policy.next({ unseen: 2, most: 100 })).toBeGreaterThan(0)
		for (let i = 0; i < 50; i++) policy.finished(400)
		expect(policy.next({ unseen: 1_000, most: 500 })).toBeGreaterThan(0)
		expect(policy.next({ unseen: 1_000, most: 4 })).toBe(0)
	})
})
