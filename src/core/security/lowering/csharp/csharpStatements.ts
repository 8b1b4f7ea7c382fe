import type { Expression, Statement, Try } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf } from '../../tree/codeNode.ts'
import {
	type CsharpContext,
	declareLocal,
	inBlock,
	namedChildren,
	spanOf,
	textOf,
	typedValue,
	withPlaces,
} from './csharpContext.ts'
import { tupleTarget } from './csharpPatterns.ts'
import { switchStatement } from './csharpSwitches.ts'
import { typeText } from './csharpTypes.ts'

type Lower = (cs: CsharpContext, node: CodeNode, label: string | undefined) => Statement | readonly Statement[]

const flattened: Lower = (cs, node) => cs.statements(node.children)
const blockInside: Lower = (cs, node) => cs.statements(node.children.filter((child) => child.isNamed))

const byKind: Readonly<Record<string, Lower>> = {
	block: (cs, node, label) => ({
		kind: 'block',
		...spanOf(node),
		body: inBlock(cs, () => cs.statements(node.children)),
		label,
	}),
	global_statement: flattened,
	declaration_list: flattened,
	namespace_declaration: (cs, node) => cs.statements(childOf(node, 'body')?.children ?? []),
	file_scoped_namespace_declaration: (cs, node) => cs.statements(node.children.filter((it) => it.field !== 'name')),
	preproc_if: (cs, node) => cs.statements(node.children.filter((it) => it.field !== 'condition')),
	preproc_elif: (cs, node) => cs.statements(node.children.filter((it) => it.field !== 'condition')),
	preproc_else: flattened,
	preproc_region: flattened,
	local_declaration_statement: (cs, node) => {
		const made = declarationsIn(cs, node)
		return node.children.some((child) => child.kind === 'using') ? released(made) : made
	},
	field_declaration: (cs, node) => declarationsIn(cs, node),
	expression_statement: (cs, node) => expressionStatement(cs, namedChildren(node)[0], node),
	if_statement: (cs, node) => ({
		kind: 'if',
		...spanOf(node),
		test: cs.expression(childOf(node, 'condition'), node),
		then: bodyOf(cs, childOf(node, 'consequence')),
		otherwise: bodyOf(cs, childOf(node, 'alternative')),
	}),
	for_statement: forLoop,
	foreach_statement: forEach,
	while_statement: whileLoop,
	do_statement: whileLoop,
	switch_statement: switchStatement,
	labeled_statement: labeled,
	return_statement: (cs, node) => {
		const [value] = namedChildren(node)
		return { kind: 'return', ...spanOf(node), value: value && typedValue(cs, value, cs.returns) }
	},
	throw_statement: (cs, node) => {
		const [value] = namedChildren(node)
		return { kind: 'throw', ...spanOf(node), value: value && cs.expression(value, value) }
	},
	yield_statement: (cs, node) => {
		const [value] = namedChildren(node)
		if (!value) return { kind: 'return', ...spanOf(node), value: undefined }
		const expression = {
			kind: 'yield' as const,
			...spanOf(node),
			value: cs.expression(value, value),
			isDelegated: false,
		}
		return { kind: 'expression', ...spanOf(node), expression }
	},
	break_statement: (_cs, node) => ({ kind: 'jump', ...spanOf(node), form: 'break', label: undefined }),
	continue_statement: (_cs, node) => ({ kind: 'jump', ...spanOf(node), form: 'continue', label: undefined }),
	goto_statement: () => [],
	empty_statement: () => [],
	try_statement: tryStatement,
	using_statement: (cs, node) => ({
		kind: 'block',
		...spanOf(node),
		body: inBlock(cs, () => {
			const first = node.children.filter((child) => child.isNamed && child.field !== 'body')
			const body = childOf(node, 'body')
			return [...released(cs.statements(first)), ...bodyOf(cs, body)]
		}),
		label: undefined,
	}),
	variable_declaration: declarations,
	lock_statement: blockInside,
	fixed_statement: blockInside,
	checked_statement: blockInside,
	unsafe_statement: blockInside,
	local_function_statement: (cs, node) => ({ kind: 'function', ...spanOf(node), function: cs.functionOf(node) }),
	method_declaration: (cs, node) => ({ kind: 'function', ...spanOf(node), function: cs.functionOf(node) }),
	constructor_declaration: (cs, node) => ({ kind: 'function', ...spanOf(node), function: cs.functionOf(node) }),
	class_declaration: classStatement,
	struct_declaration: classStatement,
	record_declaration: classStatement,
	record_struct_declaration: classStatement,
	interface_declaration: classStatement,
	enum_declaration: classStatement,
	ERROR: (cs, node) => {
		cs.gaps.push(spanOf(node))
		return cs.statements(node.children)
	},
}

