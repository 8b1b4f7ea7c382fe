import type { Expression, ListPattern, ObjectPattern, PatternItem, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type ScriptContext, spanOf, textOf } from './scriptContext.ts'
import { constantAt, lowerKey, slotsOf } from './scriptLiterals.ts'

/** What is assigned or declared. */
export function lowerTarget(script: ScriptContext, node: CodeNode): Target {
	switch (node.kind) {
		case 'array_pattern':
		case 'array':
			return listPattern(script, node)
		case 'object_pattern':
		case 'object':
			return objectPattern(script, node)
		case 'assignment_pattern':
		case 'object_assignment_pattern': {
			const left = childOf(node, 'left')
			return left ? lowerTarget(script, left) : nameless(script, node)
		}
		case 'parenthesized_expression':
		case 'non_null_expression':
		case 'as_expression':
		case 'satisfies_expression':
		case 'rest_pattern':
		case 'spread_element': {
			const [inner] = namedChildren(node)
			return inner ? lowerTarget(script, inner) : nameless(script, node)
		}
		case 'shorthand_property_identifier_pattern':
		case 'shorthand_property_identifier':
			return { kind: 'name', ...spanOf(node), name: textOf(script, node) }
		default: {
			const expression = script.expression(node, node)
			return isTarget(expression) ? expression : nameless(script, node)
		}
	}
}

function isTarget(expression: Expression): expression is Extract<Expression, Target> {
	return expression.kind === 'name' || expression.kind === 'field' || expression.kind === 'index'
}

/** Code that is broken assigns to nothing that has a name. */
function nameless(script: ScriptContext, node: CodeNode): Target {
	script.gaps.push(spanOf(node))
	return { kind: 'name', ...spanOf(node), name: `@${script.made++}` }
}

function listPattern(script: ScriptContext, node: CodeNode): ListPattern {
	return {
		kind: 'listPattern',
		...spanOf(node),
		items: slotsOf(script, node).map((slot) => slot && patternItem(script, slot)),
	}
}

function patternItem(script: ScriptContext, node: CodeNode): PatternItem {
	const target = lowerTarget(script, node)
	if (node.kind === 'rest_pattern' || node.kind === 'spread_element') return { ...spanOf(node), target, isRest: true }
	const initial = initialOf(node)
	return initial
		? { ...spanOf(node), target, initial: script.expression(initial, initial) }
		: { ...spanOf(node), target }
}

/** The value that stands in where there is none. */
function initialOf(node: CodeNode): CodeNode | undefined {
	return node.kind === 'assignment_pattern' ||
		node.kind === 'object_assignment_pattern' ||
		node.kind === 'assignment_expression'
		? childOf(node, 'right')
		: undefined
}

function objectPattern(script: ScriptContext, node: CodeNode): ObjectPattern {
	const entries = namedChildren(node).flatMap((child): ObjectPattern['entries'] => {
		switch (child.kind) {
			case 'pair_pattern':
			case 'pair': {
				const value = childOf(child, 'value')
				if (!value) return []
				const key = lowerKey(script, childOf(child, 'key'), child)
				return [{ ...itemOf(script, value), ...spanOf(child), key }]
			}
			case 'rest_pattern':
			case 'spread_element':
				return [{ ...patternItem(script, child), key: undefined }]
			default: {
				const item = itemOf(script, child)
				const key = item.target.kind === 'name' ? constantAt(child, item.target.name) : undefined
				return key ? [{ ...item, key }] : []
			}
		}
	})
	return { kind: 'objectPattern', ...spanOf(node), entries }
}

/** `a = 1` within braces is an assignment where the parser took them for an object. */
function itemOf(script: ScriptContext, node: CodeNode): PatternItem {
	const left = node.kind === 'assignment_expression' ? childOf(node, 'left') : undefined
	if (!left) return patternItem(script, node)
	const initial = initialOf(node)
	const target = lowerTarget(script, left)
	return initial
		? { ...spanOf(node), target, initial: script.expression(initial, initial) }
		: { ...spanOf(node), target }
}
