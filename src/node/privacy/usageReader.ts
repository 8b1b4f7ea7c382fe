import { type UsageReport, UsageSummary } from '../../core/figures/usage.ts'
import { recordOf } from '../../core/privacy/ledger/ledgerChain.ts'
import type { LedgerFiles } from './ledgerFiles.ts'

/** Sums of the ledger. It only grows, so what was read once is not read again. */
export function usageReader(
	readLedger: LedgerFiles['read'],
	dayOf: (time: string) => string,
): () => Promise<UsageReport> {
	const summary = new UsageSummary(dayOf)
	const known = new Map<string, number>()
	const read = () =>
		readLedger(
			(name, text) => {
				const whole = text.slice(0, text.lastIndexOf('\n') + 1)
				known.set(name, (known.get(name) ?? 0) + Buffer.byteLength(whole))
				for (const line of whole.split('\n')) {
					const record = recordOf(line)
					if (record) summary.add(record)
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
		return summary.report()
	}
}
