import { RecordedSpeeds } from '../../core/figures/recordedSpeeds.ts'
import { type UsageReport, UsageSummary } from '../../core/figures/usage.ts'
import type { ModelSpeed } from '../../core/model/measureSpeed.ts'
import { recordOf } from '../../core/privacy/ledger/ledgerChain.ts'
import type { LedgerRecord } from '../../core/privacy/ledger/ledgerEntry.ts'
import type { LedgerFiles } from './ledgerFiles.ts'

/** Sums of the ledger. */
export function usageReader(
	readLedger: LedgerFiles['read'],
	dayOf: (time: string) => string,
): () => Promise<UsageReport> {
	const summary = new UsageSummary(dayOf)
	const read = newRecords(readLedger, (record) => summary.add(record))
	return async () => {
		await read()
		return summary.report()
	}
}

/** How fast models were by the ledger, by the path of their file. */
export function speedsReader(readLedger: LedgerFiles['read']): () => Promise<ReadonlyMap<string, ModelSpeed>> {
	const speeds = new RecordedSpeeds()
	const read = newRecords(readLedger, (record) => speeds.add(record))
	return async () => {
		await read()
		return speeds.speeds()
	}
}

/** The ledger only grows, so what was read once is not read again. */
function newRecords(readLedger: LedgerFiles['read'], take: (record: LedgerRecord) => void): () => Promise<void> {
	const known = new Map<string, number>()
	const read = () =>
		readLedger(
			(name, text) => {
				const whole = text.slice(0, text.lastIndexOf('\n') + 1)
				known.set(name, (known.get(name) ?? 0) + Buffer.byteLength(whole))
				for (const line of whole.split('\n')) {
					const record = recordOf(line)
					if (record) take(record)
				}
			},
			(name) => known.get(name) ?? 0,
		)
	// One after the other: two at once would count the same records twice.
	let last: Promise<unknown> = Promise.resolve()
	return async () => {
		const turn = last.then(read)
		last = turn.catch(() => {})
		await turn
	}
}
