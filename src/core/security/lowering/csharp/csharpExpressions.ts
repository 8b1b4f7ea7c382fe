import type { Expression, Target } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf } from '../../tree/codeNode.ts'
import { argumentsOf } from './csharpArguments.ts'
import {
	type CsharpContext,
	declaredVariable,
	inBlock,
	inFunction,
	namedChildren,
	opaque,
	spanOf,
	textOf,
} from './csharpContext.ts'
import { closure, functionBody, hasModifier, parametersOf } from './csharpFunctions.ts'
import { interpolatedString, numberLiteral, stringLiteral } from './csharpLiterals.ts'
import { bareName, qualifier } from './csharpNames.ts'
import {
	anonymousObject,
	arrayCreation,
	arrayItems,
	changedCopy,
	collection,
	creation,
	tuple,
} from './csharpObjects.ts'
import { isPattern } from './csharpPatterns.ts'
import { query } from './csharpQueries.ts'
import { switchValue } from './csharpSwitches.ts'
import { typeExpression, typeText } from './csharpTypes.ts'

type Lower = (cs: CsharpContext, node: CodeNode) => Expression

const inner: Lower = (cs, node) => cs.expression(namedChildren(node)[0], node)

const byKind: Readonly<Record<string, Lower>> = {
	identifier: bareName,
	generic_name: (cs, node) => bareName(cs, node.children[0] ?? node),
	this: (_cs, node) => ({ kind: 'self', ...spanOf(node) }),
	base: (_cs, node) => ({ kind: 'super', ...spanOf(node) }),
	null_literal: (_cs, node) => ({ kind: 'constant', ...spanOf(node), value: null }),
	boolean_literal: (cs, node) => ({ kind: 'constant', ...spanOf(node), value: textOf(cs, node) === 'true' }),
	integer_literal: numberLiteral,
	real_literal: numberLiteral,
	character_literal: stringLiteral,
	string_literal: stringLiteral,
	verbatim_string_literal: stringLiteral,
	raw_string_literal: stringLiteral,
	interpolated_string_expression: interpolatedString,
	predefined_type: (cs, node) => typeExpression(cs, node, node),
	qualified_name: (cs, node) => typeExpression(cs, node, node),
	alias_qualified_name: (cs, node) => typeExpression(cs, node, node),
	parenthesized_expression: inner,
	checked_expression: inner,
	ref_expression: inner,
	throw_expression: inner,
	interpolation: inner,
	argument: (cs, node) => cs.expression(namedChildren(node).at(-1), node),
	await_expression: (cs, node) => ({ kind: 'await', ...spanOf(node), value: inner(cs, node) }),
	member_access_expression: memberAccess,
	member_binding_expression: memberAccess,
	element_access_expression: elementAccess,
	element_binding_expression: elementAccess,
	conditional_access_expression: conditionalAccess,
	invocation_expression: invocation,
	object_creation_expression: creation,
	implicit_object_creation_expression: creation,
	anonymous_object_creation_expression: anonymousObject,
	array_creation_expression: arrayCreation,
	implicit_array_creation_expression: arrayCreation,
	stackalloc_expression: arrayCreation,
	implicit_stackalloc_expression: arrayCreation,
	initializer_expression: arrayItems,
	collection_expression: collection,
	tuple_expression: tuple,
	with_expression: changedCopy,
	assignment_expression: assignment,
	binary_expression: binary,
	prefix_unary_expression: prefix,
	postfix_unary_expression: postfix,
	conditional_expression: (cs, node) => ({
		kind: 'conditional',
		...spanOf(node),
		test: part(cs, node, 'condition'),
		then: part(cs, node, 'consequence'),
		otherwise: part(cs, node, 'alternative'),
	}),
	cast_expression: (cs, node) => conversion(cs, node) ?? cast(cs, node, childOf(node, 'type'), childOf(node, 'value')),
	as_expression: (cs, node) => cast(cs, node, childOf(node, 'right'), childOf(node, 'left')),
	is_expression: (cs, node) => ({
		kind: 'binary',
		...spanOf(node),
		operator: 'instanceof',
		left: part(cs, node, 'left'),
		right: typeExpression(cs, childOf(node, 'right'), node),
	}),
	is_pattern_expression: isPattern,
	switch_expression: switchValue,
	lambda_expression: lambda,
	anonymous_method_expression: lambda,
	query_expression: query,
	typeof_expression: (cs, node) => ({
		kind: 'call',
		...spanOf(node),
		callee: { kind: 'name', ...spanOf(node), name: 'typeof' },
		arguments: [{ ...spanOf(node), value: typeExpression(cs, childOf(node, 'type'), node) }],
		isNew: false,
	}),
	default_expression: (_cs, node) => ({ kind: 'constant', ...spanOf(node), value: null }),
	declaration_expression: (cs, node) => {
		const name = childOf(node, 'name')
		const target = name && declaredVariable(cs, name, typeText(cs, childOf(node, 'type')))
		return target?.kind === 'name' ? target : opaque(node)
	},
}

