import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Language, Parser } from 'web-tree-sitter'
import type { GrammarName } from '../../core/syntax/grammarOf.ts'

/** Loads grammars when they are first needed, each once. Meant for a thread of its own: parsing blocks. */
export class GrammarLibrary {
	private readonly folder: string
	private readonly languages = new Map<GrammarName, Promise<Language>>()
	private readonly ready: Promise<void>

	/**
	 * @param folder of the compiled grammars
	 * @param runtime path of `web-tree-sitter.wasm`; default: where the package has it
	 */
	constructor(folder: string, runtime?: string) {
		this.folder = folder
		this.ready = Parser.init(runtime === undefined ? undefined : { locateFile: () => runtime })
	}

	/** Rejects where the grammar's file cannot be read or does not fit the library. */
	language(name: GrammarName): Promise<Language> {
		const known = this.languages.get(name)
		if (known) return known
		const loading = this.ready.then(async () => Language.load(await readFile(join(this.folder, `${name}.wasm`))))
		this.languages.set(name, loading)
		return loading
	}

	/** A parser of its own, to be deleted by the caller. */
	async parser(name: GrammarName): Promise<Parser> {
		const language = await this.language(name)
		const parser = new Parser()
		parser.setLanguage(language)
		return parser
	}
}
