import { randomBytes } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'
import { codeOf } from '../shared/errors.ts'

const pollMs = 20
/** So long the same holder is watched before it counts as gone: its process lives, or its number is another process's by now. */
const patienceMs = 30_000
/** The same where it never said who it is: it died when it made the file. */
const namelessMs = 2_000
const longestWaitMs = 90_000
const waitFor = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Runs something while no other process of this machine does, by a file that only one can make. A holder that died, and one that was
 * watched for very long, loses the lock. What counts is how often who waits has looked, so that a machine that slept takes it from nobody.
 *
 * @param path of the file
 */
export async function withFileLock<T>(path: string, run: () => Promise<T>): Promise<T> {
	const release = await takeFileLock(path, longestWaitMs)
	if (!release) throw new Error('The lock cannot be had')
	try {
		return await run()
	} finally {
		await release()
	}
}

/**
 * Takes the lock for as long as the caller likes.
 *
 * @param longestMs how long to wait for a holder that lives
 * @returns what gives it back; undefined where it cannot be had in that time
 */
export async function takeFileLock(path: string, longestMs: number): Promise<(() => Promise<void>) | undefined> {
	const own = `${process.pid} ${randomBytes(8).toString('hex')}`
	if (!(await isTaken(path, own, longestMs))) return undefined
	return async () => {
		// Not where somebody has taken it away.
		if ((await holderOf(path)) === own) await rm(path, { force: true })
	}
}

async function isTaken(path: string, own: string, longestMs: number): Promise<boolean> {
	let watched: string | undefined
	let polls = 0
	let waitedMs = 0
	while (!(await isMade(path, own))) {
		const holder = await holderOf(path)
		polls = holder === watched ? polls + 1 : 0
		watched = holder
		const patience = holder === '' ? namelessMs : patienceMs
		if (holder !== undefined && (isDead(holder) || polls * pollMs > patience)) await takeAway(path, holder)
		else if (waitedMs >= longestMs) return false
		else await waitFor(pollMs)
		waitedMs += pollMs
		// Many may fight for what a dead one has left.
		if (waitedMs > longestMs + longestWaitMs) return false
	}
	return true
}

/** Of those who would take it away one does, and only if it is still the one that was seen. */
async function takeAway(path: string, holder: string): Promise<void> {
	const turn = `${path}.turn`
	if (!(await isMade(turn, String(process.pid)))) {
		const other = await holderOf(turn)
		if (other === undefined || isDead(other)) await rm(turn, { force: true })
		await waitFor(pollMs)
		return
	}
	try {
		if ((await holderOf(path)) === holder) await rm(path, { force: true })
	} finally {
		await rm(turn, { force: true })
	}
}

async function isMade(path: string, text: string): Promise<boolean> {
	try {
		const file = await open(path, 'wx', 0o600)
		try {
			await file.writeFile(text)
		} finally {
			await file.close()
		}
		return true
	} catch (error) {
		// Windows says so while the file is being deleted.
		if (codeOf(error) === 'EEXIST' || codeOf(error) === 'EPERM') return false
		throw error
	}
}

/** An empty one was made this moment, or by a process that died then. */
function holderOf(path: string): Promise<string | undefined> {
	return readFile(path, 'utf8').catch(() => undefined)
}

function isDead(holder: string): boolean {
	const pid = Number.parseInt(holder, 10)
	if (!(pid > 0)) return false
	try {
		process.kill(pid, 0)
		return false
	} catch (error) {
		return codeOf(error) === 'ESRCH'
	}
}
