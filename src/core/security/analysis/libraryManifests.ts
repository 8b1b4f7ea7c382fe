import type { AnalyzerDeps } from '../analyzer.ts'
import type { FolderListings } from './folderListings.ts'
import { folderOf } from './importCandidates.ts'

const manifestName = 'package.json'
const indexName = 'index.js'

/** Which files of JavaScript belong to packages that others install: what a program hands to those comes from outside. */
export class LibraryManifests {
	private readonly files: AnalyzerDeps['files']
	private readonly folders: FolderListings
	/** What files say of it: manifests, and where there is none those that a program begins with. */
	private readonly known = new Map<string, Promise<boolean>>()

	constructor({ files }: AnalyzerDeps, folders: FolderListings) {
		this.files = files
		this.folders = folders
	}

	forget(files: readonly string[] | undefined): void {
		if (!files) this.known.clear()
		for (const file of files ?? []) {
			this.known.delete(file)
			if (file.endsWith(indexName)) this.known.delete(file.slice(0, -indexName.length) + manifestName)
		}
	}

	/**
	 * Whether the nearest package around a folder is one that others install; where there is no package at all, whether the program begins as one does.
	 * @param asked gets the files that it depends on
	 */
	async isLibrary(folder: string, asked: Set<string>): Promise<boolean> {
		for (let at = folder; ; at = folderOf(at)) {
			const file = at === '' ? manifestName : `${at}/${manifestName}`
			if (await this.folders.isThere(file)) return this.says(file, asked)
			if (at === '') break
		}
		for (const file of beginnings) if (await this.folders.isThere(file)) return this.says(file, asked)
		return false
	}

	private async says(file: string, asked: Set<string>): Promise<boolean> {
		asked.add(file)
		const index = file.endsWith(manifestName) ? file.slice(0, -manifestName.length) + indexName : undefined
		const isIndexed = index !== undefined && (await this.folders.isThere(index))
		if (isIndexed) asked.add(index)
		const known = this.known.get(file) ?? this.read(file, isIndexed ? index : undefined)
		this.known.set(file, known)
		return known
	}

	/** @param index what a manifest that does not say it begins with */
	private async read(file: string, index: string | undefined): Promise<boolean> {
		const text = await this.textOf(file)
		if (text === undefined) return false
		if (!file.endsWith(manifestName)) return isLibraryIndex(text)
		return isLibraryManifest(text, index !== undefined && isLibraryIndex((await this.textOf(index)) ?? ''))
	}

	private async textOf(file: string): Promise<string | undefined> {
		const read = await this.files.read(file)
		return read?.gap === undefined ? read?.text : undefined
	}
}

/** Whether a `package.json` is that of a package which others install: it says where it begins, and not that it is private. */
function isLibraryManifest(text: string, isIndexed: boolean): boolean {
	try {
		const manifest: unknown = JSON.parse(text)
		if (typeof manifest !== 'object' || manifest === null) return false
		const { name, private: isPrivate, ...more } = manifest as Readonly<Record<string, unknown>>
		if (typeof name !== 'string' || isPrivate === true) return false
		// Where nothing is said, what has a version begins with `index.js`.
		if (isIndexed && 'version' in more) return true
		return ['main', 'exports', 'module', 'browser', 'types'].some((key) => key in more)
	} catch {
		return false
	}
}

/** Where a package begins that does not say it, and where those begin that are still to be built. */
const beginnings: readonly string[] = ['index.js', 'index.mjs', 'index.cjs', 'index.ts'].flatMap((it) => [
	it,
	`src/${it}`,
	`lib/${it}`,
])

/** Whether the first file of a program of which no `package.json` says what it is hands something to others, and is no program that somebody starts. */
function isLibraryIndex(text: string): boolean {
	return handsOn.test(text) && !starts.test(text)
}

const handsOn = /^(?:module\.exports\s*=|exports\.\w+\s*=|export\s)/m
const starts =
	/exports\.(?:lambda)?[hH]andler\b|\.listen\(|\bcreateServer\(|\b(?:createRoot|createApp)\(|\brender\(\s*<|\bprocess\.argv\b|\bexpress\(\)|^#!/
