import type { Argument, Expression, ListItem, ObjectEntry, TextTemplate } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { elementOf } from './elements.ts'
import { opaque, type Script, spanOf, textOf, typeName } from './script.ts'
import { targetOf } from './targets.ts'
import { numberOf, unescapeText } from './texts.ts'

export function expressionOf(script: Script, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return { kind: 'opaque', parts: [], ...spanOf(at) }
	const span = spanOf(node)
	switch (node.kind) {
		case 'identifier':
		case 'shorthand_property_identifier':
		case 'undefined':
		case 'type_identifier':
		case 'statement_identifier':
			return { kind: 'name', name: textOf(script, node), ...span }
		case 'this':
			return { kind: 'self', ...span }
		case 'super':
			return { kind: 'super', ...span }
		case 'number':
			return { kind: 'constant', value: numberOf(textOf(script, node)) ?? null, ...span }
		case 'true':
		case 'false':
			return { kind: 'constant', value: node.kind === 'true', ...span }
		case 'null':
			return { kind: 'constant', value: null, ...span }
		case 'string':
			return {
				kind: 'constant',
				value: unescapeText(script.text.slice(node.start + 1, Math.max(node.start + 1, node.end - 1))),
				...span,
			}
		case 'property_identifier':
		case 'private_property_identifier':
			return { kind: 'constant', value: textOf(script, node), ...span }
		case 'template_string':
			return templateOf(script, node)
		case 'regex':
			return {
				kind: 'regex',
				pattern: textIn(script, childOf(node, 'pattern')),
				flags: textIn(script, childOf(node, 'flags')),
				...span,
			}
		case 'parenthesized_expression':
		case 'non_null_expression':
		case 'satisfies_expression':
		case 'instantiation_expression':
		case 'expression_statement':
			return script.expression(namedChildren(node)[0], node)
		case 'as_expression':
		case 'type_assertion':
			return castOf(script, node)
		case 'member_expression':
			return {
				kind: 'field',
				object: script.expression(childOf(node, 'object'), node),
				name: textIn(script, childOf(node, 'property')),
				...span,
			}
		case 'subscript_expression':
			return {
				kind: 'index',
				object: script.expression(childOf(node, 'object'), node),
				index: script.expression(childOf(node, 'index'), node),
				...span,
			}
		case 'call_expression':
			return callOf(script, node)
		case 'new_expression':
			return {
				kind: 'call',
				callee: script.expression(childOf(node, 'constructor'), node),
				arguments: script.argumentsOf(childOf(node, 'arguments')),
				isNew: true,
				...span,
			}
		case 'function_expression':
		case 'function':
		case 'arrow_function':
		case 'generator_function':
			return { kind: 'closure', function: script.functionOf(node), ...span }
		case 'class':
		case 'class_declaration':
			return { kind: 'class', class: script.classOf(node), ...span }
		case 'object':
			return { kind: 'object', entries: entriesOf(script, node), ...span }
		case 'array':
			return { kind: 'list', form: 'list', items: itemsOf(script, node), ...span }
		case 'binary_expression':
			return binaryOf(script, node)
		case 'unary_expression':
		case 'update_expression':
			return unaryOf(script, node)
		case 'ternary_expression':
			return {
				kind: 'conditional',
				test: script.expression(childOf(node, 'condition'), node),
				then: script.expression(childOf(node, 'consequence'), node),
				otherwise: script.expression(childOf(node, 'alternative'), node),
				...span,
			}
		case 'assignment_expression':
			return {
				kind: 'assign',
				target: targetOf(script, childOf(node, 'left') ?? node),
				value: script.expression(childOf(node, 'right'), node),
				...span,
			}
		case 'augmented_assignment_expression':
			return {
				kind: 'assign',
				target: targetOf(script, childOf(node, 'left') ?? node),
				value: script.expression(childOf(node, 'right'), node),
				operator: textIn(script, childOf(node, 'operator')).slice(0, -1),
				...span,
			}
		case 'await_expression':
			return { kind: 'await', value: script.expression(namedChildren(node)[0], node), ...span }
		case 'yield_expression': {
			const [value] = namedChildren(node)
			const isDelegated = node.children.some((it) => it.kind === '*')
			return { kind: 'yield', value: value && script.expression(value, node), isDelegated, ...span }
		}
		case 'sequence_expression':
			return { kind: 'sequence', items: flatSequence(node).map((it) => script.expression(it, it)), ...span }
		case 'spread_element':
			return script.expression(namedChildren(node)[0], node)
		case 'jsx_element':
		case 'jsx_self_closing_element':
		case 'jsx_fragment':
			return elementOf(script, node)
		case 'jsx_expression':
			return script.expression(namedChildren(node)[0], node)
		case 'import':
			return { kind: 'name', name: 'import', ...span }
		case 'meta_property':
			return { kind: 'name', name: textOf(script, node).replace(/\s+/g, ''), ...span }
		default:
			return opaque(script, node)
	}
}

function textIn(script: Script, node: CodeNode | undefined): string {
	return node ? textOf(script, node) : ''
}

