import type { Expression, ListItem } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { entryOf } from './arguments.ts'
import { callOf, superOf, yieldOf } from './calls.ts'
import { newFunction } from './functions.ts'
import {
	argumentAt,
	callAt,
	constantAt,
	isLocal,
	methodCallAt,
	nameAt,
	opaque,
	opaqueAt,
	type Ruby,
	spanOf,
	textOf,
} from './ruby.ts'
import { asExpression, returning } from './tails.ts'
import { targetOf } from './targets.ts'
import { chainedValue, heredocValue, regexValue, subshellValue, textValue } from './texts.ts'

export function expressionOf(ruby: Ruby, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return opaqueAt([], at)
	const span = spanOf(node)
	const [first] = namedChildren(node)
	switch (node.kind) {
		case 'identifier':
			return wordOf(ruby, node)
		case 'constant':
			return nameAt(textOf(ruby, node), node)
		case 'scope_resolution':
			return scoped(ruby, node)
		case 'self':
			return { kind: 'self', ...span }
		case 'instance_variable':
			return { kind: 'field', object: { kind: 'self', ...span }, name: textOf(ruby, node), ...span }
		case 'class_variable':
			return { kind: 'field', object: classAround(ruby, node), name: textOf(ruby, node), ...span }
		case 'global_variable':
			return globalOf(ruby, node)
		case 'call':
			return callOf(ruby, node)
		case 'super':
			return superOf(ruby, node, undefined)
		case 'yield':
			return yieldOf(ruby, node)
		case 'lambda':
		case 'block':
		case 'do_block':
			return ruby.closureOf(ruby, node)
		case 'element_reference':
			return elementOf(ruby, node)
		case 'assignment':
		case 'operator_assignment':
			return assignmentOf(ruby, node)
		case 'binary':
			return binaryOf(ruby, node)
		case 'unary':
			return unaryOf(ruby, node, first)
		case 'conditional':
			return {
				kind: 'conditional',
				test: ruby.expression(ruby, childOf(node, 'condition'), node),
				then: ruby.expression(ruby, childOf(node, 'consequence'), node),
				otherwise: ruby.expression(ruby, childOf(node, 'alternative'), node),
				...span,
			}
		case 'rescue_modifier':
			return {
				kind: 'conditional',
				test: opaqueAt([], node),
				then: ruby.expression(ruby, childOf(node, 'body'), node),
				otherwise: ruby.expression(ruby, childOf(node, 'handler'), node),
				...span,
			}
		case 'parenthesized_statements':
		case 'begin':
		case 'if':
		case 'unless':
		case 'if_modifier':
		case 'unless_modifier':
		case 'case':
		case 'case_match':
		case 'while':
		case 'until':
		case 'while_modifier':
		case 'until_modifier':
		case 'for':
		case 'test_pattern':
		case 'match_pattern':
		case 'method':
		case 'singleton_method':
		case 'class':
		case 'module':
			return valueOfStatements(ruby, node)
		default:
			return literalOf(ruby, node, first)
	}
}

/** What is a statement, where a value is asked for: a function that is called there, unless it is simple. */
function valueOfStatements(ruby: Ruby, node: CodeNode): Expression {
	const statements = ruby.statements(ruby, node.kind === 'parenthesized_statements' ? node.children : [node])
	const simple = asExpression(statements, node)
	if (simple) return { ...simple, ...spanOf(node) }
	const [only] = statements
	if (statements.length === 1 && only?.kind === 'function') return constantAt(only.function.name ?? '', node)
	const made = newFunction(returning(statements), [], node)
	return {
		kind: 'call',
		callee: { kind: 'closure', function: made, ...spanOf(node) },
		arguments: [],
		isNew: false,
		...spanOf(node),
	}
}

