import type { Element, Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type Script, spanOf, textOf } from './script.ts'

/** JSX. */
export function elementOf(script: Script, node: CodeNode): Element {
	const opening = node.kind === 'jsx_element' ? (childOf(node, 'open_tag') ?? node.children[0]) : node
	const name = opening && childOf(opening, 'name')
	const children =
		node.kind === 'jsx_self_closing_element'
			? []
			: namedChildren(node).filter((it) => !it.kind.endsWith('_element') || isChild(it))
	return {
		kind: 'element',
		tag: tagOf(script, name, node),
		attributes: (opening ? namedChildren(opening) : []).flatMap((it) => attributesOf(script, it)),
		children: children.flatMap((it) => childOfElement(script, it)),
		...spanOf(node),
	}
}

function isChild(node: CodeNode): boolean {
	return node.kind === 'jsx_element' || node.kind === 'jsx_self_closing_element'
}

/** In lower case it is an element of the page, else a component. */
function tagOf(script: Script, name: CodeNode | undefined, at: CodeNode): Expression {
	if (!name) return { kind: 'constant', value: '', ...spanOf(at) }
	const text = textOf(script, name)
	if (name.kind === 'identifier' && /^[a-z]/.test(text)) return { kind: 'constant', value: text, ...spanOf(name) }
	return script.expression(name, name)
}

function attributesOf(script: Script, node: CodeNode): Element['attributes'] {
	if (node.kind === 'jsx_attribute') {
		const [name, value] = namedChildren(node)
		if (!name) return []
		return [
			{
				name: textOf(script, name),
				value: value ? script.expression(value, value) : { kind: 'constant', value: true, ...spanOf(node) },
			},
		]
	}
	if (node.kind === 'jsx_expression') {
		const [inner] = namedChildren(node)
		return inner?.kind === 'spread_element' ? [{ name: undefined, value: script.expression(inner, inner) }] : []
	}
	return []
}

function childOfElement(script: Script, node: CodeNode): readonly Expression[] {
	if (node.kind === 'jsx_expression' || isChild(node) || node.kind === 'jsx_fragment')
		return [script.expression(node, node)]
	return []
}
