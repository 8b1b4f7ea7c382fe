import { readFileSync } from 'node:fs'

/** Whether a process runs. One that is dead but not yet collected by its parent does not. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0)
	} catch {
		return false
	}
	if (process.platform !== 'linux') return true
	try {
		// The state stands behind the name, which is in parentheses and may hold anything.
		return !/^[ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, ''))
	} catch {
		return false
	}
}

/** Resolves when the process is gone; the test's own time limit ends a vain wait. */
export function gone(pid: number): Promise<void> {
	return until(() => !isAlive(pid))
}

/** For what tells nobody that it has come about. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}
