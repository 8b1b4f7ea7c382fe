import { describe, expect, it } from 'vitest'
import type { LedgerRecord } from '../../../src/core/privacy/ledger/ledgerEntry.ts'
import { LedgerSummary } from '../../../src/core/privacy/ledger/ledgerReport.ts'
import { parseReportHostMessage } from '../../../src/protocol/webviewReport.ts'
import { reportContent, verdictContent } from '../../../src/vscode/privacy/reportContent.ts'
import { english } from './english.ts'

const record: LedgerRecord = {
	seq: 1,
	hash: 'f'.repeat(64),
	time: '2026-01-01T10:00:00.000Z',
	kind: 'request',
	what: 'complete',
	destination: 'this machine',
	isElsewhere: false,
	outcome: 'endOfText',
}

function content(...records: readonly LedgerRecord[]) {
	const summary = new LedgerSummary(2)
	for (const one of records) summary.add(one)
	const message = reportContent(english, summary.report())
	expect(parseReportHostMessage(message)).toEqual(message)
	if (message.type !== 'report') throw new Error('no report')
	return message
}

describe('the privacy report', () => {
	it('says that nothing left the machine where that is so, and only there', () => {
		expect(content(record).statement).toMatch(/nothing was sent to another machine from 2026-01-01 10:00/)
		const sent = { ...record, destination: 'a.example:443', isElsewhere: true }
		expect(content(record, sent)).toMatchObject({ isQuiet: false, elsewhere: [0] })
		expect(content(record, sent).statement).toMatch(/something was sent to other machines .* Connections: 1\./)
		expect(content({ ...sent, kind: 'connection', outcome: 'refused' })).toMatchObject({ isQuiet: true, elsewhere: [] })
		expect(content().statement).toBe('Nothing is on record yet.')
	})

	it('says how much it does not show', () => {
		expect(content(record, record, record).facts.join()).toContain('The newest 2 of 3 records are shown')
	})

	it('says of each fault what is wrong', () => {
		const report = { records: 2, first: 1, last: { seq: 2, hash: '' } }
		expect(verdictContent(english, { ...report, faults: [] })).toMatchObject({ isFine: true, faults: [] })
		const verdict = verdictContent(english, {
			...report,
			faults: [
				{ kind: 'edited', file: 'f', line: 3 },
				{ kind: 'broken', file: 'f', line: 4, expected: 5, found: 6 },
				{ kind: 'torn', file: 'f', line: 3 },
				{ kind: 'startMissing', first: 3 },
				{ kind: 'endMissing', by: 'head', seq: 3 },
				{ kind: 'endMissing', by: 'anchor', seq: 3 },
				{ kind: 'headMissing' },
			],
		})
		expect(parseReportHostMessage(verdict)).toEqual(verdict)
		expect(verdict.type === 'verified' && new Set(verdict.faults).size).toBe(7)
	})
})
