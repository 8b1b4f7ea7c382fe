import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type Python, spanOf, textOf } from './python.ts'

/** A text, or a template where values stand in it. */
export function stringOf(python: Python, node: CodeNode): Expression {
	const parts = partsOf(python, node)
	if (parts.every((it) => it.kind === 'constant')) {
		return {
			kind: 'constant',
			value: parts.map((it) => (it.kind === 'constant' ? String(it.value) : '')).join(''),
			...spanOf(node),
		}
	}
	return { kind: 'template', parts, ...spanOf(node) }
}

function partsOf(python: Python, node: CodeNode): Expression[] {
	if (node.kind === 'concatenated_string')
		return node.children.filter((it) => it.isNamed).flatMap((it) => partsOf(python, it))
	const begin = node.children.find((it) => it.kind === 'string_start')
	const isRaw = begin ? /^[bfu]*r/i.test(textOf(python, begin)) : false
	const isFormatted = begin ? /^[bru]*[ft]/i.test(textOf(python, begin)) : false
	const parts: Expression[] = []
	for (const it of node.children) {
		if (it.kind === 'string_content') {
			let text = textOf(python, it)
			if (isFormatted) text = text.replaceAll('{{', '{').replaceAll('}}', '}')
			parts.push({ kind: 'constant', value: isRaw ? text : unescapeText(text), ...spanOf(it) })
		} else if (it.kind === 'interpolation') {
			const value = childOf(it, 'expression') ?? it.children.find((one) => one.isNamed)
			const written = python.expression(value, it)
			parts.push(isShown(python, it) ? shown(written, spanOf(it)) : written)
		}
	}
	return parts
}

/** `{name!r}` is what `repr` makes of it. */
function isShown(python: Python, node: CodeNode): boolean {
	const conversion = node.children.find((it) => it.kind === 'type_conversion')
	return conversion !== undefined && /^![ra]$/.test(textOf(python, conversion))
}

function shown(value: Expression, span: ReturnType<typeof spanOf>): Expression {
	return {
		kind: 'call',
		callee: { kind: 'name', name: 'repr', ...span },
		arguments: [{ value, ...span }],
		isNew: false,
		...span,
	}
}

const simple: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	a: '\x07',
	b: '\b',
	f: '\f',
	v: '\v',
	'\n': '',
}

function unescapeText(text: string): string {
	if (!text.includes('\\')) return text
	return text.replace(
		/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g,
		(whole, two, four, eight, octal, other) => {
			const code = two ?? four ?? eight
			if (code !== undefined) {
				const point = Number.parseInt(code as string, 16)
				return point <= 0x10ffff ? String.fromCodePoint(point) : ''
			}
			if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal as string, 8))
			const plain = simple[other as string]
			if (plain !== undefined) return plain
			return /['"\\]/.test(other as string) ? (other as string) : (whole as string)
		},
	)
}
