import { readFile, rm, writeFile } from 'node:fs/promises'

/** Keeps two windows from writing one file. Undefined where somebody else has it. */
export async function lockDownload(path: string): Promise<(() => Promise<void>) | undefined> {
	const lock = `${path}.part.lock`
	for (const isLast of [false, true]) {
		try {
			await writeFile(lock, String(process.pid), { flag: 'wx' })
			return () => rm(lock, { force: true })
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
			if (isLast || (await isHeld(lock))) return undefined
			// Whoever had it died.
			await rm(lock, { force: true })
		}
	}
	return undefined
}

async function isHeld(lock: string): Promise<boolean> {
	const pid = Number(await readFile(lock, 'utf8').catch(() => ''))
	if (!Number.isSafeInteger(pid) || pid < 1) return false
	try {
		process.kill(pid, 0)
		return true
	} catch (error) {
		// It is there, and somebody else's.
		return error instanceof Error && 'code' in error && error.code === 'EPERM'
	}
}
