import type {
	Argument,
	Constant,
	Expression,
	ListLiteral,
	ObjectEntry,
	ObjectLiteral,
	RegexLiteral,
	TextTemplate,
} from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { hasToken, type ScriptContext, spanOf, textOf } from './scriptContext.ts'

export function constantAt(at: CodeSpan, value: Constant['value']): Constant {
	return { kind: 'constant', ...spanOf(at), value }
}

export function stringValue(script: ScriptContext, node: CodeNode): string {
	return unescaped(script.text.slice(node.start + 1, Math.max(node.start + 1, node.end - 1)))
}

const simpleEscapes: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	b: '\b',
	f: '\f',
	v: '\v',
	'0': '\0',
}

/** What an escaped text stands for; a line that goes on after a backslash is joined. */
function unescaped(text: string): string {
	if (!text.includes('\\')) return text
	return text.replace(
		/\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|\r\n|([\s\S]))/g,
		(_, long?: string, short?: string, byte?: string, one?: string) => {
			const code = long ?? short ?? byte
			if (code !== undefined) {
				const point = Number.parseInt(code, 16)
				return point > 0x10_ff_ff ? '' : String.fromCodePoint(point)
			}
			if (one === undefined || one === '\n' || one === '\r') return ''
			return simpleEscapes[one] ?? one
		},
	)
}

export function numberValue(text: string): number {
	const value = Number(text.replace(/_/g, '').replace(/n$/, ''))
	if (!Number.isNaN(value)) return value
	return /^0\d+$/.test(text) ? Number.parseInt(text, 8) : 0
}

/** `a${b}c`, with the function before it. */
export function lowerTemplate(script: ScriptContext, node: CodeNode, tag?: Expression): Expression {
	const parts: Expression[] = []
	let from = node.start + 1
	const addText = (to: number): void => {
		if (to > from || tag) parts.push(constantAt({ start: from, end: to }, unescaped(script.text.slice(from, to))))
	}
	for (const child of node.children) {
		if (child.kind !== 'template_substitution') continue
		addText(child.start)
		const [inner] = namedChildren(child)
		parts.push(script.expression(inner, child))
		from = child.end
	}
	addText(Math.max(from, node.end - 1))
	if (!tag) {
		const [only] = parts
		if (parts.length === 0) return constantAt(node, '')
		if (parts.length === 1 && only?.kind === 'constant') return { ...only, ...spanOf(node) }
	}
	const template: TextTemplate = { kind: 'template', ...spanOf(node), parts }
	return tag ? { ...template, start: tag.start, tag } : template
}

export function lowerRegex(script: ScriptContext, node: CodeNode): RegexLiteral {
	const pattern = childOf(node, 'pattern')
	const flags = childOf(node, 'flags')
	return {
		kind: 'regex',
		...spanOf(node),
		pattern: pattern ? textOf(script, pattern) : '',
		flags: flags ? textOf(script, flags) : '',
	}
}

export function lowerArray(script: ScriptContext, node: CodeNode): ListLiteral {
	const items = slotsOf(script, node).map((item) => {
		if (!item) return { ...spanOf(node), value: constantAt(node, null), isSpread: false }
		if (item.kind !== 'spread_element')
			return { ...spanOf(item), value: script.expression(item, item), isSpread: false }
		return { ...spanOf(item), value: script.expression(namedChildren(item)[0], item), isSpread: true }
	})
	return { kind: 'list', ...spanOf(node), items, form: 'list' }
}

/** The items of a list between brackets; null where nothing stands between two commas, which the tree does not show. */
export function slotsOf(script: ScriptContext, node: CodeNode): readonly (CodeNode | null)[] {
	const slots: (CodeNode | null)[] = []
	let at = node.start + 1
	let hasItem = false
	const skip = (to: number): void => {
		while (at < to) {
			const end = script.comments.get(at)
			if (end !== undefined) at = end
			else {
				if (script.text[at] === ',') {
					if (!hasItem) slots.push(null)
					hasItem = false
				}
				at++
			}
		}
	}
	for (const child of namedChildren(node)) {
		skip(child.start)
		slots.push(child)
		hasItem = true
		at = Math.max(at, child.end)
	}
	skip(node.end - 1)
	return slots
}

export function lowerObject(script: ScriptContext, node: CodeNode): ObjectLiteral {
	const entries = namedChildren(node).flatMap((child): readonly ObjectEntry[] => {
		switch (child.kind) {
			case 'pair': {
				const value = childOf(child, 'value')
				return [
					{
						...spanOf(child),
						key: lowerKey(script, childOf(child, 'key'), child),
						value: script.expression(value, child),
					},
				]
			}
			case 'shorthand_property_identifier':
				return [
					{
						...spanOf(child),
						key: constantAt(child, textOf(script, child)),
						value: { kind: 'name', ...spanOf(child), name: textOf(script, child) },
					},
				]
			case 'spread_element':
				return [{ ...spanOf(child), key: undefined, value: script.expression(namedChildren(child)[0], child) }]
			case 'method_definition': {
				const value: Expression = { kind: 'closure', ...spanOf(child), function: script.functionOf(child) }
				const entry = { ...spanOf(child), key: lowerKey(script, childOf(child, 'name'), child), value }
				const accessor = hasToken(child, 'get') ? 'get' : hasToken(child, 'set') ? 'set' : undefined
				return [accessor ? { ...entry, accessor } : entry]
			}
			default:
				return [{ ...spanOf(child), key: undefined, value: script.expression(child, child) }]
		}
	})
	return { kind: 'object', ...spanOf(node), entries }
}

/** The name of a property: a constant, or what is computed. */
export function lowerKey(script: ScriptContext, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return constantAt(at, '')
	switch (node.kind) {
		case 'computed_property_name':
			return script.expression(namedChildren(node)[0], node)
		case 'string':
			return constantAt(node, stringValue(script, node))
		case 'number':
			return constantAt(node, String(numberValue(textOf(script, node))))
		default:
			return constantAt(node, textOf(script, node))
	}
}

export function lowerArguments(script: ScriptContext, node: CodeNode | undefined): readonly Argument[] {
	if (!node) return []
	return namedChildren(node).map((child): Argument => {
		if (child.kind !== 'spread_element') return { ...spanOf(child), value: script.expression(child, child) }
		return { ...spanOf(child), value: script.expression(namedChildren(child)[0], child), spread: 'list' }
	})
}
