import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Parser, Query, type Tree } from 'web-tree-sitter'
import { extractSymbols, type FoundSymbol } from '../../core/context/symbols/extractSymbols.ts'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'
import type { GrammarName } from '../../core/syntax/grammarOf.ts'
import type { GrammarLibrary } from '../syntax/grammarLibrary.ts'

/** Milliseconds; a file that takes longer to parse is left out. */
const longestParse = 500

interface Reader {
	readonly parser: Parser
	readonly query: Query
}

/** Reads what files define, with the queries beside the grammars. */
export class SymbolReader {
	private readonly grammars: GrammarLibrary
	private readonly folder: string
	private readonly readers = new Map<GrammarName, Promise<Reader | undefined>>()

	/** @param folder of the grammars; the queries are in `queries` below it */
	constructor(grammars: GrammarLibrary, folder: string) {
		this.grammars = grammars
		this.folder = folder
	}

	/** Undefined where the language has no query, or parsing takes too long. */
	async read(file: {
		readonly path: string
		readonly grammar: GrammarName
		readonly text: string
	}): Promise<FileSymbols | undefined> {
		const reader = await this.readerOf(file.grammar)
		if (!reader) return undefined
		const end = performance.now() + longestParse
		const tree = reader.parser.parse(file.text, null, { progressCallback: () => performance.now() > end })
		if (!tree) {
			reader.parser.reset()
			return undefined
		}
		try {
			return extractSymbols(file, found(reader.query, tree))
		} finally {
			tree.delete()
		}
	}

	private readerOf(grammar: GrammarName): Promise<Reader | undefined> {
		const known = this.readers.get(grammar)
		if (known) return known
		const making = this.make(grammar)
		this.readers.set(grammar, making)
		return making
	}

	private async make(grammar: GrammarName): Promise<Reader | undefined> {
		const source = await readFile(join(this.folder, 'queries', `${grammar}.scm`), 'utf8').catch(() => undefined)
		if (source === undefined) return undefined
		const language = await this.grammars.language(grammar)
		return { parser: await this.grammars.parser(grammar), query: new Query(language, source) }
	}
}

/** Every match names what it found by the capture of its outer node. */
function found(query: Query, tree: Tree): FoundSymbol[] {
	return query.matches(tree.rootNode).flatMap(({ captures }) => {
		const outer = captures.find(({ name }) => name !== 'name' && !name.startsWith('_'))
		if (!outer) return []
		const name = captures.find((capture) => capture.name === 'name')?.node
		return [{ kind: outer.name as FoundSymbol['kind'], node: outer.node, name }]
	})
}
