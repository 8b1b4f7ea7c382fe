import type { Argument, Comprehension, Expression, ListItem, Logical, ObjectEntry } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { opaque, type Python, spanOf, textOf } from './python.ts'
import { stringOf } from './strings.ts'

export function expressionOf(python: Python, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return { kind: 'opaque', parts: [], ...spanOf(at) }
	const span = spanOf(node)
	switch (node.kind) {
		case 'identifier':
			return { kind: 'name', name: textOf(python, node), ...span }
		case 'dotted_name':
			return dottedOf(python, node)
		case 'integer':
		case 'float':
			return { kind: 'constant', value: numberOf(textOf(python, node)), ...span }
		case 'true':
		case 'false':
			return { kind: 'constant', value: node.kind === 'true', ...span }
		case 'none':
			return { kind: 'constant', value: null, ...span }
		case 'ellipsis':
			return { kind: 'constant', value: null, ...span }
		case 'string':
		case 'concatenated_string':
			return stringOf(python, node)
		case 'parenthesized_expression':
		case 'expression_statement':
		case 'type':
		case 'case_pattern':
		case 'interpolation':
		case 'format_expression':
			return python.expression(namedChildren(node)[0], node)
		case 'attribute':
			return fieldOf(python, node)
		case 'subscript':
			return subscriptOf(python, node)
		case 'call':
			return callOf(python, node)
		case 'list':
		case 'tuple':
		case 'set':
		case 'expression_list':
		case 'pattern_list':
			return {
				kind: 'list',
				form: node.kind === 'set' ? 'set' : node.kind === 'list' ? 'list' : 'tuple',
				items: itemsOf(python, node),
				...span,
			}
		case 'dictionary':
			return { kind: 'object', entries: entriesOf(python, node), ...span }
		case 'list_comprehension':
		case 'set_comprehension':
		case 'generator_expression':
		case 'dictionary_comprehension':
			return comprehensionOf(python, node)
		case 'binary_operator':
			return {
				kind: 'binary',
				operator: operatorOf(python, node),
				left: python.expression(childOf(node, 'left'), node),
				right: python.expression(childOf(node, 'right'), node),
				...span,
			}
		case 'boolean_operator':
			return {
				kind: 'logical',
				operator: operatorOf(python, node) === 'and' ? '&&' : '||',
				left: python.expression(childOf(node, 'left'), node),
				right: python.expression(childOf(node, 'right'), node),
				...span,
			}
		case 'not_operator':
			return { kind: 'unary', operator: '!', operand: python.expression(childOf(node, 'argument'), node), ...span }
		case 'unary_operator':
			return {
				kind: 'unary',
				operator: operatorOf(python, node),
				operand: python.expression(childOf(node, 'argument'), node),
				...span,
			}
		case 'comparison_operator':
			return comparisonOf(python, node)
		case 'conditional_expression': {
			const [then, test, otherwise] = namedChildren(node)
			return {
				kind: 'conditional',
				test: python.expression(test, node),
				then: python.expression(then, node),
				otherwise: python.expression(otherwise, node),
				...span,
			}
		}
		case 'named_expression': {
			const name = childOf(node, 'name')
			return {
				kind: 'assign',
				target: name ? python.target(name) : { kind: 'name', name: '', ...span },
				value: python.expression(childOf(node, 'value'), node),
				...span,
			}
		}
		case 'lambda':
			return { kind: 'closure', function: python.functionOf(node, [], false), ...span }
		case 'await':
			return { kind: 'await', value: python.expression(namedChildren(node)[0], node), ...span }
		case 'yield': {
			const [value] = namedChildren(node)
			return {
				kind: 'yield',
				value: value && python.expression(value, node),
				isDelegated: node.children.some((it) => it.kind === 'from'),
				...span,
			}
		}
		case 'list_splat':
		case 'dictionary_splat':
			return python.expression(namedChildren(node)[0], node)
		case 'assignment':
			return assignmentOf(python, node)
		case 'augmented_assignment':
			return {
				kind: 'assign',
				target: python.target(childOf(node, 'left') ?? node),
				value: python.expression(childOf(node, 'right'), node),
				operator: operatorOf(python, node).slice(0, -1),
				...span,
			}
		default:
			return opaque(python, node)
	}
}

