import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Argument, Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, isStaticName, spanOf, textOf } from './cContext.ts'
import type { CType } from './cTypes.ts'

/*
 * `std::move(x)` of a variable gives away what it holds: a pointer that owns is null afterwards, a container has nothing that may be read. Only
 * variables of the function are followed, and only uses that need what they held.
 */

const moving = /^(?:std::)?move$/
/** Those that give a variable something new, or ask nothing but whether it holds anything, are no use of what it held. */
const reading = /^(?:c_str|data|substr|at|front|back|begin|end|cbegin|cend|rbegin|find|compare|starts_with|ends_with)$/
const containers =
	/^(?:std\.)?(?:string|wstring|basic_string|vector|deque|list|map|set|unordered_map|unordered_set|multimap|multiset)$/

/** The variable in `std::move(x)`. */
export function movedVariable(c: C, call: CodeNode): CodeNode | undefined {
	const callee = call.kind === 'call_expression' ? childOf(call, 'function') : undefined
	const written = childOf(call, 'arguments')
	const [first, ...more] = written ? namedChildren(written) : []
	if (!callee || !moving.test(textOf(c, callee)) || first?.kind !== 'identifier' || more.length > 0) return undefined
	const type = ownType(c, textOf(c, first))
	return type && mayBeGiven(type) ? first : undefined
}

export function moveOf(c: C, variable: CodeNode, at: CodeNode): Expression {
	c.moved.set(textOf(c, variable), at.end)
	return intrinsic('moved', at, c.expression(variable, at))
}

/** `[job = std::move(job)] { … }` gives away what the variable around it holds. */
export function withMoves(c: C, lambda: CodeNode, closure: Expression): Expression {
	const captures = childOf(lambda, 'captures')
	const items = (captures ? namedChildren(captures) : []).flatMap((it): Expression[] => {
		const value = it.kind === 'lambda_capture_initializer' ? childOf(it, 'right') : undefined
		const variable = value && movedVariable(c, value)
		return value && variable ? [moveOf(c, variable, value)] : []
	})
	return items.length === 0 ? closure : { kind: 'sequence', items: [...items, closure], ...spanOf(lambda) }
}

/** What `std::move` was said of, where it is no longer a move. */
export function withoutMove(it: Expression): Expression {
	const isMove = it.kind === 'call' && it.callee.kind === 'name' && it.callee.name === '@moved'
	return (isMove && it.arguments[0]?.value) || it
}

/** Functions that say in their names that they only try to may leave an argument where it is. */
export function triedArguments(c: C, callee: CodeNode | undefined, all: Argument[]): Argument[] {
	const name = callee ? textOf(c, callee) : ''
	return /(?:^|[^a-zA-Z]|_)try(?:_|[A-Z])|[a-z]Try[A-Z]|\boffer\b/.test(name)
		? all.map((it) => ({ ...it, value: withoutMove(it.value) }))
		: all
}

/** A variable that is used for what it holds: `x->f`, `*x`, `x[0]`, `x.front()`. */
export function usedVariable(c: C, node: CodeNode, made: Expression, isArrow: boolean, member: string): Expression {
	if (node.kind !== 'identifier' || made.kind !== 'name') return made
	const from = c.moved.get(made.name)
	if (from === undefined || from > node.start || isRenewed(c.text.slice(from, node.start), made.name)) return made
	const type = ownType(c, made.name)
	if (!type) return made
	const isPointer = type.form === 'pointer' || isUnknown(type)
	const isUse = isArrow ? isPointer : type.form === 'plain' && containers.test(type.name) && reading.test(member)
	return isUse ? intrinsic('live', node, made) : made
}

/** Between the two something may have put a new value into it. */
function isRenewed(between: string, name: string): boolean {
	const own = escapePattern(name)
	return new RegExp(
		`[(,]\\s*(?:&\\s*)?${own}\\s*[,)]|\\b${own}\\s*(?:=[^=]|\\.\\s*(?:reset|swap|assign|clear)\\b)|>>\\s*${own}\\b`,
	).test(between.replace(new RegExp(`\\bmove\\s*\\(\\s*${own}\\s*\\)`, 'g'), ''))
}

function mayBeGiven(type: CType): boolean {
	if (type.form === 'pointer') return type.isOwner === true
	return isUnknown(type) || (type.form === 'plain' && containers.test(type.name))
}

function isUnknown(type: CType): boolean {
	return type.form === 'plain' && (type.name === '' || type.name === 'auto')
}

/** The type of a variable of the function that it holds itself. */
function ownType(c: C, name: string): CType | undefined {
	for (let at = c.blocks.length - 1; at > 0; at--) {
		const type = c.blocks[at]?.get(name)
		if (type) return isStaticName(c, name) ? undefined : type
	}
	return undefined
}
