import type { Expression, Statement, Try } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { declareLocal, inBlock, type JavaContext, spanOf, textOf } from './javaContext.ts'
import { forEach, forLoop, whileLoop } from './javaLoops.ts'
import { switchStatement, yieldStatements } from './javaSwitches.ts'
import { dimensionsText, typeText } from './javaTypes.ts'

type Lower = (java: JavaContext, node: CodeNode, label: string | undefined) => Statement | readonly Statement[]

const byKind: Readonly<Record<string, Lower>> = {
	block,
	constructor_body: block,
	local_variable_declaration: (java, node) => declarations(java, node),
	// A field where only statements can stand: broken code, or a piece of a class.
	field_declaration: (java, node) => declarations(java, node),
	constant_declaration: (java, node) => declarations(java, node),
	expression_statement: (java, node) => expressionStatement(java, namedChildren(node)[0], node),
	explicit_constructor_invocation: (java, node) => expressionStatement(java, node, node),
	if_statement: (java, node) => ({
		kind: 'if',
		...spanOf(node),
		test: java.expression(childOf(node, 'condition'), node),
		then: bodyOf(java, childOf(node, 'consequence')),
		otherwise: bodyOf(java, childOf(node, 'alternative')),
	}),
	for_statement: forLoop,
	while_statement: whileLoop,
	do_statement: whileLoop,
	enhanced_for_statement: forEach,
	labeled_statement: labeled,
	switch_expression: switchStatement,
	switch_statement: switchStatement,
	return_statement: (java, node) => {
		const [value] = namedChildren(node)
		return { kind: 'return', ...spanOf(node), value: value && java.expression(value, value) }
	},
	throw_statement: (java, node) => ({
		kind: 'throw',
		...spanOf(node),
		value: java.expression(namedChildren(node)[0], node),
	}),
	break_statement: (java, node) => jump(java, node, 'break'),
	continue_statement: (java, node) => jump(java, node, 'continue'),
	yield_statement: (java, node) => yieldStatements(java, namedChildren(node)[0], node),
	assert_statement: assertion,
	synchronized_statement: (java, node) => {
		const lock = node.children.find((child) => child.kind === 'parenthesized_expression')
		return [...(lock ? expressionStatement(java, lock, lock) : []), ...bodyOf(java, childOf(node, 'body'))]
	},
	try_statement: tryStatement,
	try_with_resources_statement: tryStatement,
	class_declaration: localClass,
	interface_declaration: localClass,
	enum_declaration: localClass,
	record_declaration: localClass,
	annotation_type_declaration: localClass,
	method_declaration: (java, node) => ({ kind: 'function', ...spanOf(node), function: java.methodOf(node) }),
	constructor_declaration: (java, node) => ({ kind: 'function', ...spanOf(node), function: java.methodOf(node) }),
	static_initializer: (java, node) => java.statements(node.children),
	ERROR: (java, node) => {
		java.gaps.push(spanOf(node))
		return java.statements(node.children)
	},
}

const skipped = new Set([
	'package_declaration',
	'import_declaration',
	'module_declaration',
	'modifiers',
	'type_identifier',
	'inferred_parameters',
])

/** Statements in order; each may need others in front of it. */
export function lowerStatements(java: JavaContext, nodes: readonly CodeNode[]): Statement[] {
	const all: Statement[] = []
	for (const node of nodes) {
		if (!node.isNamed || skipped.has(node.kind)) continue
		all.push(...withPrelude(java, () => one(java, node, undefined)))
	}
	return all
}

function withPrelude(java: JavaContext, run: () => Statement | readonly Statement[]): Statement[] {
	const { before, declared } = java
	const prelude: Statement[] = []
	java.before = prelude
	java.declared = prelude
	try {
		return prelude.concat(run())
	} finally {
		java.before = before
		java.declared = declared
	}
}

function one(java: JavaContext, node: CodeNode, label: string | undefined): Statement | readonly Statement[] {
	const lower = Object.hasOwn(byKind, node.kind) ? byKind[node.kind] : undefined
	return lower ? lower(java, node, label) : expressionStatement(java, node, node)
}

function expressionStatement(java: JavaContext, value: CodeNode | undefined, node: CodeNode): Statement[] {
	if (!value) return []
	if (value.kind === 'switch_expression') return [switchStatement(java, value, undefined)]
	return [{ kind: 'expression', ...spanOf(node), expression: java.expression(value, value) }]
}

