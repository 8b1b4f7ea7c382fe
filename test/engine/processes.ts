import { readdirSync, readFileSync } from 'node:fs'

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

/** Processes that this one, or a child of it, has started; of Linux only. */
export function descendantsOf(pid: number): number[] {
	const children = new Map<number, number[]>()
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue
		try {
			const [, parent = ''] = readFileSync(`/proc/${name}/stat`, 'utf8')
				.replace(/^.*\) /s, '')
				.split(' ')
			children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)])
		} catch {
			// It has just ended.
		}
	}
	const below = (one: number): number[] => (children.get(one) ?? []).flatMap((child) => [child, ...below(child)])
	return below(pid)
}
