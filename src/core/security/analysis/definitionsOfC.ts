import type { AnalyzerDeps } from '../analyzer.ts'
import type { FolderListings } from './folderListings.ts'

/** Files of a folder that are looked into, and how much text. */
const mostFiles = 300
const mostText = 12_000_000

const source = /\.(?:c|cc|cpp|cxx|c\+\+)$/i
/** A function at the beginning of a line, with what it gives in front of it or on the line before. */
const definition =
	/^(?:[A-Za-z_][\w \t*:<>&]{0,120}[ \t*&])?([A-Za-z_]\w*)[ \t]*\((?:[^;{}()]|\([^;{}()]{0,200}\)){0,1500}\)(?:[ \t\n]|\bconst\b|\bnoexcept\b|\/\*[^*\n]{0,200}\*\/){0,20}\{/gm
const called = /\b([A-Za-z_]\w*)[ \t]*\(/g
const words = /^(?:if|for|while|switch|return|sizeof|catch|else|do|main|defined)$/

/** By the name of a function the file of its folder that defines it for others; those that several files define are left out. */
type Definitions = ReadonlyMap<string, string>

/**
 * Which file of a folder defines a function that another one calls: one header often declares what several files define, whose names are not
 * that of the header.
 */
export class DefinitionsOfC {
	private readonly deps: Pick<AnalyzerDeps, 'files'>
	private readonly folders: FolderListings
	private readonly known = new Map<string, Promise<Definitions>>()

	constructor(deps: Pick<AnalyzerDeps, 'files'>, folders: FolderListings) {
		this.deps = deps
		this.folders = folders
	}

	forget(files: readonly string[] | undefined): void {
		if (!files) this.known.clear()
		for (const file of files ?? []) this.known.delete(file.slice(0, Math.max(0, file.lastIndexOf('/'))))
	}

	/** Functions that a text calls, by the file beside it that defines them. */
	async calledIn(folder: string, text: string, isLeftOut: (name: string) => boolean): Promise<Definitions> {
		const all = await this.of(folder)
		const found = new Map<string, string>()
		if (all.size === 0) return found
		for (const [, name = ''] of text.matchAll(called)) {
			const file = all.get(name)
			if (file !== undefined && !found.has(name) && !isLeftOut(name)) found.set(name, file)
		}
		return found
	}

	private of(folder: string): Promise<Definitions> {
		const known = this.known.get(folder)
		if (known) return known
		const looking = this.look(folder)
		this.known.set(folder, looking)
		return looking
	}

	private async look(folder: string): Promise<Definitions> {
		const names = (await this.folders.list(folder)).filter((it) => source.test(it))
		const found = new Map<string, string>()
		const twice = new Set<string>()
		if (names.length < 2 || names.length > mostFiles) return found
		let size = 0
		for (const name of names) {
			const file = folder === '' ? name : `${folder}/${name}`
			const read = await this.deps.files.read(file)
			if (!read || read.gap !== undefined) continue
			size += read.text.length
			if (size > mostText) break
			for (const one of definedIn(read.text)) {
				if (found.has(one)) twice.add(one)
				found.set(one, file)
			}
		}
		for (const it of twice) found.delete(it)
		return found
	}
}

/** The functions that a text defines for others. */
export function definedIn(text: string): ReadonlySet<string> {
	const found = new Set<string>()
	for (const it of text.matchAll(definition)) {
		const [, name = ''] = it
		const line = it[0].slice(0, it[0].indexOf('('))
		const before = text.slice(text.lastIndexOf('\n', Math.max(0, it.index - 2)) + 1, it.index)
		if (!words.test(name) && !/\bstatic\b/.test(line) && !/\bstatic\b/.test(before)) found.add(name)
	}
	return found
}
