import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const temporary = '.tmp'
/** A file that is still being written is younger than this, in milliseconds; an older one was left by a process that died. */
const longestWrite = 10 * 60_000

/** A name beside `path` under which nobody looks for anything. */
export function temporaryPath(path: string): string {
	return `${path}.${process.pid}-${randomBytes(4).toString('hex')}${temporary}`
}

/** The file is there whole or not at all, whatever happens meanwhile. Readable by its owner only. */
export async function writeAtomically(path: string, text: string): Promise<void> {
	const draft = temporaryPath(path)
	try {
		await writeFile(draft, text, { mode: 0o600 })
		await rename(draft, path)
	} catch (error) {
		await removeQuietly(draft)
		throw error
	}
}

/** Removes it where it is there; what cannot be removed stays. */
export async function removeQuietly(path: string): Promise<void> {
	await rm(path, { force: true }).catch(() => {})
}

/** Removes what processes that died in the middle of writing left. */
export async function removeAbandoned(folder: string): Promise<void> {
	for (const name of await readdir(folder).catch(() => [])) {
		if (!name.endsWith(temporary)) continue
		const path = join(folder, name)
		const found = await stat(path).catch(() => undefined)
		if (found && Date.now() - found.mtimeMs > longestWrite) await removeQuietly(path)
	}
}
