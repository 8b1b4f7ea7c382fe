import type { Expression, Target } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { annotationValue, argumentsOf } from './javaArguments.ts'
import { type JavaContext, spanOf, textOf } from './javaContext.ts'
import { lambda, methodReference } from './javaLambdas.ts'
import { characterLiteral, numberLiteral, stringLiteral } from './javaLiterals.ts'
import { bareMethod, bareName, fieldAccess, packageOf, qualifier } from './javaNames.ts'
import { instanceOf } from './javaPatterns.ts'
import { switchValue } from './javaSwitches.ts'
import { typeExpression, typeText } from './javaTypes.ts'

type Lower = (java: JavaContext, node: CodeNode) => Expression

const byKind: Readonly<Record<string, Lower>> = {
	identifier: bareName,
	this: (_java, node) => ({ kind: 'self', ...spanOf(node) }),
	super: (_java, node) => ({ kind: 'super', ...spanOf(node) }),
	null_literal: (_java, node) => ({ kind: 'constant', ...spanOf(node), value: null }),
	true: (_java, node) => ({ kind: 'constant', ...spanOf(node), value: true }),
	false: (_java, node) => ({ kind: 'constant', ...spanOf(node), value: false }),
	decimal_integer_literal: numberLiteral,
	hex_integer_literal: numberLiteral,
	octal_integer_literal: numberLiteral,
	binary_integer_literal: numberLiteral,
	decimal_floating_point_literal: numberLiteral,
	hex_floating_point_literal: numberLiteral,
	character_literal: characterLiteral,
	string_literal: stringLiteral,
	template_expression: (java, node) => part(java, node, 'template_argument'),
	class_literal: (java, node) => ({
		kind: 'field',
		...spanOf(node),
		object: typeExpression(java, node.children[0], node),
		name: 'class',
	}),
	parenthesized_expression: (java, node) => java.expression(namedChildren(node)[0], node),
	condition: (java, node) => java.expression(namedChildren(node)[0], node),
	field_access: access,
	scoped_identifier: (java, node) => packageOf(java, node) ?? typeExpression(java, node, node),
	array_access: (java, node) => ({
		kind: 'index',
		...spanOf(node),
		object: part(java, node, 'array'),
		index: part(java, node, 'index'),
	}),
	method_invocation: invocation,
	object_creation_expression: creation,
	array_creation_expression: arrayCreation,
	array_initializer: listOf,
	element_value_array_initializer: listOf,
	assignment_expression: assignment,
	binary_expression: binary,
	unary_expression: (java, node) => {
		const written = childOf(node, 'operator')?.kind ?? '!'
		const operator = written === '-' || written === '+' || written === '~' ? written : '!'
		return { kind: 'unary', ...spanOf(node), operator, operand: part(java, node, 'operand') }
	},
	update_expression: (java, node) => ({
		kind: 'unary',
		...spanOf(node),
		operator: node.children.some((child) => child.kind === '--') ? '--' : '++',
		operand: java.expression(namedChildren(node)[0], node),
		isPostfix: node.children[0]?.isNamed === true,
	}),
	ternary_expression: (java, node) => ({
		kind: 'conditional',
		...spanOf(node),
		test: part(java, node, 'condition'),
		then: part(java, node, 'consequence'),
		otherwise: part(java, node, 'alternative'),
	}),
	cast_expression: (java, node) => ({
		kind: 'cast',
		...spanOf(node),
		type: typeText(java, childOf(node, 'type')) ?? 'java.lang.Object',
		value: part(java, node, 'value'),
	}),
	instanceof_expression: instanceOf,
	lambda_expression: lambda,
	method_reference: methodReference,
	switch_expression: switchValue,
	annotation: annotationValue,
	marker_annotation: annotationValue,
	explicit_constructor_invocation: (java, node) => ({
		kind: 'call',
		...spanOf(node),
		callee: java.expression(childOf(node, 'constructor'), node),
		arguments: argumentsOf(java, childOf(node, 'arguments')),
		isNew: false,
	}),
}

export function lowerExpression(java: JavaContext, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return { kind: 'opaque', ...spanOf(at), parts: [] }
	const lower = Object.hasOwn(byKind, node.kind) ? byKind[node.kind] : undefined
	if (lower) return lower(java, node)
	if (node.kind === 'ERROR') java.gaps.push(spanOf(node))
	return { kind: 'opaque', ...spanOf(node), parts: partsOf(java, node) }
}

