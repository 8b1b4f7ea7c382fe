import { describe, expect, it } from 'vitest'
import { ThreadChoice } from '../../../src/engine/llama/threadChoice.ts'

type Cost = (threads: number) => number

const free: Cost = (threads) => 20 / threads
const busy: Cost = (threads) => (threads === 1 ? 21 : 400)
const tiny: Cost = (threads) => (threads === 1 ? 1 : 15)

/** Decodes some tokens; the milliseconds they took. */
function decode(choice: ThreadChoice, cost: Cost, tokens: number): number {
	let total = 0
	for (let i = 0; i < tokens; i++) {
		const ms = cost(choice.threads)
		choice.observe(1, ms)
		total += ms
	}
	return total
}

describe('ThreadChoice', () => {
	it.each([
		['a free machine', free, 4],
		['a busy machine', busy, 1],
		['a tiny model', tiny, 1],
	])('finds the better count within a few tokens: %s', (_where, cost, expected) => {
		const choice = new ThreadChoice({ calls: 'single', most: 4, fixed: false, isCheap: true })
		decode(choice, cost, 13)
		expect(choice.threads).toBe(expected)
	})

	it('has no choice with one core', () => {
		const choice = new ThreadChoice({ calls: 'single', most: 1, fixed: false, isCheap: true })
		decode(choice, () => 1_000, 5_000)
		expect(choice.threads).toBe(1)
	})

	it('leaves the threads alone where a graphics card computes', () => {
		const choice = new ThreadChoice({ calls: 'single', most: 4, fixed: true, isCheap: true })
		decode(choice, busy, 5_000)
		expect(choice.threads).toBe(4)
	})

	it('goes down to one thread soon after the machine became busy', () => {
		const choice = new ThreadChoice({ calls: 'single', most: 4, fixed: false, isCheap: true })
		decode(choice, free, 500)
		decode(choice, busy, 20)
		expect(choice.threads).toBe(1)
	})

	it('goes back to all when the machine is free again', () => {
		const choice = new ThreadChoice({ calls: 'single', most: 4, fixed: false, isCheap: true })
		decode(choice, busy, 100)
		decode(choice, free, 2_200)
		expect(choice.threads).toBe(4)
	})

	it('costs little where nothing changes', () => {
		for (const [cost, best] of [
			[free, 5],
			[busy, 21],
			[tiny, 1],
		] as const) {
			const choice = new ThreadChoice({ calls: 'single', most: 4, fixed: false, isCheap: true })
			decode(choice, cost, 100)
			expect(decode(choice, cost, 10_000)).toBeLessThan(10_000 * best * 1.1)
		}
	})

	it('does not try a large model without need', () => {
		const slow: Cost = (threads) => 1_200 / threads
		const choice = new ThreadChoice({ calls: 'single', most: 4, fixed: false, isCheap: false })
		expect(decode(choice, slow, 2_000)).toBe(2_000 * 300)
		decode(choice, (threads) => (threads === 1 ? 1_250 : 4_000), 20)
		expect(choice.threads).toBe(1)
	})

	it('judges calls of several tokens by what they take for their size', () => {
		const choice = new ThreadChoice({ calls: 'several', most: 4, fixed: false, isCheap: false })
		const draft = (cost: Cost, steps: number) => {
			for (let i = 0; i < steps; i++) {
				const size = 2 + ((i * 5) % 14)
				choice.observe(size, cost(choice.threads) * (3.5 + size))
			}
		}
		draft(free, 400)
		expect(choice.threads).toBe(4)
		draft(busy, 24)
		expect(choice.threads).toBe(1)
	})

	it('goes back to all for prompts, where it tried one thread for a slow-down only', () => {
		const choice = new ThreadChoice({ calls: 'prompts', most: 4, fixed: false, isCheap: false })
		const prompt = (cost: Cost, calls: number) => {
			const used: number[] = []
			for (let i = 0; i < calls; i++) {
				used.push(choice.threads)
				choice.observe(64, cost(choice.threads) * 4)
			}
			return used
		}
		expect(prompt(free, 1_000)).not.toContain(1)
		prompt(busy, 24)
		expect(choice.threads).toBe(1)
		prompt(free, 2_500)
		expect(choice.threads).toBe(4)
	})

	it('begins with the count that was better before, and keeps to it', () => {
		const choice = new ThreadChoice({ calls: 'single', most: 4, fixed: false, isCheap: true, start: 1 })
		expect([choice.threads, choice.isOpen]).toEqual([1, false])
		expect(decode(choice, busy, 20)).toBe(20 * 21)
	})

	it('goes by what calls take all in all, where two threads are faster in most and far slower in some', () => {
		const choice = new ThreadChoice({ calls: 'single', most: 2, fixed: false, isCheap: true })
		let calls = 0
		const sleepy: Cost = (threads) => (threads === 1 ? 15.5 : ++calls % 5 < 2 ? 31 : 14)
		decode(choice, sleepy, 1_000)
		expect(choice.settled).toBe(1)
		calls = 0
		const total = decode(choice, sleepy, 10_000)
		expect(total).toBeLessThan(10_000 * 15.5 * 1.03)
	})

	it('is not misled by single tokens that were held up', () => {
		const choice = new ThreadChoice({ calls: 'single', most: 4, fixed: false, isCheap: true })
		let tokens = 0
		decode(choice, (threads) => (++tokens % 5 === 0 ? 300 : tiny(threads)), 1_000)
		expect(choice.threads).toBe(1)
	})
})
