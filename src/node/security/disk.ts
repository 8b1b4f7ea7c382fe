import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, realpathSync, type Stats } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'

/** What is read of a disk. All of it may throw, or reject, as Node's functions do. */
export interface Disk {
	/** Absolute and without links. */
	realPath(path: string): string | Promise<string>
	/** Names in a folder. */
	list(path: string): readonly string[] | Promise<readonly string[]>
	/** @param mayRead asked before anything is read. @returns `bytes` only where it may be. */
	read(path: string, mayRead: (stats: Stats) => boolean): ReadBytes | Promise<ReadBytes>
}

export interface ReadBytes {
	readonly stats: Stats
	readonly bytes?: Uint8Array
}

/** Nobody may ever write to a pipe. Windows has no such flag, and no such files. */
const reading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** For a process that does more than one thing. */
export const patientDisk: Disk = {
	realPath: (path) => realpath(path),
	list: (path) => readdir(path),
	async read(path, mayRead) {
		const handle = await open(path, reading)
		try {
			const stats = await handle.stat()
			return mayRead(stats) ? { stats, bytes: await handle.readFile() } : { stats }
		} finally {
			await handle.close()
		}
	},
}

/** For a process that has nothing else to do meanwhile: five waits for each small file are a twentieth of a whole analysis. */
export const blockingDisk: Disk = {
	realPath: (path) => realpathSync.native(path),
	list: (path) => readdirSync(path),
	read(path, mayRead) {
		const file = openSync(path, reading)
		try {
			const stats = fstatSync(file)
			return mayRead(stats) ? { stats, bytes: readFileSync(file) } : { stats }
		} finally {
			closeSync(file)
		}
	},
}
