import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GrammarName } from '../../core/syntax/grammarOf.ts'

/** The lists in `names` below the grammars, by who reads them; a language may use what another one has. */
const lists: Readonly<Partial<Record<GrammarName, readonly string[]>>> = {
	c: ['c'],
	cpp: ['cpp', 'c'],
	csharp: ['csharp'],
	go: ['go'],
	java: ['java'],
	javascript: ['typescript'],
	kotlin: ['kotlin', 'java'],
	lua: ['lua'],
	php: ['php'],
	python: ['python'],
	ruby: ['ruby'],
	rust: ['rust'],
	tsx: ['typescript'],
	typescript: ['typescript'],
}

/** The names that languages bring themselves, read when a document first needs them: about half a megabyte of memory for a list. */
export class LibraryNames {
	private readonly folder: string
	private readonly loading = new Map<string, Promise<ReadonlySet<string>>>()
	private readonly loaded = new Map<GrammarName, readonly ReadonlySet<string>[]>()

	/** @param folder of the grammars; the lists are in `names` below it */
	constructor(folder: string) {
		this.folder = folder
	}

	/** Resolves when the names of a language can be asked for; rejects where a list cannot be read. */
	async load(grammar: GrammarName): Promise<void> {
		const files = lists[grammar]
		if (!files || this.loaded.has(grammar)) return
		this.loaded.set(grammar, await Promise.all(files.map((file) => this.list(file))))
	}

	/** Undefined where there are none, or not yet. */
	of(grammar: GrammarName): ((name: string) => boolean) | undefined {
		const sets = this.loaded.get(grammar)
		return sets && ((name) => sets.some((names) => names.has(name)))
	}

	private list(file: string): Promise<ReadonlySet<string>> {
		const known = this.loading.get(file)
		if (known) return known
		const reading = readFile(join(this.folder, 'names', `${file}.txt`), 'utf8').then((text) => new Set(namesOf(text)))
		this.loading.set(file, reading)
		return reading
	}
}

/** Each line says with its first letter how much it has of the line before. See scripts/lib/frontCoded.mjs. */
function* namesOf(text: string): Generator<string> {
	const none = 'A'.charCodeAt(0)
	let before = ''
	for (const line of text.split('\n')) {
		if (line === '') continue
		before = before.slice(0, line.charCodeAt(0) - none) + line.slice(1)
		yield before
	}
}
