import { open, rm, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds. What is done under a lock takes a few of them: an older one was left by a process that ended. */
const stale = 10_000
const longestWait = 3_000
const pause = 20

/**
 * Runs something while no other process runs something under the same lock. Where the lock cannot be had it is run all the same: whoever
 * writes must not lose more than who waits.
 *
 * @param file absolute; is there while it is locked
 */
export async function withLock<T>(file: string, run: () => Promise<T>): Promise<T> {
	const isOurs = await acquired(file)
	try {
		return await run()
	} finally {
		if (isOurs) await rm(file, { force: true }).catch(() => {})
	}
}

async function acquired(file: string): Promise<boolean> {
	const until = performance.now() + longestWait
	for (;;) {
		try {
			await (await open(file, 'wx', 0o600)).close()
			return true
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return false
		}
		const facts = await stat(file).catch(() => undefined)
		if (facts && Date.now() - facts.mtimeMs > stale) await rm(file, { force: true }).catch(() => {})
		else if (performance.now() > until) return false
		else await sleep(pause)
	}
}
