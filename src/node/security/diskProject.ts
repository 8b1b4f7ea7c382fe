import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { join, sep } from 'node:path'
import type { ProjectFiles, ProjectText } from '../../core/security/analyzer.ts'
import type { UnsavedText } from '../../core/security/securityPorts.ts'
import { decodeText } from './decodeText.ts'
import { type Disk, patientDisk, type ReadBytes } from './disk.ts'
import { isGenerated, isMinified } from './writtenBy.ts'

/** Of a file that is not there, and of one that may not be read. */
export const noState = '-'

/**
 * The files of a folder on disk. Paths are relative to it, with `/`; nothing outside of it is read, whatever links say. Remembers of
 * everything that it was asked for in which state it was: a result holds as long as these are the same.
 */
export class DiskProject implements ProjectFiles {
	private readonly root: string | undefined
	private readonly mostBytes: number
	private readonly disk: Disk
	private readonly states = new Map<string, string>()
	private realRoot: Promise<string> | undefined
	private unsaved = new Map<string, string>()

	/** @param root absolute path; undefined where nothing is to be read from disk */
	constructor(root: string | undefined, mostBytes: number, disk = patientDisk) {
		this.root = root
		this.mostBytes = mostBytes
		this.disk = disk
	}

	/** Texts that count in place of what is on disk, until the next call. */
	overlay(texts: readonly UnsavedText[]): void {
		this.unsaved = new Map(texts.map(({ file, text }) => [file, text]))
	}

	/** What is known of these files no longer holds; of all, where there are none. */
	forget(files: readonly string[] | undefined): void {
		if (!files) this.states.clear()
		else for (const file of files) this.states.delete(file)
		for (const name of [...this.states.keys()]) if (name.endsWith('/')) this.states.delete(name)
	}

	/**
	 * In which state a file was when it was last read, or with `/` at its end, the names in a folder; it is read where it was not yet.
	 */
	async stateOf(file: string): Promise<string> {
		const known = this.states.get(file)
		if (known !== undefined) return known
		if (file.endsWith('/')) await this.list(file.slice(0, -1))
		else await this.read(file)
		return this.states.get(file) ?? noState
	}

	async read(file: string): Promise<ProjectText | undefined> {
		const unsaved = this.unsaved.get(file)
		if (unsaved !== undefined) {
			this.states.set(file, hashOf(unsaved))
			return unsaved.length > this.mostBytes ? { gap: 'tooLarge' } : { text: unsaved }
		}
		this.states.set(file, noState)
		const path = await this.pathOf(file)
		if (path === undefined) return undefined
		try {
			// A pipe or a device may never end.
			const mayRead = (stats: Stats) => stats.isFile() && stats.size <= this.mostBytes
			return this.textOf(file, await this.disk.read(path, mayRead))
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException
			return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : { gap: 'unreadable' }
		}
	}

	async list(folder: string): Promise<readonly string[]> {
		const path = await this.pathOf(folder)
		const names = path === undefined ? [] : await tried(() => this.disk.list(path), [])
		const sorted = names.toSorted()
		this.states.set(`${folder}/`, hashOf(sorted.join('\n')))
		return sorted
	}

	private textOf(file: string, { stats, bytes }: ReadBytes): ProjectText | undefined {
		if (!bytes) {
			if (!stats.isFile()) return stats.isDirectory() ? undefined : { gap: 'unreadable' }
			this.states.set(file, `${stats.size}:${stats.mtimeMs}`)
			return { gap: 'tooLarge' }
		}
		this.states.set(file, hashOf(bytes))
		// It may have grown meanwhile.
		if (bytes.length > this.mostBytes) return { gap: 'tooLarge' }
		const text = decodeText(bytes)
		if (text === undefined) return { gap: 'binary' }
		if (isMinified(file, text) || isGenerated(text)) return { gap: 'minified' }
		return { text }
	}

	/** Absolute and without links; undefined where it leads out of the root. */
	private async pathOf(file: string): Promise<string | undefined> {
		const given = this.root
		if (given === undefined || file.startsWith('/') || file.includes('\0') || /(^|[\\/])\.\.([\\/]|$)/.test(file))
			return undefined
		this.realRoot ??= tried(() => this.disk.realPath(given), given)
		const root = await this.realRoot
		const plain = join(root, file)
		const path = await tried(() => this.disk.realPath(plain), plain)
		return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep) ? path : undefined
	}
}

/** What a function answers, or something else where it cannot. */
async function tried<T>(ask: () => T | Promise<T>, otherwise: T): Promise<T> {
	try {
		return await ask()
	} catch {
		return otherwise
	}
}

function hashOf(content: string | Uint8Array): string {
	return createHash('sha256').update(content).digest('base64').slice(0, 24)
}
