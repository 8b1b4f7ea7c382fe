import type { Expression, Statement, SwitchCase, Target, Try } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { exportOf, importOf, requireOf } from './modules.ts'
import { type Script, spanOf, textOf, typeName } from './script.ts'
import { targetOf } from './targets.ts'

export function statementsOf(script: Script, nodes: readonly CodeNode[]): Statement[] {
	const made: Statement[] = []
	for (const node of nodes) if (node.isNamed) made.push(...statementOf(script, node))
	return made
}

export function statementOf(script: Script, node: CodeNode, label?: string): Statement[] {
	const span = spanOf(node)
	switch (node.kind) {
		case 'expression_statement': {
			const [inner] = namedChildren(node)
			return inner?.kind === 'internal_module' || inner?.kind === 'module'
				? statementOf(script, inner)
				: expressionsOf(script, inner, node)
		}
		case 'variable_declaration':
		case 'lexical_declaration':
			return declarationsOf(script, node)
		case 'using_declaration':
			return declarationsOf(script, node)
		case 'function_declaration':
		case 'generator_function_declaration':
			return [{ kind: 'function', function: script.functionOf(node), ...span }]
		case 'class_declaration':
		case 'abstract_class_declaration':
			return [{ kind: 'class', class: script.classOf(node), ...span }]
		case 'statement_block':
			return [{ kind: 'block', body: statementsOf(script, node.children), label, ...span }]
		case 'if_statement':
			return [
				{
					kind: 'if',
					test: script.expression(childOf(node, 'condition'), node),
					then: bodyOf(script, childOf(node, 'consequence')),
					otherwise: bodyOf(script, childOf(node, 'alternative')),
					...span,
				},
			]
		case 'else_clause':
			return namedChildren(node).flatMap((it) => statementOf(script, it))
		case 'for_statement':
			return forOf(script, node, label)
		case 'for_in_statement':
			return forInOf(script, node, label)
		case 'while_statement':
		case 'do_statement':
			return [
				{
					kind: 'loop',
					test: script.expression(childOf(node, 'condition'), node),
					body: bodyOf(script, childOf(node, 'body')),
					update: [],
					testsLast: node.kind === 'do_statement',
					label,
					otherwise: [],
					...span,
				},
			]
		case 'switch_statement':
			return [
				{
					kind: 'switch',
					subject: script.expression(childOf(node, 'value'), node),
					cases: (childOf(node, 'body')?.children ?? []).filter((it) => it.isNamed).map((it) => caseOf(script, it)),
					fallsThrough: true,
					label,
					...span,
				},
			]
		case 'try_statement':
			return [tryOf(script, node)]
		case 'return_statement':
		case 'throw_statement': {
			const [value] = namedChildren(node)
			return [
				{
					kind: node.kind === 'return_statement' ? 'return' : 'throw',
					value: value && script.expression(value, node),
					...span,
				},
			]
		}
		case 'break_statement':
		case 'continue_statement': {
			const to = childOf(node, 'label')
			return [
				{
					kind: 'jump',
					form: node.kind === 'break_statement' ? 'break' : 'continue',
					label: to && textOf(script, to),
					...span,
				},
			]
		}
		case 'labeled_statement': {
			const name = childOf(node, 'label')
			const body = childOf(node, 'body')
			return body ? statementOf(script, body, name && textOf(script, name)) : []
		}
		case 'with_statement':
			return [...expressionsOf(script, childOf(node, 'object'), node), ...bodyOf(script, childOf(node, 'body'))]
		case 'import_statement':
			return importOf(script, node)
		case 'export_statement':
			return exportOf(script, node)
		case 'import_alias':
		case 'import_require_clause':
			return requireOf(script, node)
		case 'enum_declaration':
			return enumOf(script, node)
		case 'internal_module':
		case 'module':
			return namespaceOf(script, node)
		case 'ambient_declaration':
		case 'interface_declaration':
		case 'type_alias_declaration':
		case 'function_signature':
		case 'empty_statement':
		case 'debugger_statement':
		case 'hash_bang_line':
		case 'comment':
			return []
		case 'ERROR':
			script.gaps.push(span)
			return namedChildren(node).flatMap((it) => statementOf(script, it))
		default:
			return expressionsOf(script, node, node)
	}
}

function expressionsOf(script: Script, node: CodeNode | undefined, at: CodeSpan): Statement[] {
	return node ? [{ kind: 'expression', expression: script.expression(node, at), ...spanOf(node) }] : []
}

function bodyOf(script: Script, node: CodeNode | undefined): readonly Statement[] {
	if (!node) return []
	return node.kind === 'statement_block' ? statementsOf(script, node.children) : statementOf(script, node)
}

function declarationsOf(script: Script, node: CodeNode): Statement[] {
	return node.children
		.filter((it) => it.kind === 'variable_declarator')
		.map((it): Statement => {
			const name = childOf(it, 'name')
			const value = childOf(it, 'value')
			return {
				kind: 'declare',
				target: name ? targetOf(script, name) : { kind: 'name', name: '', ...spanOf(it) },
				type: typeName(script, childOf(it, 'type')),
				initial: value && script.expression(value, value),
				isHoisted: node.kind === 'variable_declaration',
				...spanOf(it),
			}
		})
}

