import type { ChainFault, ChainReport } from '../../core/privacy/ledger/ledgerChain.ts'
import { type LedgerRecord, thisMachine } from '../../core/privacy/ledger/ledgerEntry.ts'
import {
	type LedgerReport,
	type LedgerSums,
	leftTheMachine,
	shownText,
} from '../../core/privacy/ledger/ledgerReport.ts'
import type { ReportHostMessage } from '../../protocol/webviewReport.ts'
import type { L10n } from '../l10n.ts'

const longestCell = 2_000

/** What the page shows of a ledger. */
export function reportContent(l10n: L10n, { all, days, destinations, records }: LedgerReport): ReportHostMessage {
	const sums = ({ records: count, requests, promptTokens, generatedTokens }: LedgerSums) =>
		[count, requests, promptTokens, generatedTokens].map(String)
	const sumHead = [l10n.t('Records'), l10n.t('Requests to models'), l10n.t('Tokens read'), l10n.t('Tokens written')]
	return {
		type: 'report',
		statement: statementOf(l10n, all),
		isQuiet: all.sent === 0,
		facts: factsOf(l10n, all, records.length),
		labels: {
			title: l10n.t('Privacy Report'),
			search: l10n.t('Search'),
			verify: l10n.t('Verify'),
			exportJson: l10n.t('Export as JSON…'),
			exportCsv: l10n.t('Export as CSV…'),
			refresh: l10n.t('Refresh'),
			shown: l10n.t('{0} of {1} records', '{0}', '{1}'),
			filterBy: l10n.t('Search the records for this'),
		},
		days: {
			title: l10n.t('By day'),
			head: [l10n.t('Day'), ...sumHead],
			rows: days.map((one) => [one.day, ...sums(one)]),
		},
		destinations: {
			title: l10n.t('By destination'),
			head: [l10n.t('Destination'), ...sumHead],
			rows: destinations.map((one) => [destinationText(l10n, one.destination), ...sums(one)]),
		},
		records: {
			title: l10n.t('Records'),
			head: [
				...[l10n.t('Time'), l10n.t('What'), l10n.t('Destination'), l10n.t('Model'), l10n.t('Files and lines shown')],
				...[l10n.t('Tokens'), l10n.t('Milliseconds'), l10n.t('Outcome')],
			],
			rows: records.map((record) => rowOf(l10n, record)),
		},
		elsewhere: records.flatMap((record, at) => (leftTheMachine(record) ? [at] : [])),
	}
}

/** Says that nothing left the machine only where the record says so. */
function statementOf(l10n: L10n, { records, sent, from = '', to = '' }: LedgerReport['all']): string {
	if (records === 0) return l10n.t('Nothing is on record yet.')
	const [first, last] = [from.slice(0, 16).replace('T', ' '), to.slice(0, 16).replace('T', ' ')]
	return sent === 0
		? l10n.t('By this record, nothing was sent to another machine from {0} to {1} (UTC).', first, last)
		: l10n.t(
				'By this record, something was sent to other machines from {0} to {1} (UTC). Connections: {2}.',
				first,
				last,
				sent,
			)
}

function factsOf(l10n: L10n, { records, refused, denied }: LedgerReport['all'], shown: number): string[] {
	return [
		l10n.t(
			'The record holds what was asked for, when, of which model, where, and with which files and lines: no text.',
		),
		...(shown < records
			? [l10n.t('The newest {0} of {1} records are shown; an export has all of them.', shown, records)]
			: []),
		...(refused > 0 ? [l10n.t('{0} connections were refused, because nobody had allowed them.', refused)] : []),
		...(denied > 0 ? [l10n.t('{0} attempts of a process of Alcove to open a connection were denied.', denied)] : []),
	]
}

function destinationText(l10n: L10n, destination: string): string {
	return destination === thisMachine ? l10n.t('this machine') : destination
}

function rowOf(l10n: L10n, record: LedgerRecord): string[] {
	const { time, what, purpose, destination, model, tokens, durationMs, outcome, redactions } = record
	const hash = model?.hash === undefined ? '' : ` (${model.hash.slice(0, 20)}…)`
	return [
		time.replace('T', ' ').replace(/\.\d+Z$/, ''),
		purpose ? `${what}, ${purpose}` : what,
		destinationText(l10n, destination),
		model ? `${model.name}${hash}` : '',
		shownText(record).slice(0, longestCell),
		tokens ? `${tokens.prompt} + ${tokens.generated}` : '',
		durationMs === undefined ? '' : String(Math.round(durationMs)),
		(redactions ?? 0) > 0
			? l10n.t('{0}; {1} secrets taken out', outcome, redactions ?? 0)
			: outcome.slice(0, longestCell),
	]
}

export function verdictContent(l10n: L10n, { records, first, last, faults }: ChainReport): ReportHostMessage {
	const text =
		faults.length === 0
			? l10n.t('The record is whole: {0} records, number {1} to {2}, each as it was written.', records, first, last.seq)
			: l10n.t('The record was changed, or is damaged: {0} faults in {1} records.', faults.length, records)
	return { type: 'verified', text, isFine: faults.length === 0, faults: faults.map((fault) => faultText(l10n, fault)) }
}

function faultText(l10n: L10n, fault: ChainFault): string {
	switch (fault.kind) {
		case 'edited':
			return l10n.t('{0}, line {1}: not as it was written', fault.file, fault.line)
		case 'broken':
			return l10n.t(
				'{0}, line {1}: record {2} should stand here; record {3} does not follow the one before it',
				fault.file,
				fault.line,
				fault.expected,
				fault.found,
			)
		case 'torn':
			return l10n.t('{0}, line {1}: unfinished, as after a crash', fault.file, fault.line)
		case 'startMissing':
			return l10n.t('The records before number {0} are gone', fault.first)
		case 'endMissing':
			return fault.by === 'head'
				? l10n.t('Record {0} was the newest one, and is gone or is another one', fault.seq)
				: l10n.t('Record {0} is gone or is another one than the editor remembers', fault.seq)
		case 'headMissing':
			return l10n.t('The file that says where the record ends is gone')
	}
}