function literalOf(ruby: Ruby, node: CodeNode, first: CodeNode | undefined): Expression {
	const span = spanOf(node)
	switch (node.kind) {
		case 'string':
		case 'bare_string':
		case 'bare_symbol':
		case 'delimited_symbol':
			return textValue(ruby, node)
		case 'simple_symbol':
			return constantAt(textOf(ruby, node).slice(1), node)
		case 'hash_key_symbol':
			return constantAt(textOf(ruby, node), node)
		case 'character':
			return constantAt(textOf(ruby, node).slice(1), node)
		case 'heredoc_beginning':
			return heredocValue(ruby, node)
		case 'chained_string':
			return chainedValue(ruby, node)
		case 'subshell':
			return subshellValue(ruby, node)
		case 'regex':
			return regexValue(ruby, node)
		case 'integer':
		case 'float':
			return constantAt(numberOf(textOf(ruby, node)), node)
		case 'rational':
		case 'complex':
			return ruby.expression(ruby, first, node)
		case 'true':
		case 'false':
			return constantAt(node.kind === 'true', node)
		case 'nil':
			return constantAt(null, node)
		case 'array':
		case 'string_array':
		case 'symbol_array':
		case 'right_assignment_list':
		case 'pattern':
			return node.kind === 'pattern' ? ruby.expression(ruby, first, node) : listOf(ruby, node)
		case 'hash':
			return {
				kind: 'object',
				entries: namedChildren(node)
					.filter((it) => it.kind !== 'heredoc_body')
					.map((it) => entryOf(ruby, it)),
				...span,
			}
		case 'splat_argument':
		case 'block_argument':
			return ruby.expression(ruby, first, node)
		case 'range':
			return opaque(ruby, node)
		default:
			return opaque(ruby, node)
	}
}

/** A bare word: a variable, or a call of a method. */
function wordOf(ruby: Ruby, node: CodeNode): Expression {
	const name = textOf(ruby, node)
	if (isLocal(ruby, name)) return nameAt(name, node)
	if (name === '__FILE__' || name === '__dir__') return constantAt('', node)
	if (name === '__method__') return constantAt(ruby.method?.name ?? null, node)
	if (name === 'block_given?') return opaqueAt([], node)
	if (name === 'helpers' || name === 'view_context') return helpersOf(ruby, name, node)
	return callAt(name, [], node)
}

/** In a controller: the methods of its templates, whose modules are loaded for it. */
function helpersOf(ruby: Ruby, name: string, node: CodeNode): Expression {
	const call = callAt(name, [], node)
	if (!ruby.className?.endsWith('Controller')) return call
	const loads = ['@helper', '@application_helper'].map(
		(module): Expression => ({ kind: 'import', form: 'include', module: constantAt(module, node), ...spanOf(node) }),
	)
	return { kind: 'sequence', items: [...loads, call], ...spanOf(node) }
}

function globalOf(ruby: Ruby, node: CodeNode): Expression {
	const name = textOf(ruby, node)
	if (ruby.method && /^\$[a-z_]\w*$/i.test(name)) ruby.globals.add(name)
	return nameAt(name, node)
}

function classAround(ruby: Ruby, at: CodeSpan): Expression {
	return ruby.className === undefined || ruby.isClassBody ? { kind: 'self', ...spanOf(at) } : nameAt(ruby.className, at)
}

/** `A::B`, and `::A` from the top. */
function scoped(ruby: Ruby, node: CodeNode): Expression {
	const scope = childOf(node, 'scope')
	const name = childOf(node, 'name')
	if (!name) return opaque(ruby, node)
	// Inside of a module it is not what that has of the name.
	if (!scope) return nameAt(`${ruby.className === undefined ? '' : '::'}${textOf(ruby, name)}`, node)
	return { kind: 'field', object: ruby.expression(ruby, scope, node), name: textOf(ruby, name), ...spanOf(node) }
}

function numberOf(text: string): number | null {
	const digits = text.replaceAll('_', '')
	const octal = /^0o?([0-7]+)$/i.exec(digits)
	const value = octal ? Number.parseInt(octal[1] as string, 8) : Number(digits.replace(/^0d/i, ''))
	return Number.isNaN(value) ? null : value
}

function listOf(ruby: Ruby, node: CodeNode): Expression {
	const pairs = namedChildren(node).filter((it) => it.kind === 'pair')
	const items = namedChildren(node).flatMap((it): ListItem[] => {
		if (it.kind === 'pair' || it.kind === 'heredoc_body') return []
		return [{ value: ruby.expression(ruby, it, it), isSpread: it.kind === 'splat_argument', ...spanOf(it) }]
	})
	const [first] = pairs
	if (first) {
		const entries = pairs.map((it) => entryOf(ruby, it))
		const value: Expression = { kind: 'object', entries, start: first.start, end: node.end }
		items.push({ value, isSpread: false, ...spanOf(value) })
	}
	return { kind: 'list', form: 'list', items, ...spanOf(node) }
}

