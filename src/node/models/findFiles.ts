import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type CancellationToken, neverCancelled } from '../../shared/cancellation.ts'

export interface FoundFiles {
	readonly paths: readonly string[]
	/** There is more than was looked at. */
	readonly isCutShort: boolean
}

/** Someone may name a whole disk. */
export interface SearchLimits {
	readonly entries: number
	readonly depth: number
}

const usualLimits: SearchLimits = { entries: 20_000, depth: 8 }

/** Files of some name, in a folder and those below it, by links too; what cannot be read holds none. Never rejects. */
export async function findFiles(
	folder: string,
	isWanted: (name: string) => boolean,
	token: CancellationToken = neverCancelled,
	limits: SearchLimits = usualLimits,
): Promise<FoundFiles> {
	const paths: string[] = []
	const visited = new Set<string>()
	const waiting = [{ folder, depth: 0 }]
	let entries = 0
	for (let next = waiting.pop(); next && !token.isCancellationRequested; next = waiting.pop()) {
		const { folder: here, depth } = next
		const real = await realpath(here).catch(() => undefined)
		// Links may go in circles.
		if (real === undefined || visited.has(real)) continue
		visited.add(real)
		for (const entry of await readdir(here, { withFileTypes: true }).catch(() => [])) {
			if (++entries > limits.entries) return { paths, isCutShort: true }
			const path = join(here, entry.name)
			if (isWanted(entry.name)) paths.push(path)
			else if (depth < limits.depth && (await isFolder(path, entry))) waiting.push({ folder: path, depth: depth + 1 })
		}
	}
	return { paths: paths.sort(), isCutShort: false }
}

async function isFolder(path: string, entry: { isDirectory(): boolean; isSymbolicLink(): boolean }): Promise<boolean> {
	if (!entry.isSymbolicLink()) return entry.isDirectory()
	return (await stat(path).catch(() => undefined))?.isDirectory() === true
}