function assignmentOf(python: Python, node: CodeNode): Expression {
	const left = childOf(node, 'left')
	const right = childOf(node, 'right')
	if (!right || !left) return { kind: 'opaque', parts: [], ...spanOf(node) }
	return { kind: 'assign', target: python.target(left), value: python.expression(right, right), ...spanOf(node) }
}

export function operatorOf(python: Python, node: CodeNode): string {
	const operator = childOf(node, 'operator')
	return operator ? textOf(python, operator) : ''
}

export function dottedOf(python: Python, node: CodeNode): Expression {
	const [first, ...rest] = namedChildren(node)
	if (!first) return { kind: 'name', name: textOf(python, node), ...spanOf(node) }
	let made: Expression = { kind: 'name', name: textOf(python, first), ...spanOf(first) }
	for (const it of rest)
		made = { kind: 'field', object: made, name: textOf(python, it), start: node.start, end: it.end }
	return made
}

function numberOf(text: string): number | null {
	const plain = text.replaceAll('_', '').replace(/[jJlL]$/, '')
	const octal = /^0([0-7]+)$/.exec(plain)
	const value = octal ? Number.parseInt(octal[1] as string, 8) : Number(plain)
	return Number.isNaN(value) ? null : value
}

/** `super().x` is of the base class. */
function fieldOf(python: Python, node: CodeNode): Expression {
	const object = childOf(node, 'object')
	const name = childOf(node, 'attribute')
	const isSuper = object?.kind === 'call' && textOf(python, childOf(object, 'function') ?? object) === 'super'
	return {
		kind: 'field',
		object: isSuper && object ? { kind: 'super', ...spanOf(object) } : python.expression(object, node),
		name: name ? textOf(python, name) : '',
		...spanOf(node),
	}
}

function subscriptOf(python: Python, node: CodeNode): Expression {
	const object = python.expression(childOf(node, 'value'), node)
	const [first, ...more] = childrenOf(node, 'subscript')
	const span = spanOf(node)
	if (!first) return { kind: 'index', object, index: undefined, ...span }
	if (more.length > 0) {
		const items: ListItem[] = [first, ...more].map((it) => ({
			value: python.expression(it, it),
			isSpread: false,
			...spanOf(it),
		}))
		return { kind: 'index', object, index: { kind: 'list', form: 'tuple', items, ...span }, ...span }
	}
	if (first.kind !== 'slice') return { kind: 'index', object, index: python.expression(first, first), ...span }
	return { kind: 'slice', object, ...boundsOf(python, first), ...span }
}

/** Colons are not in the tree: the text tells on which side of them a bound stands. */
function boundsOf(python: Python, slice: CodeNode): { from: Expression | undefined; to: Expression | undefined } {
	let from: Expression | undefined
	let to: Expression | undefined
	for (const it of namedChildren(slice)) {
		const colons = outsideOf(python, slice, it.start)
		if (colons === 0) from = python.expression(it, it)
		else if (colons === 1) to = python.expression(it, it)
	}
	return { from, to }
}

function outsideOf(python: Python, slice: CodeNode, end: number): number {
	let colons = 0
	let from = slice.start
	for (const it of namedChildren(slice)) {
		if (it.start >= end) break
		colons += python.text.slice(from, it.start).split(':').length - 1
		from = it.end
	}
	return colons + python.text.slice(from, end).split(':').length - 1
}

function callOf(python: Python, node: CodeNode): Expression {
	const callee = childOf(node, 'function')
	const written = childOf(node, 'arguments')
	if (written?.kind === 'generator_expression') {
		const value = python.expression(written, written)
		return {
			kind: 'call',
			callee: python.expression(callee, node),
			arguments: [{ value, ...spanOf(written) }],
			isNew: false,
			...spanOf(node),
		}
	}
	const isInit =
		callee?.kind === 'attribute' &&
		childOf(callee, 'attribute') &&
		textOf(python, childOf(callee, 'attribute') as CodeNode) === '__init__'
	const object = callee && childOf(callee, 'object')
	if (isInit && object?.kind === 'call' && textOf(python, childOf(object, 'function') ?? object) === 'super') {
		return {
			kind: 'call',
			callee: { kind: 'super', ...spanOf(object) },
			arguments: python.argumentsOf(written),
			isNew: false,
			...spanOf(node),
		}
	}
	return {
		kind: 'call',
		callee: python.expression(callee, node),
		arguments: python.argumentsOf(written),
		isNew: false,
		...spanOf(node),
	}
}