/** `x[1]`, `x[1, 2]`, `x[1..]`. */
function elementOf(ruby: Ruby, node: CodeNode): Expression {
	const object = ruby.expression(ruby, childOf(node, 'object'), node)
	const [index, count] = node.children.filter((it) => it.isNamed && it.field !== 'object' && !/block$/.test(it.kind))
	const span = spanOf(node)
	if (index?.kind === 'range') {
		const from = childOf(index, 'begin')
		const to = childOf(index, 'end')
		const isOpen = textOf(ruby, index).includes('...')
		const end = to && ruby.expression(ruby, to, to)
		return {
			kind: 'slice',
			object,
			from: from && ruby.expression(ruby, from, from),
			to: end && (isOpen ? end : after(end)),
			...span,
		}
	}
	const key = index && ruby.expression(ruby, index, index)
	if (!count || !key) return { kind: 'index', object, index: key, ...span }
	const length = ruby.expression(ruby, count, count)
	return {
		kind: 'slice',
		object,
		from: key,
		to: { kind: 'binary', operator: '+', left: key, right: length, ...span },
		...span,
	}
}

/** The end of `1..2` counts; one that is counted from behind is not known. */
function after(end: Expression): Expression | undefined {
	if (end.kind === 'constant' && typeof end.value === 'number' && end.value >= 0)
		return { ...end, value: end.value + 1 }
	return end.kind === 'unary' ? undefined : opaqueAt([end], end)
}

// ---------- operators and assignments

const spelled: Readonly<Record<string, string>> = { '<=>': '-' }
const logical: Readonly<Record<string, '&&' | '||'>> = { '&&': '&&', '||': '||', and: '&&', or: '||' }

function binaryOf(ruby: Ruby, node: CodeNode): Expression {
	const operator = childOf(node, 'operator')
	const written = operator ? textOf(ruby, operator) : ''
	const left = ruby.expression(ruby, childOf(node, 'left'), node)
	const right = ruby.expression(ruby, childOf(node, 'right'), node)
	const span = spanOf(node)
	const both = logical[written]
	if (both) return { kind: 'logical', operator: both, left, right, ...span }
	if (written === '<<' || written === '=~' || written === '===')
		return methodCallAt(left, written, [argumentAt(right)], node, operator?.end)
	if (written === '!~')
		return { kind: 'unary', operator: '!', operand: methodCallAt(left, '=~', [argumentAt(right)], node), ...span }
	return { kind: 'binary', operator: spelled[written] ?? written, left, right, ...span }
}

function unaryOf(ruby: Ruby, node: CodeNode, first: CodeNode | undefined): Expression {
	const operator = childOf(node, 'operator')
	const written = operator ? textOf(ruby, operator) : ''
	if (written === 'defined?') return opaqueAt([], node)
	const operand = ruby.expression(ruby, childOf(node, 'operand') ?? first, node)
	if (written === '&' || written === '*' || written === '**') return operand
	// `+"text"` is a text that may be changed, `-"text"` one that may not.
	if ((written === '+' || written === '-') && isText(operand)) return operand
	return { kind: 'unary', operator: written === 'not' ? '!' : written, operand, ...spanOf(node) }
}

function assignmentOf(ruby: Ruby, node: CodeNode): Expression {
	const left = childOf(node, 'left')
	const right = childOf(node, 'right')
	const operator = childOf(node, 'operator')
	const span = spanOf(node)
	if (ruby.isTemplate && left?.kind === 'identifier' && !operator) {
		const name = textOf(ruby, left)
		if (name === '_' || name === '__')
			return callAt(name === '_' ? 'erb_output' : 'erb_raw', [argumentAt(ruby.expression(ruby, right, node))], node)
	}
	if (!operator) {
		// In `x = x` the second one is the variable already.
		const target = targetOf(ruby, left, node)
		return { kind: 'assign', target, value: ruby.expression(ruby, right, node), ...span }
	}
	const target = targetOf(ruby, left, node)
	const value = ruby.expression(ruby, right, node)
	const written = textOf(ruby, operator).slice(0, -1)
	return { kind: 'assign', target, value, operator: spelled[written] ?? written, ...span }
}

function isText(it: Expression): boolean {
	return it.kind === 'template' || (it.kind === 'constant' && typeof it.value === 'string')
}