/** Assertions are off unless they are asked for, so they keep nothing out; what they say is made only where they fail. */
function assertion(java: JavaContext, node: CodeNode): Statement[] {
	const [test, message] = namedChildren(node)
	if (!test || !message) return expressionStatement(java, test, node)
	return [
		{
			kind: 'if',
			...spanOf(node),
			test: java.expression(test, test),
			then: [],
			otherwise: withPrelude(java, () => expressionStatement(java, message, message)),
		},
	]
}

/** The body of a branch: a block's own statements, or the single one. */
function bodyOf(java: JavaContext, node: CodeNode | undefined): Statement[] {
	if (!node) return []
	return inBlock(java, () => java.statements(node.kind === 'block' ? node.children : [node]))
}

function block(java: JavaContext, node: CodeNode, label: string | undefined): Statement {
	return { kind: 'block', ...spanOf(node), body: inBlock(java, () => java.statements(node.children)), label }
}

function labeled(java: JavaContext, node: CodeNode): Statement | readonly Statement[] {
	const [name, body] = namedChildren(node)
	if (!name || !body) return []
	const label = textOf(java, name)
	const takesLabel =
		/^(block|for_statement|while_statement|do_statement|enhanced_for_statement|switch_expression)$/.test(body.kind)
	if (takesLabel) return one(java, body, label)
	return { kind: 'block', ...spanOf(node), body: inBlock(java, () => java.statements([body])), label }
}

function jump(java: JavaContext, node: CodeNode, form: 'break' | 'continue'): Statement {
	const [label] = namedChildren(node)
	return { kind: 'jump', ...spanOf(node), form, label: label && textOf(java, label) }
}

export function declarations(java: JavaContext, node: CodeNode): Statement[] {
	const written = typeText(java, childOf(node, 'type'))
	const all: Statement[] = []
	for (const declarator of childrenOf(node, 'declarator')) {
		const name = childOf(declarator, 'name')
		if (!name) continue
		const value = childOf(declarator, 'value')
		const type = written === undefined ? undefined : written + dimensionsText(java, declarator)
		// A lambda may not read the variable that it is assigned to; anything else is a field of this name before it is hidden.
		const initial = value && java.expression(value, value)
		declareLocal(java, textOf(java, name))
		all.push({
			kind: 'declare',
			...spanOf(declarator),
			target: { kind: 'name', ...spanOf(name), name: textOf(java, name) },
			type,
			initial,
			isHoisted: false,
		})
	}
	return all
}

function localClass(java: JavaContext, node: CodeNode): Statement {
	return { kind: 'class', ...spanOf(node), class: java.classOf(node) }
}

function tryStatement(java: JavaContext, node: CodeNode): Statement {
	const last = node.children.find((child) => child.kind === 'finally_clause')
	const body = inBlock(java, () => {
		const resources = namedChildren(childOf(node, 'resources') ?? { ...node, children: [] }).flatMap((child) =>
			resource(java, child),
		)
		return [...resources, ...bodyOf(java, childOf(node, 'body'))]
	})
	return {
		kind: 'try',
		...spanOf(node),
		body,
		handlers: node.children.filter((child) => child.kind === 'catch_clause').map((child) => handler(java, child)),
		otherwise: [],
		finally: bodyOf(
			java,
			last?.children.find((child) => child.kind === 'block'),
		),
	}
}

function resource(java: JavaContext, node: CodeNode): Statement[] {
	const name = childOf(node, 'name')
	const value = childOf(node, 'value')
	return withPrelude(java, () => {
		if (!name) return namedChildren(node).flatMap((child) => expressionStatement(java, child, child))
		const initial: Expression | undefined = value && java.expression(value, value)
		declareLocal(java, textOf(java, name))
		const target = { kind: 'name' as const, ...spanOf(name), name: textOf(java, name) }
		return {
			kind: 'declare',
			...spanOf(node),
			target,
			type: typeText(java, childOf(node, 'type')),
			initial,
			isHoisted: false,
		}
	})
}

function handler(java: JavaContext, node: CodeNode): Try['handlers'][number] {
	const parameter = node.children.find((child) => child.kind === 'catch_formal_parameter')
	const name = parameter && childOf(parameter, 'name')
	const types = parameter?.children.find((child) => child.kind === 'catch_type')
	return inBlock(java, () => {
		if (name) declareLocal(java, textOf(java, name))
		return {
			binding: name && { kind: 'name', ...spanOf(name), name: textOf(java, name) },
			types: types ? namedChildren(types).flatMap((child) => typeText(java, child) ?? []) : [],
			body: bodyOf(java, childOf(node, 'body')),
		}
	})
}
