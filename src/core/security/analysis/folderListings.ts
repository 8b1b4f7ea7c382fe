import type { AnalyzerDeps } from '../analyzer.ts'
import { folderOf } from './importCandidates.ts'

type Names = readonly string[]

/** What a look at a folder shows. */
export interface SeenFolder {
	readonly names: ReadonlySet<string>
	/** The folder, or the nearest one around it that is there: it changes before anything can come into the folder. */
	readonly nearest: string
}

/** Milliseconds after which all folders are looked at again, also where nobody said that a file came or went. */
const longestTrust = 30_000

/** The names in the folders of a project, as long as they hold. */
export class FolderListings {
	private readonly deps: Pick<AnalyzerDeps, 'files' | 'clock'>
	private readonly known = new Map<string, Promise<Names>>()
	private readonly seen = new Map<string, SeenFolder>()
	/** What was in folders when they were last looked at, until it is known whether it still is. */
	private readonly before = new Map<string, Promise<Names>>()
	private lookedAt: number

	constructor(deps: Pick<AnalyzerDeps, 'files' | 'clock'>) {
		this.deps = deps
		this.lookedAt = deps.clock.now()
	}

	/** Sorted; empty where there is no such folder. */
	list(folder: string): Promise<Names> {
		const known = this.known.get(folder)
		if (known) return known
		const listing = this.read(folder)
		this.known.set(folder, listing)
		return listing
	}

	/** At once where it is known: an import is looked for in hundreds of places. */
	look(folder: string): SeenFolder | Promise<SeenFolder> {
		return this.seen.get(folder) ?? this.lookAt(folder)
	}

	private async lookAt(folder: string): Promise<SeenFolder> {
		const listing = this.list(folder)
		const seen = { names: new Set(await listing), nearest: await this.nearestFolder(folder) }
		// Not where it was forgotten meanwhile.
		if (this.known.get(folder) === listing) this.seen.set(folder, seen)
		return seen
	}

	async isThere(file: string): Promise<boolean> {
		return (await this.look(folderOf(file))).names.has(nameOf(file))
	}

	/** The folder, or the nearest one around it that is there: it changes before anything can come into the folder. */
	async nearestFolder(folder: string): Promise<string> {
		let at = folder
		while (at !== '' && (await this.list(at)).length === 0) at = folderOf(at)
		return at
	}

	/** These files, or folders, may have come or gone; absent: any. */
	forget(paths?: readonly string[]): void {
		for (const [folder, names] of this.known) {
			if (paths && !paths.some((path) => isAround(folder, path) || isAround(path, folder))) continue
			if (!this.before.has(folder)) this.before.set(folder, names)
			this.known.delete(folder)
		}
		// A folder that is not there may now have another one around it that is.
		for (const [folder, { nearest }] of this.seen)
			if (!paths || paths.some((path) => isAround(nearest, path) || isAround(path, folder))) this.seen.delete(folder)
	}

	/** @returns whether a file came or went since the last time, in any folder that somebody asked for */
	async haveChanged(): Promise<boolean> {
		const now = this.deps.clock.now()
		if (now - this.lookedAt > longestTrust) {
			this.lookedAt = now
			this.forget()
		}
		if (this.before.size === 0) return false
		const earlier = [...this.before]
		this.before.clear()
		const areSame = await Promise.all(
			earlier.map(async ([folder, names]) => sameNames(await names, await this.list(folder))),
		)
		return areSame.includes(false)
	}

	/** Most folders that are asked for are not there, and the one around them says so without a look at the disk. */
	private async read(folder: string): Promise<Names> {
		if (folder !== '' && !(await this.isThere(folder))) return []
		return this.deps.files.list(folder)
	}
}

/** Whether a path is a folder or lies in it. */
function isAround(folder: string, path: string): boolean {
	// Asked of all folders after each edit.
	return folder === '' || path === folder || (path[folder.length] === '/' && path.startsWith(folder))
}

export function nameOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1)
}

function sameNames(a: Names, b: Names): boolean {
	return a.length === b.length && a.every((name, at) => name === b[at])
}
