import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LedgerFiles } from '../../../src/node/privacy/ledgerFiles.ts'
import { systemClock } from '../../../src/node/systemClock.ts'
import { silentLogger } from '../../../src/shared/logger.ts'

export interface LedgerCost {
	readonly records: number
	/** Milliseconds of the host's thread, a record: to add it, and with hashing and writing. */
	readonly addMs: number
	readonly allMs: number
	/** The longest time for which a batch holds up the thread. */
	readonly longestMs: number
	readonly bytes: number
	readonly verifyMs: number
}

/** Records as completions make them: 20 a batch, one batch after the other. */
export async function measureLedger(records = 10_000): Promise<LedgerCost> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-ledger-'))
	const ledger = new LedgerFiles({
		folder,
		clock: systemClock,
		now: () => new Date(),
		retentionDays: () => 90,
		logger: silentLogger,
	})
	const lines = [{ start: 10, end: 80 }]
	let addMs = 0
	let longestMs = 0
	let last = performance.now()
	const watch = setInterval(() => {
		const now = performance.now()
		longestMs = Math.max(longestMs, now - last - 1)
		last = now
	}, 1)
	const before = process.cpuUsage()
	for (let at = 0; at < records; at += 20) {
		const begun = performance.now()
		for (let one = 0; one < 20; one++) {
			ledger.add({
				time: '2026-01-01T00:00:00.000Z',
				kind: 'request',
				what: 'complete',
				purpose: 'inline',
				model: {
					name: 'Qwen2.5-Coder 7B',
					file: '/models/qwen2.5-coder-7b-q4_k_m.gguf',
					hash: `sampled:${'a'.repeat(64)}`,
				},
				destination: 'this machine',
				isElsewhere: false,
				shown: [
					{ path: 'file:///home/somebody/project/src/feature/part.ts', lines },
					{ path: 'src/other.ts', lines },
				],
				tokens: { prompt: 1_200, generated: 24 },
				durationMs: 183.4,
				outcome: 'stopText',
			})
		}
		addMs += performance.now() - begun
		await ledger.flush()
	}
	const { user, system } = process.cpuUsage(before)
	clearInterval(watch)
	let bytes = 0
	await ledger.read((_, text) => {
		bytes += text.length
	})
	const begun = performance.now()
	const { faults } = await ledger.verify()
	const verifyMs = performance.now() - begun
	rmSync(folder, { recursive: true, force: true })
	if (faults.length > 0) throw new Error('The ledger does not verify')
	return { records, addMs: addMs / records, allMs: (user + system) / 1_000 / records, longestMs, bytes, verifyMs }
}

export function renderLedger(
	cost: LedgerCost,
	{ date, command, machine }: Readonly<Record<'date' | 'command' | 'machine', string>>,
): string {
	return [
		'# What the ledger costs',
		'',
		`Made by \`${command}\` on ${date}, ${machine}.`,
		'',
		`${cost.records} records in batches of 20, each hashed, written, synced and locked as in the editor. Aim: under 1 ms of the host's time for a record.`,
		'',
		'| | |',
		'|---|---:|',
		`| to add a record, ms of the host's thread | ${cost.addMs.toFixed(4)} |`,
		`| all of it, ms of processor time of the whole process (user and system) | ${cost.allMs.toFixed(3)} |`,
		`| longest time for which the thread was held up, ms | ${cost.longestMs.toFixed(1)} |`,
		`| bytes of a record | ${Math.round(cost.bytes / cost.records)} |`,
		`| to verify all of them, ms | ${Math.round(cost.verifyMs)} |`,
		'',
	].join('\n')
}