function castOf(script: Script, node: CodeNode): Expression {
	const children = namedChildren(node)
	const value = node.kind === 'as_expression' ? children[0] : children.at(-1)
	const inner = script.expression(value, node)
	const written =
		node.kind === 'as_expression' ? children[1] : (childOf(children[0] ?? node, 'type') ?? children[0]?.children[0])
	const type = written === value ? undefined : typeName(script, written)
	return type === undefined || type === 'const' ? inner : { kind: 'cast', type, value: inner, ...spanOf(node) }
}

function callOf(script: Script, node: CodeNode): Expression {
	const callee = childOf(node, 'function')
	const written = childOf(node, 'arguments')
	const span = spanOf(node)
	if (written?.kind === 'template_string') {
		return { ...templateOf(script, written), tag: script.expression(callee, node), ...span }
	}
	const [first, ...more] = written ? namedChildren(written) : []
	const isImport = callee?.kind === 'import' || (callee?.kind === 'identifier' && textOf(script, callee) === 'require')
	if (isImport && first && more.length === 0)
		return { kind: 'import', form: 'module', module: script.expression(first, first), ...span }
	return {
		kind: 'call',
		callee: script.expression(callee, node),
		arguments: script.argumentsOf(written),
		isNew: false,
		...span,
	}
}

export function argumentsOf(script: Script, node: CodeNode | undefined): Argument[] {
	if (!node) return []
	return namedChildren(node).map((it): Argument => {
		const value = script.expression(it, it)
		return it.kind === 'spread_element' ? { value, spread: 'list', ...spanOf(it) } : { value, ...spanOf(it) }
	})
}

function templateOf(script: Script, node: CodeNode): TextTemplate {
	const parts: Expression[] = []
	let from = node.start + 1
	const fixed = (to: number): void => {
		if (to > from)
			parts.push({ kind: 'constant', value: unescapeText(script.text.slice(from, to)), start: from, end: to })
	}
	for (const it of node.children) {
		if (it.kind !== 'template_substitution') continue
		fixed(it.start)
		parts.push(script.expression(namedChildren(it)[0], it))
		from = it.end
	}
	fixed(node.end - 1)
	return { kind: 'template', parts, ...spanOf(node) }
}

function itemsOf(script: Script, node: CodeNode): ListItem[] {
	return namedChildren(node).map((it) => ({
		value: script.expression(it, it),
		isSpread: it.kind === 'spread_element',
		...spanOf(it),
	}))
}

function entriesOf(script: Script, node: CodeNode): ObjectEntry[] {
	return namedChildren(node).flatMap((it) => entryOf(script, it))
}

function entryOf(script: Script, it: CodeNode): readonly ObjectEntry[] {
	const span = spanOf(it)
	switch (it.kind) {
		case 'pair':
			return [
				{ key: keyOf(script, childOf(it, 'key'), it), value: script.expression(childOf(it, 'value'), it), ...span },
			]
		case 'shorthand_property_identifier':
			return [
				{
					key: { kind: 'constant', value: textOf(script, it), ...span },
					value: { kind: 'name', name: textOf(script, it), ...span },
					...span,
				},
			]
		case 'spread_element':
			return [{ key: undefined, value: script.expression(namedChildren(it)[0], it), ...span }]
		case 'method_definition': {
			const accessor = it.children.find((one) => one.kind === 'get' || one.kind === 'set')?.kind as
				| 'get'
				| 'set'
				| undefined
			const value: Expression = { kind: 'closure', function: script.functionOf(it, 'method'), ...span }
			return [{ key: keyOf(script, childOf(it, 'name'), it), value, ...span, ...(accessor ? { accessor } : {}) }]
		}
		default:
			return []
	}
}

export function keyOf(script: Script, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (node?.kind === 'computed_property_name') return script.expression(namedChildren(node)[0], node)
	return script.expression(node, at)
}

const logical = new Set(['&&', '||', '??'])

function binaryOf(script: Script, node: CodeNode): Expression {
	const operator = textIn(script, childOf(node, 'operator'))
	const left = script.expression(childOf(node, 'left'), node)
	const right = script.expression(childOf(node, 'right'), node)
	if (logical.has(operator)) return { kind: 'logical', operator: operator as '&&', left, right, ...spanOf(node) }
	return { kind: 'binary', operator, left, right, ...spanOf(node) }
}

function unaryOf(script: Script, node: CodeNode): Expression {
	const operator = childOf(node, 'operator')
	const operand = childOf(node, 'argument')
	const made = {
		kind: 'unary' as const,
		operator: textIn(script, operator),
		operand: script.expression(operand, node),
		...spanOf(node),
	}
	if (node.kind === 'unary_expression') return made
	return { ...made, isPostfix: (operator?.start ?? 0) > (operand?.start ?? 0) }
}

function flatSequence(node: CodeNode): readonly CodeNode[] {
	return namedChildren(node).flatMap((it) => (it.kind === 'sequence_expression' ? flatSequence(it) : [it]))
}
