import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Parser, Query, type Tree } from 'web-tree-sitter'
import { extractSymbols, type FoundSymbol } from '../../core/context/symbols/extractSymbols.ts'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'
import { withLostDeclarations } from '../../core/context/symbols/lostDeclarations.ts'
import { withoutMacros } from '../../core/syntax/cMacros.ts'
import { type GrammarName, grammarOfText } from '../../core/syntax/grammarOf.ts'
import type { GrammarLibrary } from '../syntax/grammarLibrary.ts'

/** Milliseconds; a file that takes longer to parse is left out. */
const longestParse = 500

export interface ReadableFile {
	/** In the workspace. */
	readonly path: string
	readonly grammar: GrammarName
	readonly text: string
}

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

	/**
	 * Undefined where the language has no query, or parsing takes too long.
	 *
	 * @param treeOf the text's tree, where there is one already; it stays the caller's, and must not change before the next wait
	 */
	async read(file: ReadableFile, treeOf?: () => Tree | undefined): Promise<FileSymbols | undefined> {
		const reader = await this.readerOf(
			file.grammar === 'c' ? (grammarOfText(file.path, file.text) ?? 'c') : file.grammar,
		)
		if (!reader) return undefined
		const isC = file.grammar === 'c' || file.grammar === 'cpp'
		const known = isC ? undefined : treeOf?.()
		if (known) return extractSymbols(file, found(reader.query, known))
		const end = performance.now() + longestParse
		const tree = reader.parser.parse(isC ? withoutMacros(file.text) : file.text, null, {
			progressCallback: () => performance.now() > end,
		})
		if (!tree) {
			reader.parser.reset()
			return undefined
		}
		try {
			const symbols = extractSymbols(file, found(reader.query, tree))
			return isC ? withLostDeclarations(symbols, file.text) : symbols
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

/** Every match names what it found by the capture of its outer node. What an earlier pattern found comes first. */
function found(query: Query, tree: Tree): FoundSymbol[] {
	const matches = query.matches(tree.rootNode).sort((a, b) => a.patternIndex - b.patternIndex)
	return matches.flatMap(({ captures }) => {
		const outer = captures.find(({ name }) => name !== 'name' && !name.startsWith('_'))
		if (!outer) return []
		const name = captures.find((capture) => capture.name === 'name')?.node
		return [{ kind: outer.name as FoundSymbol['kind'], node: outer.node, name }]
	})
}