const skipped = new Set([
	'using_directive',
	'extern_alias_directive',
	'attribute_list',
	'global_attribute',
	'modifier',
	'delegate_declaration',
	'predefined_type',
	'implicit_type',
])

/** Statements in order; each may need others in front of it. */
export function lowerStatements(cs: CsharpContext, nodes: readonly CodeNode[]): Statement[] {
	// Functions of a block are known in all of it.
	for (const node of nodes) {
		const name = node.kind === 'local_function_statement' ? childOf(node, 'name') : undefined
		if (name) declareLocal(cs, textOf(cs, name))
	}
	const all: Statement[] = []
	for (const node of nodes) {
		if (!node.isNamed || skipped.has(node.kind)) continue
		const prelude: Statement[] = []
		const made = withPlaces(cs, prelude, () => one(cs, node, undefined))
		all.push(...prelude.concat(made))
	}
	return all
}

function one(cs: CsharpContext, node: CodeNode, label: string | undefined): Statement | readonly Statement[] {
	const lower = Object.hasOwn(byKind, node.kind) ? byKind[node.kind] : undefined
	return lower ? lower(cs, node, label) : expressionStatement(cs, node, node)
}

function expressionStatement(cs: CsharpContext, value: CodeNode | undefined, node: CodeNode): Statement[] {
	if (!value) return []
	const written = cs.expression(value, value)
	const expression: Expression = written.kind === 'call' ? { ...written, isIgnored: true } : written
	return [{ kind: 'expression', ...spanOf(node), expression }]
}

function classStatement(cs: CsharpContext, node: CodeNode): Statement {
	return { kind: 'class', ...spanOf(node), class: cs.classOf(node) }
}

/** The body of a branch: a block's own statements, or the single one. */
function bodyOf(cs: CsharpContext, node: CodeNode | undefined): Statement[] {
	if (!node) return []
	return inBlock(cs, () => cs.statements(node.kind === 'block' ? node.children : [node]))
}

function labeled(cs: CsharpContext, node: CodeNode): Statement | readonly Statement[] {
	const body = namedChildren(node).at(-1)
	return body && namedChildren(node).length > 1 ? one(cs, body, undefined) : []
}

function declarationsIn(cs: CsharpContext, node: CodeNode): Statement[] {
	const list = node.children.find((child) => child.kind === 'variable_declaration')
	return list ? declarations(cs, list) : []
}

function released(statements: readonly Statement[]): Statement[] {
	return statements.map((it) => (it.kind === 'declare' ? { ...it, isReleased: true } : it))
}

function declarations(cs: CsharpContext, node: CodeNode): Statement[] {
	const type = typeText(cs, childOf(node, 'type'))
	const all: Statement[] = []
	for (const declarator of node.children) {
		if (declarator.kind !== 'variable_declarator') continue
		const value = declaratorValue(declarator)
		const initial = value && typedValue(cs, value, type)
		const name = childOf(declarator, 'name')
		const parts = declarator.children.find((child) => child.kind === 'tuple_pattern')
		if (name) declareLocal(cs, textOf(cs, name))
		const target = parts
			? tupleTarget(cs, parts, (it) => declareLocal(cs, textOf(cs, it)))
			: name && { kind: 'name' as const, ...spanOf(name), name: textOf(cs, name) }
		if (target) all.push({ kind: 'declare', ...spanOf(declarator), target, type, initial, isHoisted: false })
	}
	return all
}

