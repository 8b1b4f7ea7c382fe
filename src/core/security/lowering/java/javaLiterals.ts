import type { Expression } from '../../ir/ir.ts'
import type { CodeNode } from '../../tree/codeNode.ts'
import { type JavaContext, spanOf, textOf } from './javaContext.ts'

/** A number as written in Java: underscores, suffixes, hexadecimal, octal and binary. */
export function numberOf(written: string): number | null {
	const plain = written.replaceAll('_', '')
	const isHexadecimal = /^0x/i.test(plain)
	const digits = plain.replace(isHexadecimal ? /l$/i : /[lfd]$/i, '')
	const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
	return Number.isFinite(value) ? value : null
}

export function numberLiteral(java: JavaContext, node: CodeNode): Expression {
	const value = numberOf(textOf(java, node))
	if (value === null) return { kind: 'opaque', ...spanOf(node), parts: [] }
	return { kind: 'constant', ...spanOf(node), value }
}

export function characterLiteral(java: JavaContext, node: CodeNode): Expression {
	return { kind: 'constant', ...spanOf(node), value: unescapeJava(textOf(java, node).replace(/^'|'$/g, '')) }
}

/** A text, a text block, or a template with values in it. */
export function stringLiteral(java: JavaContext, node: CodeNode): Expression {
	const interpolations = node.children.filter((child) => child.kind === 'string_interpolation')
	const isBlock = node.children[0]?.kind === '"""'
	if (interpolations.length === 0) {
		const written = textOf(java, node)
		const value = isBlock ? textBlock(written) : unescapeJava(written.replace(/^"|"$/g, ''))
		return { kind: 'constant', ...spanOf(node), value }
	}
	const parts: Expression[] = []
	for (const child of node.children) {
		if (child.kind === 'string_interpolation') {
			const value = child.children.find((it) => it.isNamed)
			if (value) parts.push(java.expression(value, value))
		} else if (child.isNamed)
			parts.push({ kind: 'constant', ...spanOf(child), value: unescapeJava(textOf(java, child)) })
	}
	return { kind: 'template', ...spanOf(node), parts }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', s: ' ', '\n': '' }

export function unescapeJava(written: string): string {
	if (!written.includes('\\')) return written
	return written.replace(
		/\\(u+([0-9a-fA-F]{4})|[0-3]?[0-7]{1,2}|\r\n|[\s\S])/g,
		(_all, escaped: string, code: string | undefined) => {
			if (code) return String.fromCharCode(Number.parseInt(code, 16))
			if (/^[0-7]+$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8))
			return escapes[escaped] ?? (escaped === '\r\n' ? '' : escaped)
		},
	)
}

/** Takes off the quotes, and the indentation that all lines have. */
function textBlock(written: string): string {
	const inner = written.replace(/^"""[^\n]*\n?/, '').replace(/"""$/, '')
	const lines = inner.split(/\r?\n/)
	const counted = lines.filter((line, index) => index === lines.length - 1 || line.trim() !== '')
	let indentation = Number.POSITIVE_INFINITY
	for (const line of counted) indentation = Math.min(indentation, line.length - line.trimStart().length)
	const cut = Number.isFinite(indentation) ? indentation : 0
	return unescapeJava(lines.map((line) => line.slice(cut).trimEnd()).join('\n'))
}
