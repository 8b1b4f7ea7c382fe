import { describe, expect, it } from 'vitest'
import { RecordedSpeeds } from '../../../../src/core/figures/recordedSpeeds.ts'
import type { LedgerRecord } from '../../../../src/core/privacy/ledger/ledgerEntry.ts'

const record = (more: Partial<LedgerRecord> = {}): LedgerRecord => ({
	seq: 1,
	hash: '',
	time: '2026-03-01T12:00:00.000Z',
	kind: 'request',
	what: 'complete',
	model: { name: 'coder', file: '/models/coder.gguf' },
	destination: 'this machine',
	isElsewhere: false,
	tokens: { prompt: 300, generated: 21 },
	figures: { reused: 100, firstTokenMs: 1_000, writingMs: 500, drafted: 0, accepted: 0 },
	outcome: 'endOfText',
	...more,
})

function speedsOf(records: readonly LedgerRecord[]) {
	const speeds = new RecordedSpeeds()
	for (const one of records) speeds.add(one)
	return speeds.speeds()
}

const times = (count: number, one: LedgerRecord) => Array.from({ length: count }, () => one)

describe('speeds by the ledger', () => {
	it('are the middle of what was read and written anew', () => {
		const held = record({ figures: { reused: 100, firstTokenMs: 60_000, writingMs: 60_000, drafted: 0, accepted: 0 } })
		expect(speedsOf([...times(11, record()), ...times(3, held)])).toEqual(
			new Map([['/models/coder.gguf', { promptRate: 200, decodeRate: 40 }]]),
		)
	})

	it('are not told by a few answers, by short ones, nor by those of other machines', () => {
		expect(speedsOf(times(9, record())).size).toBe(0)
		expect(speedsOf(times(50, record({ tokens: { prompt: 120, generated: 4 } }))).size).toBe(0)
		expect(speedsOf(times(50, record({ isElsewhere: true }))).size).toBe(0)
		expect(speedsOf(times(50, record({ model: { name: 'served' } }))).size).toBe(0)
	})

	it('follow the newest answers', () => {
		const faster = record({ figures: { reused: 100, firstTokenMs: 100, writingMs: 50, drafted: 0, accepted: 0 } })
		const speeds = speedsOf([...times(500, record()), ...times(200, faster)])
		expect(speeds.get('/models/coder.gguf')).toEqual({ promptRate: 2_000, decodeRate: 400 })
	})
})