export function argumentsOf(python: Python, node: CodeNode | undefined): Argument[] {
	if (!node) return []
	return namedChildren(node).map((it): Argument => {
		const span = spanOf(it)
		if (it.kind === 'keyword_argument') {
			const name = childOf(it, 'name')
			return { value: python.expression(childOf(it, 'value'), it), keyword: name ? textOf(python, name) : '', ...span }
		}
		const value = python.expression(it, it)
		if (it.kind === 'list_splat') return { value, spread: 'list', ...span }
		if (it.kind === 'dictionary_splat') return { value, spread: 'map', ...span }
		return { value, ...span }
	})
}

function itemsOf(python: Python, node: CodeNode): ListItem[] {
	return namedChildren(node).map((it) => ({
		value: python.expression(it, it),
		isSpread: it.kind === 'list_splat' || it.kind === 'list_splat_pattern',
		...spanOf(it),
	}))
}

function entriesOf(python: Python, node: CodeNode): ObjectEntry[] {
	return namedChildren(node).map((it): ObjectEntry => {
		if (it.kind === 'pair') {
			return {
				key: python.expression(childOf(it, 'key'), it),
				value: python.expression(childOf(it, 'value'), it),
				...spanOf(it),
			}
		}
		return { key: undefined, value: python.expression(it, it), ...spanOf(it) }
	})
}

function comprehensionOf(python: Python, node: CodeNode): Comprehension {
	const body = childOf(node, 'body')
	const clauses: {
		target: Comprehension['clauses'][number]['target']
		iterable: Expression
		conditions: Expression[]
	}[] = []
	for (const it of node.children) {
		if (it.kind === 'for_in_clause') {
			const left = childOf(it, 'left')
			clauses.push({
				target: left ? python.target(left) : { kind: 'name', name: '', ...spanOf(it) },
				iterable: python.expression(childOf(it, 'right'), it),
				conditions: [],
			})
		} else if (it.kind === 'if_clause') clauses.at(-1)?.conditions.push(python.expression(namedChildren(it)[0], it))
	}
	const isMap = node.kind === 'dictionary_comprehension'
	return {
		kind: 'comprehension',
		form: isMap
			? 'map'
			: node.kind === 'set_comprehension'
				? 'set'
				: node.kind === 'list_comprehension'
					? 'list'
					: 'generator',
		element: python.expression(isMap && body ? childOf(body, 'value') : body, node),
		key: isMap && body ? python.expression(childOf(body, 'key'), node) : undefined,
		clauses,
		...spanOf(node),
	}
}

const spelled: Readonly<Record<string, string>> = { 'not in': 'notIn', 'is not': 'isNot', '<>': '!=' }

/** `a < b < c` is `a < b and b < c`. */
function comparisonOf(python: Python, node: CodeNode): Expression {
	const operators = childrenOf(node, 'operators').map((it) => textOf(python, it).replace(/\s+/g, ' '))
	const operands = node.children.filter((it) => it.isNamed && it.field !== 'operators')
	let whole: Expression | undefined
	for (const [at, written] of operators.entries()) {
		const left = operands[at]
		const right = operands[at + 1]
		const one: Expression = {
			kind: 'binary',
			operator: spelled[written] ?? written,
			left: python.expression(left, node),
			right: python.expression(right, node),
			start: left?.start ?? node.start,
			end: right?.end ?? node.end,
		}
		whole = whole
			? ({ kind: 'logical', operator: '&&', left: whole, right: one, ...spanOf(node) } satisfies Logical)
			: one
	}
	return whole ?? opaque(python, node)
}
