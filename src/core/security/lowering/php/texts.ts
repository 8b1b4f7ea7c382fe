import type { Expression } from '../../ir/ir.ts'
import type { CodeNode } from '../../tree/codeNode.ts'
import { constantAt, type Php, spanOf, textOf } from './php.ts'

/** A text, with the values that stand in it. */
export function textValue(php: Php, node: CodeNode): Expression {
	const parts = partsOf(php, node, node.kind === 'string')
	const [first] = parts
	if (!first) return constantAt('', node)
	if (parts.length === 1 && first.kind === 'constant') return { ...first, ...spanOf(node) }
	return { kind: 'template', parts, ...spanOf(node) }
}

export function partsOf(php: Php, node: CodeNode, isSingle: boolean): Expression[] {
	const parts: Expression[] = []
	const add = (text: string, at: CodeNode): void => {
		const last = parts.at(-1)
		if (last?.kind === 'constant') parts[parts.length - 1] = { ...last, value: `${last.value}${text}`, end: at.end }
		else parts.push(constantAt(text, at))
	}
	for (const it of node.children) {
		if (!it.isNamed) continue
		switch (it.kind) {
			case 'string_content':
			case 'nowdoc_string':
				add(textOf(php, it), it)
				break
			case 'escape_sequence':
				add(isSingle ? textOf(php, it).slice(1) : escaped(textOf(php, it)), it)
				break
			case 'heredoc_body':
			case 'nowdoc_body':
				return partsOf(php, it, false)
			case 'heredoc_start':
			case 'heredoc_end':
				break
			default:
				parts.push(php.expression(php, it, it))
		}
	}
	return parts
}

const plain: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', e: '\x1b', f: '\f' }

function escaped(text: string): string {
	const rest = text.slice(1)
	const one = plain[rest]
	if (one !== undefined) return one
	const hex = /^u\{([0-9a-f]{1,6})\}$|^x([0-9a-f]{1,2})$/i.exec(rest)
	const code = hex
		? Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
		: Number.parseInt(/^[0-7]{1,3}$/.exec(rest)?.[0] ?? '', 8)
	return Number.isNaN(code) || code > 0x10ffff ? rest : String.fromCodePoint(code)
}