export function lowerExpression(cs: CsharpContext, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return opaque(at)
	const lower = Object.hasOwn(byKind, node.kind) ? byKind[node.kind] : undefined
	if (lower) return lower(cs, node)
	if (node.kind === 'ERROR') cs.gaps.push(spanOf(node))
	const parts = namedChildren(node).filter((child) => Object.hasOwn(byKind, child.kind) || child.kind === 'ERROR')
	return opaque(
		node,
		parts.map((child) => cs.expression(child, child)),
	)
}

function part(cs: CsharpContext, node: CodeNode, field: string): Expression {
	return cs.expression(childOf(node, field), node)
}

function nameOf(cs: CsharpContext, node: CodeNode | undefined): string {
	if (!node) return ''
	return textOf(cs, node.kind === 'generic_name' ? (node.children[0] ?? node) : node)
}

function memberAccess(cs: CsharpContext, node: CodeNode): Expression {
	const object = childOf(node, 'expression')
	const holder = object ? qualifier(cs, object) : (cs.bound ?? opaque(node))
	const name = nameOf(cs, childOf(node, 'name'))
	const item = /^Item[1-7]$/.test(name) ? Number(name.at(-1)) - 1 : cs.items.get(name)
	return { kind: 'field', ...spanOf(node), object: holder, name, ...(item === undefined ? {} : { item }) }
}

function elementAccess(cs: CsharpContext, node: CodeNode): Expression {
	const written = childOf(node, 'expression')
	const object = written ? cs.expression(written, node) : (cs.bound ?? opaque(node))
	const list = childOf(node, 'subscript') ?? node
	let value: Expression = object
	for (const argument of namedChildren(list).filter((child) => child.kind === 'argument')) {
		const index = namedChildren(argument).at(-1)
		if (index?.kind === 'range_expression') {
			const dots = index.children.findIndex((child) => child.kind === '..')
			const bound = (children: readonly CodeNode[]) => {
				const it = children.find((child) => child.isNamed)
				return it && cs.expression(it, it)
			}
			value = {
				kind: 'slice',
				...spanOf(node),
				object: value,
				from: bound(index.children.slice(0, dots)),
				to: bound(index.children.slice(dots + 1)),
			}
		} else value = { kind: 'index', ...spanOf(node), object: value, index: cs.expression(index, argument) }
	}
	return value
}

/** `a?.b`: what stands behind the question mark is asked of what stands before it. */
function conditionalAccess(cs: CsharpContext, node: CodeNode): Expression {
	const object = part(cs, node, 'condition')
	const { bound } = cs
	cs.bound = object
	const value = namedChildren(node).find((child) => child.field !== 'condition')
	const lowered = cs.expression(value, node)
	cs.bound = bound
	return lowered
}

