import type { Expression, ObjectPattern, PatternItem, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type Script, spanOf, textOf } from './script.ts'

/** What is assigned or declared; what is none becomes a name that nothing else has. */
export function targetOf(script: Script, node: CodeNode): Target {
	const span = spanOf(node)
	switch (node.kind) {
		case 'array_pattern':
		case 'array':
			return { kind: 'listPattern', items: listItems(script, node), ...span }
		case 'object_pattern':
		case 'object':
			return {
				kind: 'objectPattern',
				entries: node.children.filter((it) => it.isNamed).flatMap((it) => entryOf(script, it)),
				...span,
			}
		case 'parenthesized_expression':
		case 'non_null_expression':
		case 'as_expression':
		case 'satisfies_expression': {
			const [inner] = namedChildren(node)
			return inner ? targetOf(script, inner) : nowhere(node)
		}
		case 'assignment_pattern': {
			const left = childOf(node, 'left')
			return left ? targetOf(script, left) : nowhere(node)
		}
		case 'rest_pattern':
		case 'spread_element': {
			const [inner] = namedChildren(node)
			return inner ? targetOf(script, inner) : nowhere(node)
		}
		default: {
			const expression: Expression = script.expression(node, node)
			return expression.kind === 'name' || expression.kind === 'field' || expression.kind === 'index'
				? expression
				: nowhere(node)
		}
	}
}

function nowhere(node: CodeNode): Target {
	return { kind: 'name', name: '', ...spanOf(node) }
}

/** Holes are not in the tree: the commas between items tell of them. */
function listItems(script: Script, node: CodeNode): (PatternItem | null)[] {
	const items: (PatternItem | null)[] = []
	let from = node.start + 1
	for (const it of namedChildren(node)) {
		const commas =
			script.text
				.slice(from, it.start)
				.replace(/\/\*[\s\S]*?\*\//g, '')
				.split(',').length - 1
		const expected = items.length === 0 ? commas : commas - 1
		for (let hole = 0; hole < expected; hole++) items.push(null)
		items.push(itemOf(script, it))
		from = it.end
	}
	return items
}

function itemOf(script: Script, node: CodeNode): PatternItem {
	const span = spanOf(node)
	if (
		node.kind === 'assignment_pattern' ||
		node.kind === 'assignment_expression' ||
		node.kind === 'object_assignment_pattern'
	) {
		const left = childOf(node, 'left')
		return {
			target: left ? patternName(script, left) : nowhere(node),
			initial: script.expression(childOf(node, 'right'), node),
			...span,
		}
	}
	if (node.kind === 'rest_pattern' || node.kind === 'spread_element')
		return { target: targetOf(script, node), isRest: true, ...span }
	return { target: targetOf(script, node), ...span }
}

function patternName(script: Script, node: CodeNode): Target {
	return node.kind === 'shorthand_property_identifier_pattern'
		? { kind: 'name', name: textOf(script, node), ...spanOf(node) }
		: targetOf(script, node)
}

function entryOf(script: Script, it: CodeNode): readonly ObjectPattern['entries'][number][] {
	const span = spanOf(it)
	switch (it.kind) {
		case 'shorthand_property_identifier_pattern':
		case 'shorthand_property_identifier': {
			const name = textOf(script, it)
			return [{ key: { kind: 'constant', value: name, ...span }, target: { kind: 'name', name, ...span }, ...span }]
		}
		case 'object_assignment_pattern': {
			const left = childOf(it, 'left')
			if (!left) return []
			const name = textOf(script, left)
			return [{ key: { kind: 'constant', value: name, ...span }, ...itemOf(script, it) }]
		}
		case 'pair_pattern':
		case 'pair': {
			const key = childOf(it, 'key')
			const value = childOf(it, 'value')
			if (!key || !value) return []
			const inner = key.kind === 'computed_property_name' ? namedChildren(key)[0] : key
			return [{ key: script.expression(inner, key), ...itemOf(script, value), ...span }]
		}
		case 'rest_pattern':
		case 'spread_element':
			return [{ key: undefined, ...itemOf(script, it) }]
		default:
			return []
	}
}
