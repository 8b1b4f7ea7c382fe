import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UsageSummary } from '../../../../src/core/figures/usage.ts'
import type { LedgerRecord } from '../../../../src/core/privacy/ledger/ledgerEntry.ts'
import { percentile } from '../../../../src/shared/percentile.ts'

const record = (more: Partial<LedgerRecord> = {}): LedgerRecord => ({
	seq: 1,
	hash: '',
	time: '2026-03-01T12:00:00.000Z',
	kind: 'request',
	what: 'complete',
	purpose: 'inline',
	model: { name: 'coder' },
	destination: 'this machine',
	isElsewhere: false,
	tokens: { prompt: 100, generated: 11 },
	durationMs: 50,
	figures: { reused: 80, firstTokenMs: 10, writingMs: 40, drafted: 0, accepted: 0 },
	outcome: 'endOfText',
	...more,
})

function reportOf(...records: readonly LedgerRecord[]) {
	const summary = new UsageSummary()
	for (const one of records) summary.add(one)
	return summary.report()
}

describe('the summary', () => {
	it('of nothing is nothing', () => {
		expect(reportOf()).toEqual({
			all: { requests: 0, promptTokens: 0, reusedTokens: 0, generatedTokens: 0, busyMs: 0 },
			elsewhere: 0,
			days: [],
			purposes: [],
			models: [],
		})
	})

	it('adds up requests to models, and nothing else', () => {
		const { all } = reportOf(
			record(),
			record({ purpose: 'chat', tokens: { prompt: 7, generated: 3 } }),
			record({ what: 'countTokens' }),
			record({ what: 'warmUp' }),
			record({ kind: 'connection', what: 'modelDownload' }),
			record({ kind: 'note', what: 'removed' }),
		)
		expect(all).toEqual({ requests: 2, promptTokens: 107, reusedTokens: 160, generatedTokens: 14, busyMs: 100 })
	})

	it('counts what other machines answered apart', () => {
		const { all, elsewhere } = reportOf(record(), record({ isElsewhere: true, destination: 'models.example.com:443' }))
		expect({ requests: all.requests, elsewhere }).toEqual({ requests: 1, elsewhere: 1 })
	})

	it('names each day, also those on which nothing was asked', () => {
		const days = reportOf(record(), record({ time: '2026-03-04T01:00:00.000Z' }), record()).days
		expect(days.map(({ day, requests }) => [day, requests])).toEqual([
			['2026-03-01', 2],
			['2026-03-02', 0],
			['2026-03-03', 0],
			['2026-03-04', 1],
		])
	})

	it('makes no list of ten thousand days of a clock that was wrong', () => {
		const days = reportOf(record({ time: '1970-01-01T00:00:00.000Z' }), record()).days
		expect(days.map(({ day }) => day)).toEqual(['1970-01-01', '2026-03-01'])
	})

	it('says how long the first token took, by purpose', () => {
		const all = Array.from({ length: 101 }, (_, ms) =>
			record({ figures: { reused: 0, firstTokenMs: ms, writingMs: 1, drafted: 0, accepted: 0 } }),
		)
		const { figures: _, ...without } = record({ purpose: 'chat' })
		const { purposes } = reportOf(...all, without)
		expect(purposes.map(({ purpose, firstToken }) => [purpose, firstToken])).toEqual([
			['inline', { count: 101, p50: 50, p95: 95, p99: 99 }],
			['chat', undefined],
		])
	})

	it('tells answers with drafts from those without, by model', () => {
		const drafted = { reused: 0, firstTokenMs: 5, writingMs: 100, drafted: 40, accepted: 30 }
		const plain = { reused: 0, firstTokenMs: 5, writingMs: 200, drafted: 0, accepted: 0 }
		const tokens = { prompt: 10, generated: 41 }
		const { models } = reportOf(
			record({ figures: drafted, tokens }),
			record({ figures: plain, tokens }),
			record({ model: { name: 'other' } }),
		)
		expect(models[0]).toMatchObject({
			model: 'coder',
			drafted: { answers: 1, tokens: 40, tokensPerSecond: 400 },
			plain: { answers: 1, tokens: 40, tokensPerSecond: 200 },
			acceptance: 0.75,
		})
		// Too little to say.
		expect(models[1]).toMatchObject({ model: 'other', plain: { tokensPerSecond: undefined }, acceptance: undefined })
	})

	it('comes to the same whatever the order of the records', () => {
		const some = fc.array(
			fc.record({
				purpose: fc.constantFrom('inline', 'chat') as fc.Arbitrary<'inline' | 'chat'>,
				day: fc.integer({ min: 1, max: 9 }),
				generated: fc.nat(50),
			}),
		)
		fc.assert(
			fc.property(some, (parts) => {
				const records = parts.map(({ purpose, day, generated }) =>
					record({ purpose, time: `2026-03-0${day}T00:00:00.000Z`, tokens: { prompt: 1, generated } }),
				)
				const [one, other] = [reportOf(...records), reportOf(...records.toReversed())]
				expect(other.all).toEqual(one.all)
				expect(other.days).toEqual(one.days)
				expect(one.days.reduce((sum, { generatedTokens }) => sum + generatedTokens, 0)).toBe(one.all.generatedTokens)
			}),
		)
	})
})

describe('percentiles', () => {
	it('lie between the two nearest values', () => {
		expect(percentile([10], 0.99)).toBe(10)
		expect(percentile([0, 10], 0.5)).toBe(5)
		expect(percentile([1, 2, 3, 4], 0.95)).toBeCloseTo(3.85)
	})
})
