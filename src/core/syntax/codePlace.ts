import type { CodePlace } from './codeStructure.ts'
import { kindOf } from './nodeKinds.ts'
import type { SyntaxNode, SyntaxTree } from './syntaxNode.ts'

/** A place in a text: what the tree says of it, and the lines around it. */
export interface PlaceInText {
	readonly tree: SyntaxTree
	/** UTF-16 code units from the start of the text. */
	readonly index: number
	readonly line: number
	readonly character: number
	readonly lineCount: number
	lineAt(line: number): string
}

const deepest = 500
const linesLookedThrough = 20
const mostLinesAbove = 1_000
const longestName = 80

/** What the code around a place is. While somebody types the tree is often broken: what it does not tell is read from the lines. */
export function codePlaceOf(place: PlaceInText): CodePlace {
	return {
		scope: scopeAt(place),
		inEmptyBlock: isInEmptyBlock(place),
		afterComment: isAfterComment(place),
		enclosing: enclosingAt(place),
	}
}

function scopeAt(place: PlaceInText): CodePlace['scope'] {
	const { tree, index } = place
	if (index === 0) return 'code'
	let node = tree.rootNode.descendantForIndex(index - 1, index - 1)
	for (let depth = 0; node && depth < deepest; depth++) {
		const kind = kindOf(node)
		if (kind === 'comment' && !isClosedComment(node, index)) return 'comment'
		if (kind === 'string' && isInside(node, index)) return 'string'
		if (kind === 'interpolation' && index < node.endIndex) return 'code'
		if (node.isError) return scopeByText(place)
		node = node.parent
	}
	return tree.rootNode.hasError ? scopeByText(place) : 'code'
}

/** Where the parser lost its way: what is open on the line, or in a comment that is being written. */
function scopeByText({ line, character, lineAt }: PlaceInText): CodePlace['scope'] {
	const before = lineAt(line).slice(0, character)
	let text = before
	for (let above = line - 1; above >= 0 && above >= line - linesLookedThrough; above--)
		text = `${lineAt(above)}\n${text}`
	if (text.lastIndexOf('/*') > text.lastIndexOf('*/')) return 'comment'
	return hasOpenQuote(before) ? 'string' : 'code'
}

function hasOpenQuote(text: string): boolean {
	let quote: string | undefined
	for (let at = 0; at < text.length; at++) {
		const character = text[at] ?? ''
		if (character === '\\') at++
		else if (quote !== undefined) quote = character === quote ? undefined : quote
		else if (character === '"' || character === '`') quote = character
		// Behind a word or a reference it is an apostrophe or a lifetime.
		else if (character === "'" && !/[\w&<]/.test(text[at - 1] ?? '')) quote = character
	}
	return quote !== undefined
}

/** Behind the end of a line comment one is still in it; behind the mark that closes a comment one is not. */
function isClosedComment(node: SyntaxNode, index: number): boolean {
	if (index < node.endIndex) return false
	return index > node.endIndex || /(\*\/|-->|\]\]|\*\))$/.test(node.text.slice(-4)) || node.text.endsWith('\n')
}

/** Strictly between the quotes; behind the last one only where there is no closing quote. */
function isInside(node: SyntaxNode, index: number): boolean {
	if (index <= node.startIndex) return false
	if (index < node.endIndex) return true
	const last = node.child(node.childCount - 1)
	if (last?.isMissing) return true
	// The text inside of a string has no quotes of its own: the string around it decides.
	return /(content|fragment|jsx_text|heredoc_body)$/.test(node.type) && index === node.endIndex && !last
}

const opener = /([{([:]|=>|->|\b(do|then|else|begin|repeat))\s*(\|[^|]*\|)?$/
/** Opens a block only where `end` follows. */
const wordOpener = /^\s*(def|class|module|function|local function|if|unless|while|until|for|case|begin)\b/

function isInEmptyBlock({ line, character, lineCount, lineAt }: PlaceInText): boolean {
	const own = lineAt(line)
	const before = own.slice(0, character)
	const after = own.slice(before.length).trim()
	const isBlank = before.trim() === ''
	const head = isBlank ? nearest({ lineCount, lineAt }, line, -1) : { line, text: before }
	if (!head || !opensBlock(head.text, nearest({ lineCount, lineAt }, line, 1)?.text)) return false
	if (after !== '' && !/^[)\]}]+[;,)]*$/.test(after)) return false
	const next = nearest({ lineCount, lineAt }, line, 1)
	return next === undefined || indentOf(next.text) <= indentOf(lineAt(head.line))
}

