import type { GrammarName } from '../../syntax/grammarOf.ts'
import type { SyntaxNode } from '../../syntax/syntaxNode.ts'
import { importsIn } from '../imports/importsIn.ts'
import { packedNames } from '../nameKeys.ts'
import type { Definition, FileSymbols, ImportedName } from './fileSymbols.ts'

/** What a query of `grammars/queries` found: a node, what it is, and the name that it gives. */
export interface FoundSymbol {
	/** A `property` is a field that a constructor or another method sets: it counts although it stands in a function. */
	readonly kind: Definition['kind'] | 'container' | 'import' | 'package' | 'property'
	readonly node: SyntaxNode
	readonly name: SyntaxNode | undefined
}

const mostDefinitions = 5_000
const longestSignature = 240
const longestValue = 120
const longestDoc = 120
const longestName = 100
/** A module or namespace is no container: what is in it can be named without it as a rule. */
const containers = new Set<FoundSymbol['kind']>(['class', 'interface', 'enum', 'container'])
const functions = new Set<FoundSymbol['kind']>(['function', 'method'])

/** What the index keeps of a file. Definitions inside of functions are left out: nobody else can name them. */
export function extractSymbols(
	file: { readonly path: string; readonly grammar: GrammarName; readonly text: string },
	found: readonly FoundSymbol[],
): FileSymbols {
	const { path, grammar, text } = file
	const lines = text.split('\n')
	const definitions: Definition[] = []
	const imports: ImportedName[] = []
	let packageName = ''
	/** What the current place is in, outermost first. */
	const around: { readonly kind: FoundSymbol['kind']; readonly name: string; readonly end: number }[] = []
	const seen = new Set<number>()
	const properties = new Set<string>()
	const imported = new Set(found.filter(({ kind }) => kind === 'import').map(({ node }) => node.startIndex))
	const inOrder = found.toSorted((a, b) => a.node.startIndex - b.node.startIndex || b.node.endIndex - a.node.endIndex)
	for (const { kind, node, name } of inOrder) {
		const { startIndex, endIndex } = node
		if (kind === 'import') {
			imports.push(...importsIn(grammar, text.slice(startIndex, endIndex)))
			continue
		}
		if (kind === 'package') {
			packageName = packageOf(text.slice(startIndex, endIndex))
			continue
		}
		while (around.length > 0 && (around.at(-1)?.end ?? 0) <= startIndex) around.pop()
		if (!name || definitions.length >= mostDefinitions) continue
		// Two patterns can find the same: the first one, which says more, counts.
		if (kind !== 'container' && seen.has(name.startIndex)) continue
		// `const a = require('a')` defines nothing that another file could want from here.
		if (kind === 'constant' && imported.has(startIndex)) continue
		seen.add(name.startIndex)
		const isLocal = around.some((outer) => functions.has(outer.kind))
		const ownName = nameIn(text.slice(name.startIndex, name.endIndex))
		// A namespace with a block says as much as one for all of the file.
		if (grammar === 'csharp' && kind === 'module' && packageName === '') packageName = ownName
		const outer = around.filter((scope) => containers.has(scope.kind))
		if (kind === 'property') {
			const key = `${outer.map((scope) => scope.name).join('.')} ${ownName}`
			if (outer.length === 0 || properties.has(key)) continue
			properties.add(key)
		} else {
			around.push({ kind, name: ownName, end: endIndex })
			if (kind === 'container' || isLocal) continue
		}
		const head = headOf(node, text, ownName)
		definitions.push({
			name: ownName,
			kind: kind === 'property' ? 'field' : kind === 'function' && outer.length > 0 ? 'method' : kind,
			container:
				mixinIn(grammar, kind, around) ?? (outer.map((scope) => scope.name).join('.') || containerIn(grammar, head)),
			signature: head,
			doc: docAbove(lines, node.startPosition.row) || docstring(grammar, node, text),
			startLine: node.startPosition.row,
			endLine: node.endPosition.row + 1,
			exported: isExported(grammar, { head, name: ownName, node }),
		})
	}
	return { path, grammar, packageName, definitions, imports, mentions: packedNames(text) }
}

/** Ruby writes symbols with a colon, and says the modules around a class in its name. */
function nameIn(written: string): string {
	return written.replace(/^:|^.*::(?=\w)/, '').slice(0, longestName)
}

/** The text of a definition up to its body, on one line. */
function headOf(node: SyntaxNode, text: string, name: string): string {
	const start = startOfHead(node)
	const body = bodyOf(node)
	const end = body ? body.startIndex : Math.min(node.endIndex, node.startIndex + 2 * longestSignature)
	const head = text.slice(start, Math.max(start, end))
	const cut = body ? head : untilBody(head.replace(annotations, ''))
	const flat = cut
		.replace(annotations, '')
		.replace(/\s+/g, ' ')
		.replace(/\s*(\{|=>|:|=|;)\s*$/, (mark) => (mark.trim() === '=>' ? ' =>' : ''))
		.trim()
		.slice(0, longestSignature)
	// What a C `typedef` calls a struct stands behind its body.
	return flat.includes(name) ? flat : `${flat} ${name}`
}

const annotations = /^(?:@[\w.]+(?:\((?:[^()]|\([^()]*\))*\))?\s+|\[[^\]\n]*\]\s*\n)+/