export function declaratorValue(declarator: CodeNode): CodeNode | undefined {
	const at = declarator.children.findIndex((child) => child.kind === '=')
	return at < 0 ? undefined : declarator.children.slice(at).find((child) => child.isNamed || child.kind === 'this')
}

// ---------- loops

/** What is evaluated in each round can have nothing in front of the loop; the variables of its patterns are declared there. */
function repeated<T>(cs: CsharpContext, run: () => T): T {
	const { before } = cs
	cs.before = undefined
	const value = run()
	cs.before = before
	return value
}

function whileLoop(cs: CsharpContext, node: CodeNode, label: string | undefined): Statement {
	const condition = childOf(node, 'condition')
	const test = condition && repeated(cs, () => cs.expression(condition, condition))
	const body = bodyOf(cs, childOf(node, 'body'))
	const testsLast = node.kind === 'do_statement'
	return { kind: 'loop', ...spanOf(node), test, body, update: [], testsLast, label, otherwise: [] }
}

function forLoop(cs: CsharpContext, node: CodeNode, label: string | undefined): Statement {
	return inBlock(cs, () => {
		const first = cs.statements(childrenOf(node, 'initializer'))
		const condition = childOf(node, 'condition')
		const test = condition && repeated(cs, () => cs.expression(condition, condition))
		const update = childrenOf(node, 'update')
			.filter((child) => child.isNamed)
			.map((child) => repeated(cs, () => cs.expression(child, child)))
		const body = bodyOf(cs, childOf(node, 'body'))
		const loop: Statement = {
			kind: 'loop',
			...spanOf(node),
			test,
			body,
			update,
			testsLast: false,
			label,
			otherwise: [],
		}
		return first.length === 0 ? loop : { kind: 'block', ...spanOf(node), body: [...first, loop], label: undefined }
	})
}

function forEach(cs: CsharpContext, node: CodeNode, label: string | undefined): Statement {
	const iterable = cs.expression(childOf(node, 'right'), node)
	const left = childOf(node, 'left')
	return inBlock(cs, () => {
		const declare = (it: CodeNode) => declareLocal(cs, textOf(cs, it))
		if (left && left.kind !== 'tuple_pattern') declare(left)
		const target =
			left?.kind === 'tuple_pattern'
				? tupleTarget(cs, left, declare)
				: left && { kind: 'name' as const, ...spanOf(left), name: textOf(cs, left) }
		const type = typeText(cs, childOf(node, 'type'))
		return {
			kind: 'forEach',
			...spanOf(node),
			target,
			...(type === undefined ? {} : { type }),
			key: undefined,
			declares: true,
			iterable,
			body: bodyOf(cs, childOf(node, 'body')),
			label,
			otherwise: [],
		}
	})
}

// ---------- exceptions

function tryStatement(cs: CsharpContext, node: CodeNode): Statement {
	const last = node.children.find((child) => child.kind === 'finally_clause')
	return {
		kind: 'try',
		...spanOf(node),
		body: bodyOf(cs, childOf(node, 'body')),
		handlers: node.children.filter((child) => child.kind === 'catch_clause').map((child) => handler(cs, child)),
		otherwise: [],
		finally: bodyOf(
			cs,
			last?.children.find((child) => child.kind === 'block'),
		),
	}
}

function handler(cs: CsharpContext, node: CodeNode): Try['handlers'][number] {
	const declaration = node.children.find((child) => child.kind === 'catch_declaration')
	const name = declaration && childOf(declaration, 'name')
	const type = declaration && typeText(cs, childOf(declaration, 'type'))
	return inBlock(cs, () => {
		if (name) declareLocal(cs, textOf(cs, name))
		const filter = node.children.find((child) => child.kind === 'catch_filter_clause')
		const body = bodyOf(cs, childOf(node, 'body'))
		const tested = filter ? cs.statements(namedChildren(filter)) : []
		return {
			binding: name && { kind: 'name', ...spanOf(name), name: textOf(cs, name) },
			types: type === undefined ? [] : [type],
			body: [...tested, ...body],
		}
	})
}