/** What is declared in the head belongs to a block around the loop. */
function forOf(script: Script, node: CodeNode, label: string | undefined): Statement[] {
	const initial = childOf(node, 'initializer')
	const condition = childOf(node, 'condition')
	const update = childOf(node, 'increment')
	const test = condition?.kind === 'expression_statement' ? namedChildren(condition)[0] : condition
	const hasTest = test?.isNamed && test.kind !== 'empty_statement'
	const loop: Statement = {
		kind: 'loop',
		test: hasTest ? script.expression(test, node) : undefined,
		body: bodyOf(script, childOf(node, 'body')),
		update: update ? [script.expression(update, update)] : [],
		testsLast: false,
		label,
		otherwise: [],
		...spanOf(node),
	}
	const before = initial?.isNamed && initial.kind !== 'empty_statement' ? statementOf(script, initial) : []
	return [{ kind: 'block', body: [...before, loop], label: undefined, ...spanOf(node) }]
}

function forInOf(script: Script, node: CodeNode, label: string | undefined): Statement[] {
	const left = childOf(node, 'left')
	const target: Target | undefined = left && targetOf(script, left)
	const isIn = childOf(node, 'operator')?.kind === 'in' || node.children.some((it) => it.kind === 'in')
	return [
		{
			kind: 'forEach',
			target: isIn ? undefined : target,
			key: isIn ? target : undefined,
			declares: childOf(node, 'kind') !== undefined,
			iterable: script.expression(childOf(node, 'right'), node),
			body: bodyOf(script, childOf(node, 'body')),
			label,
			otherwise: [],
			...spanOf(node),
		},
	]
}

function caseOf(script: Script, node: CodeNode): SwitchCase {
	const value = childOf(node, 'value')
	const body = childrenOf(node, 'body')
	return {
		values: value ? [script.expression(value, value)] : [],
		binding: undefined,
		guard: undefined,
		body: statementsOf(script, body),
		...spanOf(node),
	}
}

function tryOf(script: Script, node: CodeNode): Try {
	const handler = childOf(node, 'handler')
	const parameter = handler && childOf(handler, 'parameter')
	const last = childOf(node, 'finalizer')
	return {
		kind: 'try',
		body: bodyOf(script, childOf(node, 'body')),
		handlers: handler
			? [
					{
						binding: parameter && targetOf(script, parameter),
						types: [],
						body: bodyOf(script, childOf(handler, 'body')),
					},
				]
			: [],
		otherwise: [],
		finally: last ? bodyOf(script, childOf(last, 'body')) : [],
		...spanOf(node),
	}
}

/** An enum is an object of constants. */
function enumOf(script: Script, node: CodeNode): Statement[] {
	const name = childOf(node, 'name')
	if (!name) return []
	let next: number | undefined = 0
	const entries = namedChildren(childOf(node, 'body') ?? node).flatMap((it) => {
		const key =
			it.kind === 'enum_assignment'
				? childOf(it, 'name')
				: it.kind === 'property_identifier' || it.kind === 'string'
					? it
					: undefined
		if (!key) return []
		const written = childOf(it, 'value')
		const given = written && script.expression(written, written)
		if (given?.kind === 'constant') next = typeof given.value === 'number' ? given.value : undefined
		const value: Expression = given ?? { kind: 'constant', value: next ?? null, ...spanOf(it) }
		next = next === undefined ? undefined : next + 1
		return [{ key: script.expression(key, key), value, ...spanOf(it) }]
	})
	return [
		{
			kind: 'declare',
			target: { kind: 'name', name: textOf(script, name), ...spanOf(name) },
			type: undefined,
			initial: { kind: 'object', entries, ...spanOf(node) },
			isHoisted: false,
			...spanOf(node),
		},
	]
}

/** A namespace is an object of what it exports, and its body runs. */
function namespaceOf(script: Script, node: CodeNode): Statement[] {
	const body = childOf(node, 'body')
	const name = childOf(node, 'name')
	if (!body) return []
	const statements: Statement[] = []
	const exported: string[] = []
	for (const it of body.children) {
		if (!it.isNamed) continue
		const inner = it.kind === 'export_statement' ? childOf(it, 'declaration') : undefined
		const made = statementOf(script, inner ?? it)
		if (inner) for (const one of made) exported.push(...declaredNames(one))
		statements.push(...made)
	}
	if (!name || name.kind === 'string') return statements
	const span = spanOf(name)
	const entries = exported.map((it) => ({
		key: { kind: 'constant' as const, value: it, ...span },
		value: { kind: 'name' as const, name: it, ...span },
		...span,
	}))
	return [
		...statements,
		{
			kind: 'declare',
			target: { kind: 'name', name: textOf(script, name), ...span },
			type: undefined,
			initial: { kind: 'object', entries, ...span },
			isHoisted: false,
			...spanOf(node),
		},
	]
}

function declaredNames(it: Statement): readonly string[] {
	if (it.kind === 'function') return it.function.name === undefined ? [] : [it.function.name]
	if (it.kind === 'class') return it.class.name === undefined ? [] : [it.class.name]
	return it.kind === 'declare' && it.target.kind === 'name' ? [it.target.name] : []
}
