import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, namedChildren } from '../../tree/codeNode.ts'
import { type C, spanOf, textOf } from './cContext.ts'

const simple: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	a: '\x07',
	b: '\b',
	f: '\f',
	v: '\v',
	e: '\x1b',
}

export function textLiteral(c: C, node: CodeNode): Expression {
	return { kind: 'constant', value: textIn(c, node), ...spanOf(node) }
}

/** What stands between the quotes; pieces beside each other are one text. */
export function textIn(c: C, node: CodeNode): string {
	if (node.kind === 'concatenated_string')
		return namedChildren(node)
			.map((it) => (/string/.test(it.kind) ? textIn(c, it) : ''))
			.join('')
	if (node.kind === 'raw_string_literal') return /^[^"]*"([^(]*)\(([\s\S]*)\)\1"$/.exec(textOf(c, node))?.[2] ?? ''
	const written = textOf(c, node)
	const from = written.indexOf('"') + 1
	const to = written.lastIndexOf('"')
	return unescaped(written.slice(from, Math.max(from, to)))
}

/** A character is a number; as one the analysis compares and adds it. */
export function characterIn(c: C, node: CodeNode): number | null {
	const written = textOf(c, node)
	const from = written.indexOf("'") + 1
	const text = unescaped(written.slice(from, Math.max(from, written.lastIndexOf("'"))))
	return text.codePointAt(0) ?? null
}

function unescaped(text: string): string {
	if (!text.includes('\\')) return text
	return text.replace(
		/\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|([0-7]{1,3})|\r?\n|([\s\S]))/g,
		(_, two, four, octal, other) => {
			const code = (two ?? four) as string | undefined
			if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
			if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal as string, 8))
			if (other === undefined) return ''
			return simple[other as string] ?? (other as string)
		},
	)
}
