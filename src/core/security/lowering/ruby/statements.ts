import type { Expression, Statement, Try } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, childOfKind, namedChildren } from '../../tree/codeNode.ts'
import { exitOf } from './calls.ts'
import { caseOf, matchOf, patternTest } from './cases.ts'
import { mergedClasses, namedClass, namedClassOf } from './classes.ts'
import { forOf, iterationOf, loopOf } from './loops.ts'
import { constantAt, dotted, expressionStatementAt, opaqueAt, type Ruby, spanOf, textOf } from './ruby.ts'
import { tailed } from './tails.ts'
import { targetOf } from './targets.ts'

export function statementsOf(ruby: Ruby, nodes: readonly CodeNode[]): Statement[] {
	return mergedClasses(nodes.flatMap((it) => (it.isNamed ? statementOf(ruby, it) : [])))
}

/** A body with what is rescued in it; also that of `begin`. */
export function bodyOf(ruby: Ruby, node: CodeNode | undefined, at: CodeSpan): Statement[] {
	if (!node) return []
	const isList = /^(?:body_statement|block_body|then|do|else|ensure|begin|begin_block|end_block|program)$/.test(
		node.kind,
	)
	if (!isList) return statementsOf(ruby, [node])
	const rescues = node.children.filter((it) => it.kind === 'rescue')
	const last = childOfKind(node, 'ensure')
	const otherwise = node.children.find((it) => it.kind === 'else')
	const rest = node.children.filter((it) => !['rescue', 'else', 'ensure'].includes(it.kind))
	if (rescues.length === 0 && !last) return statementsOf(ruby, rest)
	const made: Try = {
		kind: 'try',
		body: statementsOf(ruby, rest),
		handlers: rescues.map((it) => handlerOf(ruby, it)),
		otherwise: otherwise ? statementsOf(ruby, otherwise.children) : [],
		finally: last ? statementsOf(ruby, last.children) : [],
		...spanOf(node.start < node.end ? node : at),
	}
	return [made]
}

function handlerOf(ruby: Ruby, node: CodeNode): Try['handlers'][number] {
	const types = childOf(node, 'exceptions')
	const variable = childOf(node, 'variable')
	return {
		binding: variable && targetOf(ruby, variable, node),
		types: types ? namedChildren(types).map((it) => dotted(textOf(ruby, it))) : [],
		body: bodyOf(ruby, childOf(node, 'body'), node),
	}
}

function statementOf(ruby: Ruby, node: CodeNode): Statement[] {
	const span = spanOf(node)
	switch (node.kind) {
		case 'method':
		case 'singleton_method':
			return [{ kind: 'function', function: ruby.methodOf(ruby, node), ...span }]
		case 'class':
		case 'module':
			return [{ kind: 'class', class: namedClass(ruby, node), ...span }]
		case 'singleton_class':
			return bodyOf(ruby, childOf(node, 'body'), node)
		case 'if':
		case 'elsif':
		case 'unless':
		case 'if_modifier':
		case 'unless_modifier':
			return [ifOf(ruby, node)]
		case 'while':
		case 'until':
		case 'while_modifier':
		case 'until_modifier':
			return loopOf(ruby, node)
		case 'for':
			return forOf(ruby, node)
		case 'case':
			return caseOf(ruby, node)
		case 'case_match':
			return [matchOf(ruby, node)]
		case 'test_pattern':
		case 'match_pattern':
			return patternTest(ruby, node)
		case 'begin':
		case 'begin_block':
		case 'end_block':
			return bodyOf(ruby, node, node)
		case 'parenthesized_statements':
			return statementsOf(ruby, node.children)
		case 'return':
		case 'next':
		case 'break':
			return [jumpOf(ruby, node)]
		case 'assignment':
		case 'operator_assignment':
			return assigned(ruby, node)
		case 'binary':
			return shortcut(ruby, node)
		case 'identifier':
			if (/^(?:raise|fail)$/.test(textOf(ruby, node))) return [{ kind: 'throw', value: undefined, ...span }]
			return [expressionStatementAt(ruby.expression(ruby, node, node), node)]
		case 'call':
			return callStatement(ruby, node)
		case 'heredoc_body':
		case 'empty_statement':
		case 'uninterpreted':
		case 'redo':
		case 'retry':
		case 'alias':
		case 'undef':
		case 'comment':
			return []
		case 'ERROR':
			ruby.gaps.push(span)
			return statementsOf(ruby, node.children)
		default:
			return [expressionStatementAt(ruby.expression(ruby, node, node), node)]
	}
}

// ---------- branches

function ifOf(ruby: Ruby, node: CodeNode): Statement {
	const span = spanOf(node)
	const isUnless = node.kind.startsWith('unless')
	const isModifier = node.kind.endsWith('modifier')
	const test = ruby.expression(ruby, childOf(node, 'condition'), node)
	const then = bodyOf(ruby, childOf(node, isModifier ? 'body' : 'consequence'), node)
	const other = childOf(node, 'alternative')
	const otherwise = !other ? [] : other.kind === 'elsif' ? [ifOf(ruby, other)] : bodyOf(ruby, other, node)
	return { kind: 'if', test, then: isUnless ? otherwise : then, otherwise: isUnless ? then : otherwise, ...span }
}

