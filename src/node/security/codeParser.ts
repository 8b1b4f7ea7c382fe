import type { Parser } from 'web-tree-sitter'
import type { ParsedCode } from '../../core/security/tree/codeNode.ts'
import type { GrammarName } from '../../core/syntax/grammarOf.ts'
import type { GrammarLibrary } from '../syntax/grammarLibrary.ts'
import type { NativeParser, NativeParsers } from './nativeParsers.ts'
import { type NodeCursor, TreeReader } from './treeReader.ts'

/** Milliseconds; a file that takes longer is reported as not analyzed. */
const longestParse = 5_000

/**
 * Parses whole files into plain trees, with one parser for each grammar: a native one where it loads. The trees are the same: code with
 * errors, which the two recover from in different ways, is left to `web-tree-sitter`. Parsing blocks.
 */
export class CodeParser {
	private readonly grammars: GrammarLibrary
	private readonly natives: NativeParsers | undefined
	private readonly nativeParsers = new Map<GrammarName, Promise<NativeParser | undefined>>()
	private readonly parsers = new Map<GrammarName, Promise<Parser>>()
	private readonly readers = new Map<Parser | NativeParser, TreeReader>()

	constructor(grammars: GrammarLibrary, natives?: NativeParsers) {
		this.grammars = grammars
		this.natives = natives
	}

	/** Undefined where it takes too long. */
	async parse(grammar: GrammarName, text: string): Promise<ParsedCode | undefined> {
		const native = this.natives && (await kept(this.nativeParsers, grammar, this.natives))
		if (native) {
			const code = this.parseNative(native, text)
			if (code !== 'hasErrors') return code
		}
		return this.parseWeb(await kept(this.parsers, grammar, this.grammars), text)
	}

	dispose(): void {
		for (const parser of this.parsers.values()) void parser.then((it) => it.delete())
		this.parsers.clear()
		this.nativeParsers.clear()
		this.readers.clear()
	}

	private parseNative(parser: NativeParser, text: string): ParsedCode | 'hasErrors' | undefined {
		// A callback for progress would leave some memory behind with each parse.
		parser.setTimeoutMicros(longestParse * 1_000)
		// In one piece: a text that is longer than the buffer is copied again and again.
		const tree: NativeParser.Tree | null = parser.parse(text, null, { bufferSize: text.length + 1 })
		if (!tree) {
			parser.reset()
			return undefined
		}
		return tree.rootNode.hasError ? 'hasErrors' : this.readerOf(parser).read(tree.walk() as NodeCursor, text, false)
	}

	private parseWeb(parser: Parser, text: string): ParsedCode | undefined {
		const end = performance.now() + longestParse
		const tree = parser.parse(text, null, { progressCallback: () => performance.now() > end })
		if (!tree) {
			parser.reset()
			return undefined
		}
		const cursor = tree.walk()
		try {
			return this.readerOf(parser).read(cursor, text, tree.rootNode.hasError)
		} finally {
			cursor.delete()
			tree.delete()
		}
	}

	private readerOf(parser: Parser | NativeParser): TreeReader {
		const known = this.readers.get(parser)
		if (known) return known
		const made = new TreeReader()
		this.readers.set(parser, made)
		return made
	}
}

function kept<T>(
	parsers: Map<GrammarName, Promise<T>>,
	grammar: GrammarName,
	source: { parser(name: GrammarName): Promise<T> },
): Promise<T> {
	const known = parsers.get(grammar)
	if (known) return known
	const made = source.parser(grammar)
	parsers.set(grammar, made)
	return made
}
