import type { Element, Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { type ScriptContext, spanOf, textOf } from './scriptContext.ts'
import { constantAt } from './scriptLiterals.ts'

/** JSX. Tags that begin with a small letter are texts, others are components. */
export function lowerElement(script: ScriptContext, node: CodeNode): Element {
	const open = childOf(node, 'open_tag') ?? node
	return {
		kind: 'element',
		...spanOf(node),
		tag: tagOf(script, childOf(open, 'name'), open),
		attributes: childrenOf(open, 'attribute').map((it) => attributeOf(script, it)),
		children: node === open ? [] : childrenIn(script, node),
	}
}

function tagOf(script: ScriptContext, name: CodeNode | undefined, at: CodeNode): Expression {
	if (!name) return constantAt({ start: at.start, end: at.start }, '')
	const text = textOf(script, name)
	return name.kind === 'jsx_namespace_name' || (name.kind === 'identifier' && /^[a-z]/.test(text))
		? constantAt(name, text)
		: script.expression(name, name)
}

function attributeOf(script: ScriptContext, node: CodeNode): Element['attributes'][number] {
	if (node.kind === 'jsx_expression') {
		const [inner] = namedChildren(node)
		const value = inner?.kind === 'spread_element' ? namedChildren(inner)[0] : inner
		return { name: undefined, value: script.expression(value, node) }
	}
	const [name, value] = namedChildren(node)
	return {
		name: name ? textOf(script, name) : '',
		value: value ? inBraces(script, value) : constantAt(node, true),
	}
}

function inBraces(script: ScriptContext, node: CodeNode): Expression {
	if (node.kind !== 'jsx_expression') return script.expression(node, node)
	const [inner] = namedChildren(node)
	return inner ? script.expression(inner, node) : constantAt(node, null)
}

function childrenIn(script: ScriptContext, node: CodeNode): readonly Expression[] {
	return namedChildren(node).flatMap((child): readonly Expression[] => {
		switch (child.kind) {
			case 'jsx_opening_element':
			case 'jsx_closing_element':
				return []
			case 'jsx_text':
			case 'html_character_reference': {
				const text = textOf(script, child)
				return text.trim() === '' ? [] : [constantAt(child, text)]
			}
			case 'jsx_expression':
				return namedChildren(child).length === 0 ? [] : [inBraces(script, child)]
			default:
				return [script.expression(child, child)]
		}
	})
}
