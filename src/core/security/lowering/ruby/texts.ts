import type { Expression } from '../../ir/ir.ts'
import type { CodeNode } from '../../tree/codeNode.ts'
import { argumentAt, constantAt, nameAt, type Ruby, spanOf, textOf } from './ruby.ts'

/** The bodies of here documents stand after the line that they begin in, in the order of their beginnings. */
export function heredocsIn(root: CodeNode): Map<number, CodeNode> {
	const found = new Map<number, CodeNode>()
	const waiting: number[] = []
	const visit = (node: CodeNode): void => {
		if (node.kind === 'heredoc_beginning') waiting.push(node.start)
		if (node.kind === 'heredoc_body') {
			const begun = waiting.shift()
			if (begun !== undefined) found.set(begun, node)
		}
		for (const child of node.children) visit(child)
	}
	visit(root)
	return found
}

/** A text, with the values that stand in it. */
export function textValue(ruby: Ruby, node: CodeNode): Expression {
	return joined(partsOf(ruby, node, isRaw(ruby, node)), node)
}

export function heredocValue(ruby: Ruby, node: CodeNode): Expression {
	const body = ruby.heredocs.get(node.start)
	const begun = textOf(ruby, node)
	if (!body) return constantAt('', node)
	const parts = partsOf(ruby, body, begun.includes("'"))
	const made = joined(begun.startsWith('<<~') ? unindented(parts) : parts, node)
	return begun.includes('`') ? commandOf(made) : made
}

export function chainedValue(ruby: Ruby, node: CodeNode): Expression {
	const parts = node.children
		.filter((it) => it.isNamed)
		.flatMap((it) => (it.kind === 'string' ? partsOf(ruby, it, isRaw(ruby, it)) : [ruby.expression(ruby, it, it)]))
	return joined(parts, node)
}

/** `` `ls` `` as a call of the method of that name. */
export function subshellValue(ruby: Ruby, node: CodeNode): Expression {
	return commandOf(joined(partsOf(ruby, node, false), node))
}

function commandOf(command: Expression): Expression {
	return {
		kind: 'call',
		callee: nameAt('`', command),
		arguments: [argumentAt(command)],
		isNew: false,
		...spanOf(command),
	}
}

/** A regular expression; one with values in it is made when the code runs. */
export function regexValue(ruby: Ruby, node: CodeNode): Expression {
	const flags = /[a-z]*$/.exec(textOf(ruby, node))?.[0] ?? ''
	const parts: Expression[] = []
	for (const it of node.children) {
		if (!it.isNamed) continue
		const part = it.kind === 'interpolation' ? interpolated(ruby, it) : (constantAt(textOf(ruby, it), it) as Expression)
		const last = parts.at(-1)
		if (last?.kind === 'constant' && part.kind === 'constant')
			parts[parts.length - 1] = { ...last, value: `${last.value}${part.value}`, end: it.end }
		else parts.push(part)
	}
	const [first] = parts
	if (parts.length === 0 || (parts.length === 1 && first?.kind === 'constant'))
		return { kind: 'regex', pattern: first?.kind === 'constant' ? String(first.value) : '', flags, ...spanOf(node) }
	return {
		kind: 'call',
		callee: nameAt('Regexp', node),
		arguments: [argumentAt({ kind: 'template', parts, ...spanOf(node) })],
		isNew: true,
		...spanOf(node),
	}
}

function joined(parts: readonly Expression[], node: CodeNode): Expression {
	const [first] = parts
	if (!first) return constantAt('', node)
	if (parts.length === 1 && first.kind === 'constant') return { ...first, ...spanOf(node) }
	return { kind: 'template', parts, ...spanOf(node) }
}

function isRaw(ruby: Ruby, node: CodeNode): boolean {
	return /^(?:'|%q|:')/.test(ruby.text.slice(node.start, node.start + 2))
}

function interpolated(ruby: Ruby, node: CodeNode): Expression {
	const items = node.children.filter((it) => it.isNamed).map((it) => ruby.expression(ruby, it, it))
	const [only] = items
	if (items.length === 1 && only) return only
	return items.length === 0 ? constantAt('', node) : { kind: 'sequence', items, ...spanOf(node) }
}

function partsOf(ruby: Ruby, node: CodeNode, raw: boolean): Expression[] {
	const parts: Expression[] = []
	const add = (text: string, at: CodeNode): void => {
		const last = parts.at(-1)
		if (last?.kind === 'constant' && typeof last.value === 'string')
			parts[parts.length - 1] = { ...last, value: `${last.value}${text}`, end: at.end }
		else parts.push(constantAt(text, at))
	}
	for (const it of node.children) {
		if (it.kind === 'interpolation') parts.push(interpolated(ruby, it))
		else if (it.kind === 'escape_sequence') add(raw ? rawEscape(textOf(ruby, it)) : escaped(textOf(ruby, it)), it)
		else if (it.kind === 'string_content')
			add(raw ? textOf(ruby, it).replace(/\\(['\\])/g, '$1') : textOf(ruby, it), it)
		else if (it.kind === 'heredoc_content')
			add(parts.length === 0 ? textOf(ruby, it).replace(/^\r?\n/, '') : textOf(ruby, it), it)
	}
	return parts
}

/** `<<~` takes away the spaces that all lines begin with. */
function unindented(parts: readonly Expression[]): readonly Expression[] {
	const texts = parts.flatMap((it) => (it.kind === 'constant' ? [String(it.value)] : ['x']))
	const indents = texts
		.join('')
		.split('\n')
		.filter((line) => line.trim() !== '')
		.map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0)
	const least = indents.length === 0 ? 0 : Math.min(...indents)
	const pattern = new RegExp(`\\n[ \\t]{0,${least}}`, 'g')
	return parts.map((it, at) => {
		if (it.kind !== 'constant' || typeof it.value !== 'string') return it
		const text = it.value.replace(pattern, '\n')
		return { ...it, value: at === 0 ? text.slice(Math.min(least, /^[ \t]*/.exec(text)?.[0].length ?? 0)) : text }
	})
}

const plain: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	v: '\v',
	e: '\x1b',
	f: '\f',
	s: ' ',
	'0': '\0',
	a: '\x07',
	b: '\b',
	'\n': '',
}

function rawEscape(text: string): string {
	return text === "\\'" || text === '\\\\' ? text.slice(1) : text
}

function escaped(text: string): string {
	const rest = text.slice(1)
	const one = plain[rest]
	if (one !== undefined) return one
	const hex = /^u\{?([0-9a-f]{1,6})|^x([0-9a-f]{1,2})/i.exec(rest)
	const code = hex
		? Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
		: Number.parseInt(/^[0-7]{1,3}$/.exec(rest)?.[0] ?? '', 8)
	return Number.isNaN(code) || code > 0x10ffff ? rest : String.fromCodePoint(code)
}
