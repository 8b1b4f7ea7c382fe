import { readdirSync, readFileSync } from 'node:fs'

export interface RunningProcess {
	readonly pid: number
	readonly parent: number
	/** The command line, its parts joined by spaces. */
	readonly command: string
}

/** Every process of this machine; Linux only. */
function allProcesses(): RunningProcess[] {
	return readdirSync('/proc').flatMap((name) => {
		if (!/^\d+$/.test(name)) return []
		try {
			const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
			// The name of the program, in parentheses, may hold anything.
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
			if (fields[0] === 'Z') return []
			const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
			return [{ pid: Number(name), parent: Number(fields[1]), command }]
		} catch {
			return [] // It ended in between.
		}
	})
}

/** All processes below `ancestor`, itself not among them. */
export function descendants(ancestor: number): RunningProcess[] {
	const all = allProcesses()
	const found: RunningProcess[] = []
	const queue = [ancestor]
	for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
		for (const child of all) {
			if (child.parent !== pid) continue
			found.push(child)
			queue.push(child.pid)
		}
	}
	return found
}

/** Alcove's engine processes below `ancestor`. */
export function enginesBelow(ancestor: number): RunningProcess[] {
	return descendants(ancestor).filter(({ command }) => /alcove[^ ]*\/dist\/engine\/main\.cjs/.test(command))
}

export function isRunning(pid: number): boolean {
	return allProcesses().some((one) => one.pid === pid)
}