/** A value's declaration begins with `const` and the like, an exported one with `export`. */
function startOfHead(node: SyntaxNode): number {
	let start = node.startIndex
	for (let outer = node.parent; outer; outer = outer.parent) {
		const isPart = /^(export_statement|lexical_declaration|variable_declaration|expression_statement)$/.test(outer.type)
		if (!isPart || outer.startPosition.row !== node.startPosition.row) break
		start = outer.startIndex
	}
	return start
}

function bodyOf(node: SyntaxNode): SyntaxNode | null {
	const value = node.childForFieldName('value') ?? node.childForFieldName('right')
	const type = node.childForFieldName('type')
	const isTypeBody = type !== null && /^(struct_type|interface_type|object_type)$/.test(type.type)
	if (isTypeBody) return type.namedChild(0) ?? null
	return node.childForFieldName('body') ?? value?.childForFieldName('body') ?? null
}

/** Where the grammar names no body: a block ends the head, a value is shown as far as it says something. */
function untilBody(text: string): string {
	const line = (/^[^\n(]*\((?:[^()]|\([^()]*\))*\)[^\n]*/.exec(text) ?? /^[^\n]*/.exec(text))?.[0] ?? ''
	const brace = line.search(/\{\s*$/)
	const head = brace > 0 ? line.slice(0, brace) : line
	return head.length > longestValue && head.includes('=') ? `${head.slice(0, longestValue)}…` : head
}

const commentLine = /^\s*(?:\/\/[/!]?|\/\*\*?|\*\/?|#|--+|;+)\s?/

/** The first sentence of the comment directly above a line. */
function docAbove(lines: readonly string[], row: number): string {
	let first = row
	while (first > 0 && row - first < 30 && /^\s*(@|#\[|\[)/.test(lines[first - 1] ?? '')) first--
	const end = first
	while (first > 0 && end - first < 30 && commentLine.test(lines[first - 1] ?? '')) first--
	if (first === end) return ''
	const text = lines.slice(first, end).map((line) => line.replace(commentLine, '').replace(/\*\/\s*$/, ''))
	return firstSentence(text.join('\n'))
}

function docstring(grammar: GrammarName, node: SyntaxNode, text: string): string {
	const body = grammar === 'python' ? node.childForFieldName('body') : null
	const quoted = body && /^[rRuU]?("""|''')([\s\S]*?)(\1|$)/.exec(text.slice(body.startIndex, body.startIndex + 600))
	return quoted ? firstSentence(quoted[2] ?? '') : ''
}

function firstSentence(text: string): string {
	const paragraph = text.trim().split(/\n\s*\n|\n\s*[@:]\w/)[0] ?? ''
	const flat = paragraph
		.replace(/<\/?[a-z]+>/gi, '')
		.replace(/\s+/g, ' ')
		.trim()
	const sentence = /^.*?[.!?](?=\s|$)/.exec(flat)?.[0] ?? flat
	return sentence.slice(0, longestDoc)
}

/** What a module of Ruby has is named by the module or by who includes it; `around` ends with the definition itself. */
function mixinIn(
	grammar: GrammarName,
	kind: FoundSymbol['kind'],
	around: readonly { readonly kind: FoundSymbol['kind']; readonly name: string }[],
): string | undefined {
	const outer = around.at(-2)
	return grammar === 'ruby' && outer?.kind === 'module' && kind !== 'class' && kind !== 'module'
		? outer.name
		: undefined
}

/** Go's receiver, C++'s qualified name. */
function containerIn(grammar: GrammarName, head: string): string | undefined {
	if (grammar === 'go') return /^func \(\s*\w*\s*\*?\s*(\w+)/.exec(head)?.[1]
	if (grammar === 'cpp') return /([\w:]+)::~?\w+\s*\(/.exec(head)?.[1]?.replaceAll('::', '.')
	return undefined
}

function isExported(
	grammar: GrammarName,
	{ head, name, node }: { readonly head: string; readonly name: string; readonly node: SyntaxNode },
): boolean {
	switch (grammar) {
		case 'typescript':
		case 'tsx':
			if (/^(private|#)/.test(head)) return false
			return /^export\b/.test(head) || isInside(node, /^(export_statement|class_body|interface_body|object_type)$/)
		case 'javascript':
			return !name.startsWith('#') && !name.startsWith('_')
		case 'python':
			return !name.startsWith('_')
		case 'go':
			return /^\p{Lu}/u.test(name)
		case 'rust':
			return /^pub\b/.test(head) || isInside(node, /^(trait_item|impl_item|enum_item)$/)
		case 'c':
		case 'cpp':
			return !/^static\b/.test(head)
		default:
			return !/(^|\s)private\s/.test(head)
	}
}

function isInside(node: SyntaxNode, types: RegExp): boolean {
	for (let outer = node.parent, depth = 0; outer && depth < 6; outer = outer.parent, depth++) {
		if (types.test(outer.type)) return true
	}
	return false
}

function packageOf(text: string): string {
	return text.replace(/^(package|namespace)\s+/, '').replace(/[;{\s]+$/, '')
}