/** `a or return`, `a && raise('…')`. */
function shortcut(ruby: Ruby, node: CodeNode): Statement[] {
	const operator = childOf(node, 'operator')
	const right = childOf(node, 'right')
	const written = operator ? textOf(ruby, operator) : ''
	const isLogical = /^(?:and|or|&&|\|\|)$/.test(written)
	if (!isLogical || !right || !leaves(ruby, right))
		return [expressionStatementAt(ruby.expression(ruby, node, node), node)]
	const left = childOf(node, 'left')
	const before = left ? statementsOf(ruby, [left]) : []
	const last = before.at(-1)
	const test: Expression = last?.kind === 'expression' ? last.expression : opaqueAt([], node)
	if (last?.kind === 'expression') before.pop()
	const then = statementsOf(ruby, [right])
	const isOr = written === 'or' || written === '||'
	return [...before, { kind: 'if', test, then: isOr ? [] : then, otherwise: isOr ? then : [], ...spanOf(node) }]
}

/** Whether what comes after it is not reached. */
function leaves(ruby: Ruby, node: CodeNode): boolean {
	if (/^(?:return|next|break|redo|retry)$/.test(node.kind)) return true
	if (node.kind === 'parenthesized_statements') {
		const last = namedChildren(node).at(-1)
		return last !== undefined && leaves(ruby, last)
	}
	if (node.kind === 'identifier') return neverReturns(textOf(ruby, node))
	const method = node.kind === 'call' && !childOf(node, 'receiver') ? childOf(node, 'method') : undefined
	return method !== undefined && neverReturns(textOf(ruby, method))
}

/** Ruby's own, and Sinatra's and Grape's, which end the request. */
function neverReturns(name: string): boolean {
	return /^(?:raise|fail|exit|exit!|abort|throw|halt|redirect|error!)$/.test(name)
}

const nested =
	/^(?:if|unless|case|case_match|begin|if_modifier|unless_modifier|while|until|parenthesized_statements|rescue_modifier)$/

/** `x = if …`: each branch assigns. `x = y || return` leaves where there is no value. */
function assigned(ruby: Ruby, node: CodeNode): Statement[] {
	const right = childOf(node, 'right')
	const left = childOf(node, 'left')
	if (!right || !left || ruby.isTemplate) return [expressionStatementAt(ruby.expression(ruby, node, node), node)]
	if (node.kind === 'assignment' && nested.test(right.kind) && right.kind !== 'rescue_modifier') {
		const target = targetOf(ruby, left, node)
		const statements = statementsOf(ruby, [right])
		const wrap = (value: Expression, at: CodeSpan): Statement =>
			expressionStatementAt({ kind: 'assign', target, value, ...spanOf(at) }, at)
		return tailed(statements, wrap, node)
	}
	const operator = childOf(right, 'operator')
	const otherwise = childOf(right, 'right')
	const isShort = right.kind === 'binary' && operator !== undefined && /^(?:\|\||or)$/.test(textOf(ruby, operator))
	if (node.kind === 'assignment' && isShort && otherwise && leaves(ruby, otherwise)) {
		const target = targetOf(ruby, left, node)
		const value = ruby.expression(ruby, childOf(right, 'left'), right)
		const test: Expression = { kind: 'assign', target, value, ...spanOf(node) }
		return [{ kind: 'if', test, then: [], otherwise: statementsOf(ruby, [otherwise]), ...spanOf(node) }]
	}
	if (left.kind === 'constant' && !ruby.isClassBody && node.kind === 'assignment') {
		const made = namedClassOf(ruby, left, right)
		if (made) return [made]
	}
	return [expressionStatementAt(ruby.expression(ruby, node, node), node)]
}

// ---------- jumps and calls

function jumpOf(ruby: Ruby, node: CodeNode): Statement {
	const span = spanOf(node)
	const list = namedChildren(node)[0]
	const values = list ? ruby.argumentsOf(ruby, list.kind === 'argument_list' ? list : node) : []
	const [only] = values
	const value: Expression | undefined =
		values.length > 1 || only?.spread
			? {
					kind: 'list',
					form: 'list',
					items: values.map((it) => ({ value: it.value, isSpread: it.spread === 'list', ...spanOf(it) })),
					...span,
				}
			: only?.keyword !== undefined
				? {
						kind: 'object',
						entries: [{ key: constantAt(only.keyword, only), value: only.value, ...spanOf(only) }],
						...span,
					}
				: only?.value
	if (node.kind === 'return' || ruby.inside === 'block') return { kind: 'return', value, ...span }
	return { kind: 'jump', form: node.kind === 'next' ? 'continue' : 'break', label: undefined, ...span }
}

function callStatement(ruby: Ruby, node: CodeNode): Statement[] {
	const span = spanOf(node)
	const receiver = childOf(node, 'receiver')
	const method = childOf(node, 'method')
	const name = method ? textOf(ruby, method) : ''
	if (!receiver && neverReturns(name)) {
		if (name === 'raise' || name === 'fail') return [{ kind: 'throw', value: exitOf(ruby, node), ...span }]
		return [
			expressionStatementAt(ruby.expression(ruby, node, node), node),
			{ kind: 'throw', value: undefined, ...span },
		]
	}
	if (!receiver && /^(?:private|public|protected|module_function|memoize|helper_method)$/.test(name)) {
		const list = childOf(node, 'arguments')
		const methods = list ? namedChildren(list).filter((it) => /method$/.test(it.kind)) : []
		if (methods.length > 0) return statementsOf(ruby, methods)
	}
	if (!receiver && name === 'helpers') {
		const block = childOf(node, 'block')
		if (block) return bodyOf(ruby, childOf(block, 'body'), node)
	}
	const iteration = iterationOf(ruby, node, name)
	if (iteration) return iteration
	return [expressionStatementAt(ruby.expression(ruby, node, node), node)]
}
