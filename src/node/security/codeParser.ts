import type { Parser } from 'web-tree-sitter'
import type { ParsedCode } from '../../core/security/tree/codeNode.ts'
import type { GrammarName } from '../../core/syntax/grammarOf.ts'
import type { GrammarLibrary } from '../syntax/grammarLibrary.ts'
import { readTree } from './readTree.ts'

/** Milliseconds; a file that takes longer is reported as not analyzed. */
const longestParse = 5_000

/** Parses whole files into plain trees, with one parser for each grammar. Parsing blocks. */
export class CodeParser {
	private readonly grammars: GrammarLibrary
	private readonly parsers = new Map<GrammarName, Promise<Parser>>()

	constructor(grammars: GrammarLibrary) {
		this.grammars = grammars
	}

	/** Undefined where it takes too long. */
	async parse(grammar: GrammarName, text: string): Promise<ParsedCode | undefined> {
		const parser = await this.parserOf(grammar)
		const end = performance.now() + longestParse
		const tree = parser.parse(text, null, { progressCallback: () => performance.now() > end })
		if (!tree) {
			parser.reset()
			return undefined
		}
		try {
			return readTree(tree, text)
		} finally {
			tree.delete()
		}
	}

	dispose(): void {
		for (const parser of this.parsers.values()) void parser.then((it) => it.delete())
		this.parsers.clear()
	}

	private parserOf(grammar: GrammarName): Promise<Parser> {
		const known = this.parsers.get(grammar)
		if (known) return known
		const made = this.grammars.parser(grammar)
		this.parsers.set(grammar, made)
		return made
	}
}
