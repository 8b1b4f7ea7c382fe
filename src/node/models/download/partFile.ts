import { type FileHandle, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
	type DownloadState,
	readDownloadState,
	writeDownloadState,
} from '../../../core/model/download/downloadState.ts'
import { codeOf } from '../../../shared/errors.ts'
import { DownloadStop } from './downloadErrors.ts'

/** What a download needs of the file system. A port, for a full disk is hard to come by in a test. */
export interface DownloadDisk {
	/** Bytes that may still be written to a folder. */
	freeBytes(folder: string): Promise<number>
	/** Opens for reading and writing; a new file where there is none. @throws as `open` of Node */
	openPart(path: string): Promise<PartHandle>
}

export interface PartHandle {
	write(bytes: Uint8Array, position: number): Promise<void>
	/** Resolves with how many bytes were read. */
	read(buffer: Uint8Array, position: number): Promise<number>
	/** Resolves when what was written is on the disk. */
	sync(): Promise<void>
	close(): Promise<void>
}

export const realDisk: DownloadDisk = {
	async freeBytes(folder) {
		const { bavail, bsize } = await statfs(folder)
		return bavail * bsize
	},
	async openPart(path) {
		return new NodeHandle(await openOrCreate(path))
	},
}

async function openOrCreate(path: string): Promise<FileHandle> {
	try {
		return await open(path, 'r+')
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw error
		return open(path, 'wx+', 0o644)
	}
}

class NodeHandle implements PartHandle {
	private readonly file: FileHandle

	constructor(file: FileHandle) {
		this.file = file
	}

	async write(bytes: Uint8Array, position: number): Promise<void> {
		for (let done = 0; done < bytes.length; ) {
			done += (await this.file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
		}
	}

	async read(buffer: Uint8Array, position: number): Promise<number> {
		return (await this.file.read(buffer, 0, buffer.length, position)).bytesRead
	}

	sync(): Promise<void> {
		return this.file.datasync()
	}

	close(): Promise<void> {
		return this.file.close()
	}
}

export const partPath = (path: string): string => `${path}.part`
const stateEnding = '.part.json'
const statePath = (path: string): string => path + stateEnding

/** What the file is to be called that `state` tells of; undefined where it tells of none. */
export function unfinishedPath(state: string): string | undefined {
	return state.endsWith(stateEnding) ? state.slice(0, -stateEnding.length) : undefined
}

/** Undefined where nothing was begun, or what says how far it got is damaged. */
export async function readState(path: string): Promise<DownloadState | undefined> {
	const text = await readFile(statePath(path), 'utf8').catch(() => undefined)
	return text === undefined ? undefined : readDownloadState(text)
}

/**
 * It is there whole or as it was before; where the disk is full, it is written over what was there.
 *
 * @throws DownloadStop where the disk does not take it
 */
export async function writeState(path: string, state: DownloadState): Promise<void> {
	const draft = `${statePath(path)}.new`
	const text = writeDownloadState(state)
	try {
		await writeFile(draft, text, { mode: 0o600 })
		await rename(draft, statePath(path))
	} catch {
		await rm(draft, { force: true }).catch(() => {})
		await writeFile(statePath(path), text, { mode: 0o600 }).catch(async (error: unknown) => {
			throw await diskTrouble(error, path, 0, realDisk)
		})
	}
}

export async function removeState(path: string): Promise<void> {
	await rm(statePath(path), { force: true })
}

export async function removePart(path: string): Promise<void> {
	await rm(partPath(path), { force: true })
	await removeState(path)
}

/** What an error of the file system means for a download. */
export async function diskTrouble(
	error: unknown,
	path: string,
	neededBytes: number,
	disk: Pick<DownloadDisk, 'freeBytes'>,
): Promise<unknown> {
	const code = codeOf(error)
	if (code === undefined) return error
	if (code !== 'ENOSPC' && code !== 'EDQUOT') return new DownloadStop({ reason: 'notWritable', code })
	const freeBytes = await disk.freeBytes(dirname(path)).catch(() => 0)
	return new DownloadStop({ reason: 'diskFull', neededBytes, freeBytes })
}