function opensBlock(text: string, following: string | undefined): boolean {
	const trimmed = text.trimEnd()
	if (opener.test(trimmed)) return true
	return wordOpener.test(trimmed) && /^\s*end\b/.test(following ?? '')
}

function isAfterComment({ line, character, lineAt, tree, index }: PlaceInText): boolean {
	if (line === 0 || lineAt(line).trim() !== '') return false
	const above = lineAt(line - 1)
	const text = above.trimEnd()
	if (text.trim() === '') return false
	const last = index - character - 1 - (above.length - text.length) - 1
	const node = tree.rootNode.descendantForIndex(last, last)
	return node !== null && (kindOf(node) === 'comment' || (node.parent !== null && kindOf(node.parent) === 'comment'))
}

function nearest(
	{ lineCount, lineAt }: Pick<PlaceInText, 'lineCount' | 'lineAt'>,
	line: number,
	direction: 1 | -1,
): { readonly line: number; readonly text: string } | undefined {
	for (let distance = 1; distance <= linesLookedThrough; distance++) {
		const near = line + distance * direction
		if (near < 0 || near >= lineCount) return undefined
		const text = lineAt(near)
		if (text.trim() !== '') return { line: near, text }
	}
	return undefined
}

function indentOf(text: string): number {
	let columns = 0
	for (const character of text) {
		if (character === '\t') columns += 4
		else if (character === ' ') columns++
		else break
	}
	return columns
}

function enclosingAt(place: PlaceInText): CodePlace['enclosing'] {
	const { tree, index } = place
	const enclosing: CodePlace['enclosing'][number][] = []
	let node = tree.rootNode.descendantForIndex(Math.max(0, index - 1), index)
	for (let depth = 0; node && depth < deepest; depth++) {
		if (kindOf(node) === 'definition') {
			enclosing.unshift({ type: node.type, name: nameOf(node), startLine: node.startPosition.row })
		}
		node = node.parent
	}
	if (!tree.rootNode.hasError) return enclosing
	const byIndent = enclosingByIndent(place)
	return byIndent.length > enclosing.length ? byIndent : enclosing
}

const definitionLine =
	/^\s*(?:[\w@]+\s+)*?(class|def|func|fun|fn|function|interface|struct|impl|enum|trait|module|namespace)\s+(?:\([^)]*\)\s*)?([\p{L}_$][\p{L}\p{N}_$]*)/u

/** Where the parser lost its way: lines above, each further out than the one below it, that look like a definition's head. */
function enclosingByIndent({ line, lineAt }: PlaceInText): CodePlace['enclosing'] {
	const enclosing: CodePlace['enclosing'][number][] = []
	let indent = lineAt(line).trim() === '' ? Number.POSITIVE_INFINITY : indentOf(lineAt(line))
	for (let above = line - 1; above >= 0 && above > line - mostLinesAbove && indent > 0; above--) {
		const text = lineAt(above)
		if (text.trim() === '' || indentOf(text) >= indent) continue
		indent = indentOf(text)
		const [, type, name] = definitionLine.exec(text) ?? []
		if (type !== undefined) enclosing.unshift({ type, name, startLine: above })
	}
	return enclosing
}

/** The name that a definition gives; of C's declarators the innermost one. */
export function nameOf(definition: SyntaxNode): string | undefined {
	let node = definition.childForFieldName('name') ?? definition.childForFieldName('declarator')
	for (let depth = 0; node && depth < 8; depth++) {
		const inner = node.childForFieldName('declarator')
		if (!inner) break
		node = inner
	}
	const name = (node ?? definition.childForFieldName('type'))?.text.slice(0, longestName)
	return name === undefined || name === '' ? undefined : name
}