function part(java: JavaContext, node: CodeNode, field: string): Expression {
	return java.expression(childOf(node, field), node)
}

/** What of an unknown node is an expression. */
function partsOf(java: JavaContext, node: CodeNode): Expression[] {
	return namedChildren(node)
		.filter((child) => Object.hasOwn(byKind, child.kind) || child.kind === 'ERROR')
		.map((child) => java.expression(child, child))
}

function access(java: JavaContext, node: CodeNode): Expression {
	const object = childOf(node, 'object')
	const field = childOf(node, 'field')
	if (!object || !field) return { kind: 'opaque', ...spanOf(node), parts: partsOf(java, node) }
	return packageOf(java, node) ?? fieldAccess(java, node, object, field)
}

function invocation(java: JavaContext, node: CodeNode): Expression {
	const name = childOf(node, 'name')
	const object = childOf(node, 'object')
	const args = childOf(node, 'arguments')
	if (!name) return { kind: 'opaque', ...spanOf(node), parts: partsOf(java, node) }
	const isOfSuper = node.children.some((child) => child.kind === 'super' && child.field !== 'object')
	const callee: Expression = isOfSuper
		? {
				kind: 'field',
				start: node.start,
				end: name.end,
				object: { kind: 'super', ...spanOf(object ?? node) },
				name: textOf(java, name),
			}
		: object
			? {
					kind: 'field',
					start: node.start,
					end: name.end,
					object: packageOf(java, object) ?? qualifier(java, object),
					name: textOf(java, name),
				}
			: bareMethod(java, name)
	return { kind: 'call', ...spanOf(node), callee, arguments: argumentsOf(java, args), isNew: false }
}

function creation(java: JavaContext, node: CodeNode): Expression {
	const body = node.children.find((child) => child.kind === 'class_body')
	const type = childOf(node, 'type')
	return {
		kind: 'call',
		...spanOf(node),
		callee: body ? { kind: 'class', ...spanOf(node), class: java.classOf(node) } : typeExpression(java, type, node),
		arguments: argumentsOf(java, childOf(node, 'arguments')),
		isNew: true,
	}
}

function arrayCreation(java: JavaContext, node: CodeNode): Expression {
	const value = childOf(node, 'value')
	if (value) return listOf(java, value)
	const sizes = childrenOf(node, 'dimensions').flatMap((dimension) =>
		dimension.kind === 'dimensions_expr' ? namedChildren(dimension) : [],
	)
	return {
		kind: 'call',
		...spanOf(node),
		callee: { kind: 'name', ...spanOf(node), name: '$array' },
		arguments: sizes.map((size) => ({ ...spanOf(size), value: java.expression(size, size) })),
		isNew: true,
	}
}

function listOf(java: JavaContext, node: CodeNode): Expression {
	const items = namedChildren(node).map((child) => ({
		...spanOf(child),
		value: java.expression(child, child),
		isSpread: false,
	}))
	return { kind: 'list', ...spanOf(node), items, form: 'list' }
}

/** Java's operators are spelled as those of the IR. */
function binary(java: JavaContext, node: CodeNode): Expression {
	const operator = childOf(node, 'operator')?.kind ?? ','
	const left = part(java, node, 'left')
	// What the right side of `&&` runs before itself may run although the left side says no: that is allowed for.
	const right = part(java, node, 'right')
	if (operator === '&&' || operator === '||') return { kind: 'logical', ...spanOf(node), operator, left, right }
	return { kind: 'binary', ...spanOf(node), operator, left, right }
}

function assignment(java: JavaContext, node: CodeNode): Expression {
	const operator = (childOf(node, 'operator')?.kind ?? '=').slice(0, -1)
	const left = part(java, node, 'left')
	const value = part(java, node, 'right')
	const target = targetOf(left)
	if (!target) return { kind: 'sequence', ...spanOf(node), items: [left, value] }
	return { kind: 'assign', ...spanOf(node), target, value, ...(operator === '' ? {} : { operator }) }
}

export function targetOf(expression: Expression): Target | undefined {
	if (expression.kind === 'name' || expression.kind === 'field' || expression.kind === 'index') return expression
	return undefined
}
