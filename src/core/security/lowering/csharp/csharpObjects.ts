import type { Expression, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { argumentsOf } from './csharpArguments.ts'
import { afterStatements, type CsharpContext, namedChildren, spanOf, temporary, textOf } from './csharpContext.ts'
import { closure } from './csharpFunctions.ts'
import { pathExpression, typeExpression } from './csharpTypes.ts'

/** `new T(…) { … }`: the object is made, then its properties are set or its items added. */
export function creation(cs: CsharpContext, node: CodeNode): Expression {
	const type = childOf(node, 'type')
	const { wanted } = cs
	cs.wanted = undefined
	const list = childOf(node, 'arguments') ?? node.children.find((child) => child.kind === 'argument_list')
	const made: Expression = {
		kind: 'call',
		...spanOf(node),
		callee: type || wanted === undefined ? typeExpression(cs, type, node) : pathExpression(node, wanted.split('.')),
		arguments: argumentsOf(cs, list),
		isNew: true,
	}
	const initializer =
		childOf(node, 'initializer') ?? node.children.find((child) => child.kind === 'initializer_expression')
	if (!initializer || namedChildren(initializer).length === 0) return made
	return afterStatements(
		cs,
		node,
		(statements) => {
			const target = temporary(cs, node, 'new')
			statements.push({ kind: 'declare', ...spanOf(node), target, type: undefined, initial: made, isHoisted: false })
			for (const item of namedChildren(initializer)) statements.push(initialize(cs, target, item))
			return target
		},
		(body) => closure(node, [], body),
	)
}

/** `one with { Name = value }`: a copy whose properties are set. */
export function changedCopy(cs: CsharpContext, node: CodeNode): Expression {
	const [of] = namedChildren(node)
	const value = cs.expression(of, node)
	const copy: Expression = {
		kind: 'call',
		...spanOf(node),
		callee: { kind: 'name', ...spanOf(node), name: '@copy' },
		arguments: [{ ...spanOf(of ?? node), value }],
		isNew: false,
	}
	return afterStatements(
		cs,
		node,
		(statements) => {
			const target = temporary(cs, node, 'with')
			statements.push({ kind: 'declare', ...spanOf(node), target, type: undefined, initial: copy, isHoisted: false })
			for (const it of node.children.filter((child) => child.kind === 'with_initializer')) {
				const [name, given] = namedChildren(it)
				if (!name || !given) continue
				const field = { kind: 'field' as const, ...spanOf(name), object: target, name: textOf(cs, name) }
				const expression = { kind: 'assign' as const, ...spanOf(it), target: field, value: cs.expression(given, it) }
				statements.push({ kind: 'expression', ...spanOf(it), expression })
			}
			return target
		},
		(body) => closure(node, [], body),
	)
}

/** `Name = value`, `[key] = value`, `{ key, value }` or an item. */
function initialize(cs: CsharpContext, object: Extract<Expression, { kind: 'name' }>, item: CodeNode): Statement {
	const span = spanOf(item)
	const left = item.kind === 'assignment_expression' ? childOf(item, 'left') : undefined
	let expression: Expression
	if (left) {
		const value = cs.expression(childOf(item, 'right'), item)
		const key = left.kind === 'element_binding_expression' ? namedChildren(left)[0] : undefined
		const target = key
			? { kind: 'index' as const, ...spanOf(left), object, index: cs.expression(namedChildren(key).at(-1), key) }
			: { kind: 'field' as const, ...spanOf(left), object, name: textOf(cs, left) }
		expression = { kind: 'assign', ...span, target, value }
	} else {
		const values = item.kind === 'initializer_expression' ? namedChildren(item) : [item]
		expression = {
			kind: 'call',
			...span,
			callee: { kind: 'field', ...span, object, name: 'Add' },
			arguments: values.map((value) => ({ ...spanOf(value), value: cs.expression(value, value) })),
			isNew: false,
		}
	}
	return { kind: 'expression', ...span, expression }
}

/** `new { Name = x, y.Length }`. */
export function anonymousObject(cs: CsharpContext, node: CodeNode): Expression {
	const entries: { start: number; end: number; key: Expression; value: Expression }[] = []
	for (const [at, child] of node.children.entries()) {
		if (!child.isNamed || node.children[at + 1]?.kind === '=') continue
		const named = node.children[at - 1]?.kind === '=' ? node.children[at - 2] : undefined
		const name = named ?? childOf(child, 'name') ?? child
		const key: Expression = { kind: 'constant', ...spanOf(name), value: textOf(cs, name) }
		entries.push({ ...spanOf(child), key, value: cs.expression(child, child) })
	}
	return { kind: 'object', ...spanOf(node), entries }
}

export function arrayCreation(cs: CsharpContext, node: CodeNode): Expression {
	const initializer = node.children.find((child) => child.kind === 'initializer_expression')
	if (initializer) return arrayItems(cs, initializer)
	const type = childOf(node, 'type')
	const rank = type && childOf(type, 'rank')
	return {
		kind: 'call',
		...spanOf(node),
		callee: { kind: 'name', ...spanOf(node), name: '$array' },
		arguments: rank ? namedChildren(rank).map((size) => ({ ...spanOf(size), value: cs.expression(size, size) })) : [],
		isNew: true,
	}
}

export function arrayItems(cs: CsharpContext, node: CodeNode): Expression {
	const items = namedChildren(node).map((child) => ({
		...spanOf(child),
		value: cs.expression(child, child),
		isSpread: false,
	}))
	return { kind: 'list', ...spanOf(node), items, form: 'list' }
}

/** `[a, ..b]`. */
export function collection(cs: CsharpContext, node: CodeNode): Expression {
	const items = namedChildren(node).map((element) => {
		const inner = element.kind === 'collection_element' ? (namedChildren(element)[0] ?? element) : element
		const value = namedChildren(inner)[0]
		return {
			...spanOf(element),
			value: cs.expression(value ?? inner, inner),
			isSpread: inner.kind === 'spread_element',
		}
	})
	return { kind: 'list', ...spanOf(node), items, form: 'list' }
}

export function tuple(cs: CsharpContext, node: CodeNode): Expression {
	const items = namedChildren(node).map((child) => ({
		...spanOf(child),
		value: cs.expression(namedChildren(child).at(-1) ?? child, child),
		isSpread: false,
	}))
	return { kind: 'list', ...spanOf(node), items, form: 'tuple' }
}
