import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LedgerRecord, thisMachine } from '../../../../../src/core/privacy/ledger/ledgerEntry.ts'
import { csvHead, csvRow, LedgerSummary, shownText } from '../../../../../src/core/privacy/ledger/ledgerReport.ts'

const record: LedgerRecord = {
	seq: 1,
	hash: 'f'.repeat(64),
	time: '2026-01-01T10:00:00.000Z',
	kind: 'request',
	what: 'complete',
	destination: thisMachine,
	isElsewhere: false,
	tokens: { prompt: 10, generated: 2 },
	outcome: 'endOfText',
}
const elsewhere = { ...record, destination: 'a.example:443', isElsewhere: true, time: '2026-01-02T10:00:00.000Z' }

function report(records: readonly LedgerRecord[], most = 10) {
	const summary = new LedgerSummary(most)
	for (const one of records) summary.add(one)
	return summary.report()
}

describe('what the ledger says in sums', () => {
	it('is by day and by destination, and has the newest records first', () => {
		const { all, days, destinations, records } = report([record, record, elsewhere], 2)
		expect(all).toMatchObject({ records: 3, requests: 3, promptTokens: 30, generatedTokens: 6, sent: 1 })
		expect(days.map(({ day, records: count }) => [day, count])).toEqual([
			['2026-01-02', 1],
			['2026-01-01', 2],
		])
		expect(destinations.map(({ destination, isElsewhere }) => [destination, isElsewhere])).toEqual([
			[thisMachine, false],
			['a.example:443', true],
		])
		expect(records.map(({ destination }) => destination)).toEqual(['a.example:443', thisMachine])
	})

	it('counts what was refused or denied as not sent', () => {
		const refused = { ...elsewhere, kind: 'connection', outcome: 'refused' } as const
		const denied = { ...elsewhere, kind: 'denied', outcome: 'denied' } as const
		expect(report([refused, denied]).all).toMatchObject({ sent: 0, refused: 1, denied: 1 })
		const unasked = { ...elsewhere, tokens: { prompt: 0, generated: 0 }, outcome: 'failed: backendNotAllowed' }
		expect(report([refused, unasked]).all.sent).toBe(0)
		// What was begun may have arrived, however it ended.
		expect(report([{ ...elsewhere, kind: 'connection', outcome: 'failed' }]).all.sent).toBe(1)
	})
})

it('what was sent once counts once, however many records tell of it', () => {
	const begun = { ...elsewhere, kind: 'connection', outcome: 'begun' } as const
	const ended = { ...begun, outcome: 'done, status 200' }
	expect(report([begun, elsewhere, ended]).all.sent).toBe(1)
	expect(report([begun, ended, begun, elsewhere, ended]).all.sent).toBe(2)
})

describe('an export as CSV', () => {
	/** RFC 4180. */
	const parse = (row: string) =>
		[...row.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)/g)].map(([, value = '']) =>
			value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value,
		)

	it('holds whatever a path may be, and never begins a formula', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.constantFrom('=', '+', '-', '@', '\t=', '\r=', ' =', ''),
				(text, sign) => {
					const path = sign + text
					const row = csvRow({ ...record, shown: [{ path }], outcome: path })
					const values = parse(row)
					expect(values).toHaveLength(parse(csvHead).length)
					for (const value of values) expect(value).not.toMatch(/^\s*[=+\-@\t\r]/)
					expect(values.filter((value) => value === path || value === `'${path}`)).toHaveLength(
						path === '' ? values.filter((value) => value === '').length : 2,
					)
				},
			),
		)
	})
})

it('files are said with their lines, from 1', () => {
	const shown = [
		{
			path: 'a.ts',
			lines: [
				{ start: 0, end: 20 },
				{ start: 29, end: 30 },
			],
		},
		{ path: 'b.ts' },
	]
	expect(shownText({ shown })).toBe('a.ts:1-20,30; b.ts')
})
