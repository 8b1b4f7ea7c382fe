import type { Expression } from '../../ir/ir.ts'
import type { CodeNode } from '../../tree/codeNode.ts'
import { type CsharpContext, opaque, spanOf, textOf } from './csharpContext.ts'

export function numberLiteral(cs: CsharpContext, node: CodeNode): Expression {
	const plain = textOf(cs, node).replaceAll('_', '')
	const digits = /^0[xb]/i.test(plain) ? plain.replace(/[ul]+$/i, '') : plain.replace(/[ulfdm]+$/i, '')
	const value = Number(digits)
	return Number.isFinite(value) ? { kind: 'constant', ...spanOf(node), value } : opaque(node)
}

export function stringLiteral(cs: CsharpContext, node: CodeNode): Expression {
	const written = textOf(cs, node).replace(/u8$/i, '')
	let value: string
	if (node.kind === 'verbatim_string_literal') value = written.replace(/^@"|"$/g, '').replaceAll('""', '"')
	else if (node.kind === 'raw_string_literal') value = rawText(written)
	else value = unescapeCsharp(written.replace(/^["']|["']$/g, ''))
	return { kind: 'constant', ...spanOf(node), value }
}

/** `$"…{x}…"` in all its forms. */
export function interpolatedString(cs: CsharpContext, node: CodeNode): Expression {
	const start = node.children[0] ? textOf(cs, node.children[0]) : ''
	const isVerbatim = start.includes('@') || /"{3}/.test(textOf(cs, node).slice(0, 8))
	const parts: Expression[] = []
	for (const child of node.children) {
		if (child.kind === 'interpolation') {
			const value = child.children.find((it) => it.isNamed && it.kind !== 'interpolation_brace')
			if (value) parts.push(cs.expression(value, child))
		} else if (child.kind === 'string_content' || child.kind === 'escape_sequence') {
			const written = textOf(cs, child).replaceAll('{{', '{').replaceAll('}}', '}')
			const value = isVerbatim ? written.replaceAll('""', '"') : unescapeCsharp(written)
			parts.push({ kind: 'constant', ...spanOf(child), value })
		}
	}
	return { kind: 'template', ...spanOf(node), parts }
}

const escapes: Readonly<Record<string, string>> = {
	n: '\n',
	t: '\t',
	r: '\r',
	b: '\b',
	f: '\f',
	v: '\v',
	a: '\x07',
	0: '\0',
}

function unescapeCsharp(written: string): string {
	if (!written.includes('\\')) return written
	return written.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{1,4}|[\s\S])/g, (_all, escaped: string) => {
		if (escaped.length > 1) {
			const code = Number.parseInt(escaped.slice(1), 16)
			return code <= 0x10ffff ? String.fromCodePoint(code) : ''
		}
		return escapes[escaped] ?? escaped
	})
}

/** Takes off the quotes and the indentation of the last line. */
function rawText(written: string): string {
	const inner = written.replace(/^"{3,}/, '').replace(/"{3,}$/, '')
	if (!inner.includes('\n')) return inner
	const lines = inner.split(/\r?\n/).slice(1)
	const indentation = lines.pop()?.length ?? 0
	return lines.map((line) => line.slice(indentation)).join('\n')
}
