import { describe, expect, it } from 'vitest'
import { planPrompts } from '../../../src/cli/bench/measurement.ts'
import { codeText, rewrites, typedPlaces } from '../../../src/cli/bench/recording.ts'
import { median, summaryOf } from '../../../src/cli/bench/statistics.ts'

describe('the length of the prompts', () => {
	const trial = { characters: 900, tokens: 300 }

	it('is 2,000 tokens where the model reads fast', () => {
		expect(planPrompts({ ...trial, ms: 300 }, 4_096)).toMatchObject({ tokens: 2_000, charactersPerToken: 3 })
	})

	it('fits the context', () => {
		expect(planPrompts({ ...trial, ms: 300 }, 1_024).tokens).toBe(832)
	})

	it('is what the model reads in 20 seconds where it reads slowly, but never nothing', () => {
		expect(planPrompts({ ...trial, ms: 15_000 }, 4_096).tokens).toBe(400)
		expect(planPrompts({ ...trial, ms: 3_000 }, 4_096).placeTokens).toBe(400)
		expect(planPrompts({ ...trial, ms: 3_000_000 }, 4_096).tokens).toBe(128)
	})
})

describe('the recording', () => {
	it('has places whose typed text stands in real code', () => {
		const places = typedPlaces()
		expect(places.length).toBeGreaterThan(3)
		for (const { prefix, suffix, typed, reference } of places) {
			expect(typed.length).toBeGreaterThan(3)
			expect(prefix).not.toMatch(/\n$/)
			expect(suffix).toMatch(/^\n./s)
			expect(reference).toBe(prefix + suffix)
		}
	})

	it('has functions that are in the text that they may be copied from', () => {
		expect(new Set(rewrites().map(({ purpose }) => purpose))).toEqual(new Set(['fix', 'chat']))
		for (const { prefix, reference } of rewrites()) {
			expect(prefix.startsWith(reference)).toBe(true)
			const firstLine = prefix.split('\n').at(-2) ?? ''
			expect(firstLine).toMatch(/\w/)
			expect(reference).toContain(firstLine)
		}
	})

	it('makes text of any length that begins differently for every mark', () => {
		expect(codeText('a', 20_000)).toHaveLength(20_000)
		expect(codeText('a', 50)).toHaveLength(50)
		expect(codeText('a', 50).slice(0, 6)).not.toBe(codeText('b', 50).slice(0, 6))
		expect(codeText('a mark that is long', 3)).toContain('a mark that is long')
	})
})

describe('the statistics', () => {
	it('find the middle', () => {
		expect(median([5, 1, 3])).toBe(3)
		expect(median([4, 1, 3, 2])).toBe(2.5)
		expect(median([])).toBeNaN()
	})

	it('sum values up, also when they come in no order, and nothing to nothing', () => {
		const values = Array.from({ length: 101 }, (_, i) => (i * 37) % 101)
		expect(summaryOf(values)).toEqual({ count: 101, min: 0, p50: 50, p90: 90, p95: 95, p99: 99, max: 100 })
		expect(summaryOf([])).toBeUndefined()
	})
})
