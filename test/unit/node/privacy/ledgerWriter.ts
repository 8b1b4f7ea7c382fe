import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { LedgerFiles } from '../../../../src/node/privacy/ledgerFiles.ts'
import { systemClock } from '../../../../src/node/systemClock.ts'
import { silentLogger } from '../../../../src/shared/logger.ts'

// A window of its own: writes records until it has written enough, or is killed. Says each time that a batch is on the disk.
const [folder = '', name = '', count = '0'] = process.argv.slice(2)
const ledger = new LedgerFiles({
	folder,
	clock: systemClock,
	now: () => new Date(),
	retentionDays: () => 30,
	logger: silentLogger,
	fileBytes: 20_000,
})

process.send?.('ready')
await once(process, 'message')
for (let written = 0; written < Number(count); ) {
	for (let at = 0; at < 5; at++, written++) {
		ledger.add({
			time: new Date().toISOString(),
			kind: 'request',
			what: name,
			destination: 'this machine',
			isElsewhere: false,
			shown: [{ path: `${name}/ä€/${written}.ts`.repeat(4) }],
			outcome: 'endOfText',
		})
	}
	await ledger.flush()
	process.send?.(written)
	// Batches of a window have time between them, in which others write.
	await wait(10)
}
process.disconnect?.()
