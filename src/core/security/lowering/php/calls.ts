import type { Argument, Expression, Name } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, namedChildren } from '../../tree/codeNode.ts'
import { compacted, extracted } from './dynamic.ts'
import { constantAt, nameAt, type Php, spanOf, textOf } from './php.ts'

export function callOf(php: Php, node: CodeNode): Expression {
	const written = childOf(node, 'arguments')
	const callee = calleeOf(php, node)
	// `f(...)` is the function itself.
	if (written && childOfKind(written, 'variadic_placeholder')) return callee
	const given = php.argumentsOf(php, written)
	if (callee.kind === 'name' && node.kind === 'function_call_expression') {
		const made = languageCall(php, node, callee, given)
		if (made) return made
	}
	return { kind: 'call', callee, arguments: given, isNew: false, ...spanOf(node) }
}

/** Functions of the language that are more than a call. */
function languageCall(php: Php, node: CodeNode, callee: Name, given: readonly Argument[]): Expression | undefined {
	const [first] = given
	switch (callee.name.toLowerCase()) {
		case 'compact': {
			const made = compacted(
				given.map((it) => it.value),
				node,
			)
			if (made) return made
			break
		}
		case 'in_array':
		case 'array_key_exists':
		case 'str_contains': {
			const [left, right] = callee.name === 'str_contains' ? [given[1], first] : [first, given[1]]
			if (left && right)
				return { kind: 'binary', operator: 'in', left: left.value, right: right.value, ...spanOf(node) }
			break
		}
		case 'isset':
			// Whether a map has a key that is not written there.
			if (
				first?.value.kind === 'index' &&
				first.value.index &&
				first.value.index.kind !== 'constant' &&
				given.length === 1
			)
				return { kind: 'binary', operator: 'in', left: first.value.index, right: first.value.object, ...spanOf(node) }
			break
		case 'array_push': {
			const place = first?.value
			if (place?.kind !== 'name' && place?.kind !== 'field' && place?.kind !== 'index') break
			if (given.some((it) => it.spread)) break
			const items = given.slice(1).map(({ value }): Expression => {
				const target = { kind: 'index', object: place, index: undefined, ...spanOf(value) } as const
				return { kind: 'assign', target, value, ...spanOf(value) }
			})
			return { kind: 'sequence', items, ...spanOf(node) }
		}
		case 'dirname':
			if (first?.value.kind === 'constant' && given.length === 1) {
				if (first.value.value === '__FILE__') return constantAt('', node)
				if (first.value.value === '' || first.value.value === '/..') return constantAt(`${first.value.value}/..`, node)
			}
			break
		case 'extract':
			if (first) {
				const call: Expression = { kind: 'call', callee, arguments: given, isNew: false, ...spanOf(node) }
				return { kind: 'sequence', items: [call, extracted(php, first.value, node)], ...spanOf(node) }
			}
			break
		default:
	}
	return undefined
}

function calleeOf(php: Php, node: CodeNode): Expression {
	if (node.kind === 'function_call_expression') {
		const called = childOf(node, 'function')
		const value = php.expression(php, called, node)
		// Functions of the language are known in any case: `MD5`.
		if (called?.kind === 'name' && value.kind === 'name' && /^[A-Z0-9_]+$/.test(value.name))
			return { ...value, name: value.name.toLowerCase() }
		return value
	}
	const object = php.expression(php, childOf(node, 'object') ?? childOf(node, 'scope'), node)
	const name = childOf(node, 'name')
	if (!name) return object
	const span = { start: node.start, end: name.end }
	const text = textOf(php, name)
	if (object.kind === 'super' && text === '__construct') return { kind: 'super', ...span }
	if (name.kind === 'name') return { kind: 'field', object, name: text, ...span }
	return { kind: 'index', object, index: php.expression(php, name, name), ...span }
}

export function instanceOf(php: Php, node: CodeNode): Expression {
	const span = spanOf(node)
	const anonymous = childOfKind(node, 'anonymous_class')
	if (anonymous || childOfKind(node, 'declaration_list')) {
		const declared = anonymous ?? node
		return {
			kind: 'call',
			callee: { kind: 'class', class: php.classOf(php, declared), ...spanOf(declared) },
			arguments: php.argumentsOf(php, childOfKind(declared, 'arguments')),
			isNew: true,
			...span,
		}
	}
	const written = childOfKind(node, 'arguments')
	const [named] = namedChildren(node).filter((it) => it !== written)
	const isOwn = named !== undefined && /^(?:self|static)$/i.test(textOf(php, named)) && php.className !== undefined
	return {
		kind: 'call',
		callee: isOwn ? nameAt(php.className ?? '', named) : php.expression(php, named, node),
		arguments: php.argumentsOf(php, written),
		isNew: true,
		...span,
	}
}
