import type { Expression, Statement, Target, Try } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { classOf } from './functions.ts'
import { caseOf } from './patterns.ts'
import { type Python, spanOf, textOf } from './python.ts'

export function statementsOf(python: Python, nodes: readonly CodeNode[]): Statement[] {
	const made: Statement[] = []
	for (const node of nodes) if (node.isNamed) made.push(...statementOf(python, node))
	return made
}

function statementOf(python: Python, node: CodeNode): Statement[] {
	const span = spanOf(node)
	switch (node.kind) {
		case 'expression_statement':
			return namedChildren(node).flatMap((it) => expressionStatement(python, it))
		case 'function_definition':
			return [{ kind: 'function', function: python.functionOf(node, [], false), ...span }]
		case 'class_definition':
			return [{ kind: 'class', class: classOf(python, node, []), ...span }]
		case 'decorated_definition':
			return decorated(python, node)
		case 'block':
			return statementsOf(python, node.children)
		case 'if_statement':
			return [ifOf(python, node, childrenOf(node, 'alternative'))]
		case 'for_statement':
			return [forOf(python, node)]
		case 'while_statement':
			return [
				{
					kind: 'loop',
					test: python.expression(childOf(node, 'condition'), node),
					body: bodyOf(python, childOf(node, 'body')),
					update: [],
					testsLast: false,
					label: undefined,
					otherwise: elseOf(python, childOf(node, 'alternative')),
					...span,
				},
			]
		case 'try_statement':
			return [tryOf(python, node)]
		case 'with_statement':
			return withOf(python, node)
		case 'match_statement':
			return [
				{
					kind: 'switch',
					subject: python.expression(childOf(node, 'subject'), node),
					cases: (childOf(node, 'body')?.children ?? [])
						.filter((it) => it.kind === 'case_clause')
						.map((it) => caseOf(python, it)),
					fallsThrough: false,
					label: undefined,
					...span,
				},
			]
		case 'return_statement': {
			const [value] = namedChildren(node)
			return [{ kind: 'return', value: value && python.expression(value, node), ...span }]
		}
		case 'raise_statement': {
			const value = namedChildren(node).find((it) => it.field !== 'cause')
			return [{ kind: 'throw', value: value && python.expression(value, node), ...span }]
		}
		case 'break_statement':
		case 'continue_statement':
			return [{ kind: 'jump', form: node.kind === 'break_statement' ? 'break' : 'continue', label: undefined, ...span }]
		case 'assert_statement':
			return assertOf(python, node)
		case 'delete_statement':
			return namedChildren(node).flatMap((it): Statement[] => [
				{
					kind: 'expression',
					expression: { kind: 'unary', operator: 'delete', operand: python.expression(it, it), ...spanOf(it) },
					...spanOf(it),
				},
			])
		case 'global_statement':
		case 'nonlocal_statement':
			return [
				{
					kind: 'scope',
					names: namedChildren(node).map((it) => textOf(python, it)),
					level: node.kind === 'global_statement' ? 'global' : 'nonlocal',
					...span,
				},
			]
		case 'import_statement':
			return importsOf(python, node)
		case 'import_from_statement':
		case 'future_import_statement':
			return importFrom(python, node)
		case 'print_statement':
		case 'exec_statement':
			return oldStatement(python, node)
		case 'pass_statement':
		case 'type_alias_statement':
		case 'comment':
			return []
		case 'ERROR':
			python.gaps.push(span)
			return namedChildren(node).flatMap((it) => statementOf(python, it))
		default:
			return expressionStatement(python, node)
	}
}

function expressionStatement(python: Python, node: CodeNode): Statement[] {
	if (node.kind === 'assignment' && !childOf(node, 'right')) return []
	if (node.kind === 'assignment') return assignments(python, node)
	return [{ kind: 'expression', expression: python.expression(node, node), ...spanOf(node) }]
}

/** `x: T = y` says a type; `a = b = c` assigns from the right. */
function assignments(python: Python, node: CodeNode): Statement[] {
	const left = childOf(node, 'left')
	const right = childOf(node, 'right')
	const type = childOf(node, 'type')
	if (!left || !right || !type)
		return [{ kind: 'expression', expression: python.expression(node, node), ...spanOf(node) }]
	const written = textOf(python, type).replace(/\s+/g, '')
	const name = /^[A-Za-z_][\w.]*$/.test(written) ? written : undefined
	const value = python.expression(right, right)
	const typed: Expression = name === undefined ? value : { kind: 'cast', type: name, value, ...spanOf(right) }
	return [
		{
			kind: 'expression',
			expression: { kind: 'assign', target: python.target(left), value: typed, ...spanOf(node) },
			...spanOf(node),
		},
	]
}

function bodyOf(python: Python, node: CodeNode | undefined): readonly Statement[] {
	return node ? statementsOf(python, node.children) : []
}

function elseOf(python: Python, node: CodeNode | undefined): readonly Statement[] {
	return node ? bodyOf(python, childOf(node, 'body')) : []
}

function ifOf(python: Python, node: CodeNode, alternatives: readonly CodeNode[]): Statement {
	const [next, ...more] = alternatives
	const otherwise = !next ? [] : next.kind === 'elif_clause' ? [ifOf(python, next, more)] : elseOf(python, next)
	return {
		kind: 'if',
		test: python.expression(childOf(node, 'condition'), node),
		then: bodyOf(python, childOf(node, 'consequence')),
		otherwise,
		...spanOf(node),
	}
}

