import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Parser, Query, type Tree } from 'web-tree-sitter'
import { extractSymbols, type FoundSymbol } from '../../core/context/symbols/extractSymbols.ts'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'
import { withLostDeclarations } from '../../core/context/symbols/lostDeclarations.ts'
import { isCppHeader } from '../../core/syntax/cppHeader.ts'
import type { GrammarName } from '../../core/syntax/grammarOf.ts'
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
		const reader = await this.readerOf(isCppHeader(file.path, file.text) ? 'cpp' : file.grammar)
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

/** `extern "C" {` in one condition and `}` in another one: no language has braces like that. */
const forOtherLanguage =
	/^[ \t]*#[ \t]*if(?:def|[ \t]+defined)[ \t(]*__cplusplus\b[^\n]*\n(?:[ \t]*(?:extern[ \t]+"C"[ \t]*\{?|[{}])[^\n#]*\n|[ \t]*\n)+[ \t]*#[ \t]*endif[^\n]*/gm

/** A macro alone on its line, without an end: what it stands for is known to the compiler only. */
const macroLine = /^[ \t]+[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?[ \t]*\\?$/gm

/** Behind a whole statement or declaration, or a line for the preprocessor: not a part of an expression, and no constant of a list. */
function standsAlone(text: string, start: number, end: number): boolean {
	if (text.charCodeAt(end - 1) === 92) return false
	const at = lastBefore(text, start)
	const before = text[at] ?? ';'
	if (before === ';' || before === '}') return true
	let next = end
	while (next < text.length && isBlank(text.charCodeAt(next))) next++
	if (before === '{')
		return text[next] !== '}' || /\b(?:struct|union)\b[^;{}]*$/.test(text.slice(Math.max(0, at - 80), at))
	return (
		text
			.slice(text.lastIndexOf('\n', at) + 1, at + 1)
			.trimStart()
			.startsWith('#') && text[next] === '#'
	)
}

/** Blanks and comments do not count. */
function lastBefore(text: string, start: number): number {
	let at = start - 1
	for (;;) {
		while (at >= 0 && isBlank(text.charCodeAt(at))) at--
		const comment = text[at] === '/' && text[at - 1] === '*' ? text.lastIndexOf('/*', at - 2) : -1
		if (comment < 0) return at
		at = comment - 1
	}
}

function isBlank(code: number): boolean {
	return code === 32 || code === 9 || code === 10 || code === 13
}

/** Macros before what is declared (`LIB_API int f(void)`) hide it from a parser that does not know them: they become spaces. */
function withoutMacros(text: string): string {
	const blank = (found: string) => found.replace(/[^\n]/g, ' ')
	return text
		.replace(forOtherLanguage, blank)
		.replace(macroLine, (found: string, at: number) =>
			standsAlone(text, at, at + found.length) ? blank(found) : found,
		)
		.replace(/^[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?(?=[ \t]+[a-z_]\w*[ \t*]+[\w*])/gm, blank)
		.replace(/^(?:[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?[ \t]+)+(?=[A-Za-z_]\w*[ \t*]+\w+[ \t]*\()/gm, blank)
		.replace(/(?<=^[ \t]*(?:class|struct)[ \t]+)[A-Z][A-Z0-9_]{2,}(?=[ \t]+[A-Za-z_])/gm, blank)
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