function invocation(cs: CsharpContext, node: CodeNode): Expression {
	const written = childOf(node, 'function')
	const list = childOf(node, 'arguments')
	if (written?.kind === 'identifier' && textOf(cs, written) === 'nameof') {
		const text = list ? textOf(cs, list).replace(/^\(|\)$/g, '') : ''
		return { kind: 'constant', ...spanOf(node), value: text.slice(text.lastIndexOf('.') + 1).trim() }
	}
	const callee = cs.expression(written, node)
	return { kind: 'call', ...spanOf(node), callee, arguments: argumentsOf(cs, list), isNew: false }
}

/** What a text is made into by a conversion as by a constructor: `(MarkupString)text`. */
const made = /(?:^|\.)MarkupString\??$/

function conversion(cs: CsharpContext, node: CodeNode): Expression | undefined {
	const type = childOf(node, 'type')
	const value = childOf(node, 'value')
	if (!type || !value || !made.test(textOf(cs, type))) return undefined
	const given = { ...spanOf(value), value: cs.expression(value, node) }
	return { kind: 'call', ...spanOf(node), callee: typeExpression(cs, type, node), arguments: [given], isNew: true }
}

function cast(cs: CsharpContext, node: CodeNode, type: CodeNode | undefined, value: CodeNode | undefined): Expression {
	const lowered = cs.expression(value, node)
	const written = typeText(cs, type)
	return written === undefined ? lowered : { kind: 'cast', ...spanOf(node), type: written, value: lowered }
}

function binary(cs: CsharpContext, node: CodeNode): Expression {
	const operator = childOf(node, 'operator')?.kind ?? ','
	const left = part(cs, node, 'left')
	const right = part(cs, node, 'right')
	if (operator === '&&' || operator === '||' || operator === '??')
		return { kind: 'logical', ...spanOf(node), operator, left, right }
	return { kind: 'binary', ...spanOf(node), operator, left, right }
}

function prefix(cs: CsharpContext, node: CodeNode): Expression {
	const operator = node.children[0]?.kind ?? '!'
	const operand = inner(cs, node)
	if (operator === '^') return { kind: 'unary', ...spanOf(node), operator: '-', operand }
	const known = ['!', '-', '+', '~', '&', '*', '++', '--'].includes(operator)
	return known ? { kind: 'unary', ...spanOf(node), operator, operand } : operand
}

function postfix(cs: CsharpContext, node: CodeNode): Expression {
	const operator = node.children.at(-1)?.kind
	const operand = inner(cs, node)
	if (operator !== '++' && operator !== '--') return operand
	return { kind: 'unary', ...spanOf(node), operator, operand, isPostfix: true }
}

function assignment(cs: CsharpContext, node: CodeNode): Expression {
	const operator = (childOf(node, 'operator')?.kind ?? '=').slice(0, -1)
	const left = part(cs, node, 'left')
	const value = part(cs, node, 'right')
	const target = targetOf(left)
	if (!target) return { kind: 'sequence', ...spanOf(node), items: [left, value] }
	return { kind: 'assign', ...spanOf(node), target, value, ...(operator === '' ? {} : { operator }) }
}

function targetOf(expression: Expression): Target | undefined {
	if (expression.kind === 'list') {
		const items = expression.items.map((item) => {
			const target = targetOf(item.value)
			return target ? { ...spanOf(item), target } : null
		})
		return { kind: 'listPattern', ...spanOf(expression), items }
	}
	const isTarget = expression.kind === 'name' || expression.kind === 'field' || expression.kind === 'index'
	return isTarget || expression.kind === 'slice' ? expression : undefined
}

function lambda(cs: CsharpContext, node: CodeNode): Expression {
	const { bound } = cs
	cs.bound = undefined
	const made = inBlock(cs, () => {
		const parameters = parametersOf(cs, childOf(node, 'parameters'))
		const body = childOf(node, 'body') ?? node.children.find((child) => child.kind === 'block')
		return closure(
			node,
			parameters,
			inFunction(cs, undefined, () => functionBody(cs, body)),
		)
	})
	cs.bound = bound
	if (made.kind !== 'closure' || !hasModifier(cs, node, 'async')) return made
	return { ...made, function: { ...made.function, isAsync: true } }
}