function forOf(python: Python, node: CodeNode): Statement {
	const left = childOf(node, 'left')
	return {
		kind: 'forEach',
		target: left && python.target(left),
		key: undefined,
		declares: false,
		iterable: python.expression(childOf(node, 'right'), node),
		body: bodyOf(python, childOf(node, 'body')),
		label: undefined,
		otherwise: elseOf(python, childOf(node, 'alternative')),
		...spanOf(node),
	}
}

function tryOf(python: Python, node: CodeNode): Try {
	const handlers = node.children.filter((it) => it.kind === 'except_clause' || it.kind === 'except_group_clause')
	const otherwise = node.children.find((it) => it.kind === 'else_clause')
	const last = node.children.find((it) => it.kind === 'finally_clause')
	return {
		kind: 'try',
		body: bodyOf(python, childOf(node, 'body')),
		handlers: handlers.map((it) => handlerOf(python, it)),
		otherwise: elseOf(python, otherwise),
		finally: last
			? bodyOf(
					python,
					last.children.find((it) => it.kind === 'block'),
				)
			: [],
		...spanOf(node),
	}
}

function handlerOf(python: Python, node: CodeNode): Try['handlers'][number] {
	const value = childOf(node, 'value')
	const alias = value?.kind === 'as_pattern' ? childOf(value, 'alias') : childOf(node, 'alias')
	const type = value?.kind === 'as_pattern' ? namedChildren(value)[0] : value
	const types = !type
		? []
		: type.kind === 'tuple'
			? namedChildren(type).map((it) => textOf(python, it))
			: [textOf(python, type)]
	return {
		binding: alias && python.target(alias),
		types,
		body: bodyOf(
			python,
			node.children.find((it) => it.kind === 'block'),
		),
	}
}

function withOf(python: Python, node: CodeNode): Statement[] {
	const clause = node.children.find((it) => it.kind === 'with_clause')
	const items = clause
		? namedChildren(clause).flatMap((it) => (it.kind === 'with_item' ? [it] : namedChildren(it)))
		: []
	const opened = items.map((it): Statement => {
		const value = childOf(it, 'value') ?? it
		const alias = value.kind === 'as_pattern' ? childOf(value, 'alias') : undefined
		const written = value.kind === 'as_pattern' ? namedChildren(value)[0] : value
		const expression = python.expression(written, value)
		const target: Target | undefined = alias && python.target(alias)
		return {
			kind: 'expression',
			expression: target ? { kind: 'assign', target, value: expression, ...spanOf(it) } : expression,
			...spanOf(it),
		}
	})
	return [...opened, ...bodyOf(python, childOf(node, 'body'))]
}

/** `assert x` goes on only where x holds. */
function assertOf(python: Python, node: CodeNode): Statement[] {
	const [test] = namedChildren(node)
	const span = spanOf(node)
	return [
		{
			kind: 'if',
			test: python.expression(test, node),
			then: [],
			otherwise: [{ kind: 'throw', value: undefined, ...span }],
			...span,
		},
	]
}

function decorated(python: Python, node: CodeNode): Statement[] {
	const definition = childOf(node, 'definition')
	const decorators = node.children.filter((it) => it.kind === 'decorator')
	if (definition?.kind === 'class_definition')
		return [{ kind: 'class', class: classOf(python, definition, decorators), ...spanOf(node) }]
	return definition
		? [{ kind: 'function', function: python.functionOf(definition, decorators, false), ...spanOf(node) }]
		: []
}

/** `import a.b` binds `a`; `import a.b as c` binds the module. */
function importsOf(python: Python, node: CodeNode): Statement[] {
	return childrenOf(node, 'name').flatMap((it): Statement[] => {
		const alias = it.kind === 'aliased_import' ? childOf(it, 'alias') : undefined
		const name = it.kind === 'aliased_import' ? childOf(it, 'name') : it
		const module = name ? textOf(python, name) : ''
		if (alias)
			return [{ kind: 'import', module, names: [{ imported: '*', local: textOf(python, alias) }], ...spanOf(node) }]
		const first = module.split('.')[0] as string
		const whole: Statement = {
			kind: 'import',
			module: first,
			names: [{ imported: '*', local: first }],
			...spanOf(node),
		}
		// The module in the package is loaded, and found by its path.
		return first === module ? [whole] : [{ kind: 'import', module, names: [], ...spanOf(node) }, whole]
	})
}

function importFrom(python: Python, node: CodeNode): Statement[] {
	const source = childOf(node, 'module_name')
	const module = source ? textOf(python, source).replace(/\s+/g, '') : '__future__'
	const names = childrenOf(node, 'name').map((it) => {
		const name = it.kind === 'aliased_import' ? childOf(it, 'name') : it
		const alias = it.kind === 'aliased_import' ? childOf(it, 'alias') : name
		return { imported: name ? textOf(python, name) : '', local: alias ? textOf(python, alias) : '' }
	})
	if (node.children.some((it) => it.kind === 'wildcard_import')) names.push({ imported: '*', local: '*' })
	return [{ kind: 'import', module, names, ...spanOf(node) }]
}

/** `print x` and `exec x` of Python 2. */
function oldStatement(python: Python, node: CodeNode): Statement[] {
	const name = node.kind === 'print_statement' ? 'print' : 'exec'
	const given = namedChildren(node).map((it) => ({ value: python.expression(it, it), ...spanOf(it) }))
	const span = spanOf(node)
	return [
		{
			kind: 'expression',
			expression: { kind: 'call', callee: { kind: 'name', name, ...span }, arguments: given, isNew: false, ...span },
			...span,
		},
	]
}
