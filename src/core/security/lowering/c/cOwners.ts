import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, nothingAt, spanOf, textOf, typeOfName } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { type CType, unknownType } from './cTypes.ts'

/**
 * What a variable holds that begins with this value. A `std::unique_ptr` is the pointer itself; that it owns what the pointer leads to from
 * here on is said with `@owned`.
 */
export function heldBy(
	c: C,
	type: CType | undefined,
	values: CodeNode,
	value: Expression | undefined,
	at: CodeNode,
): Expression {
	if (!value) return nothingAt(at)
	const [first, ...more] = namedChildren(values)
	// Names in parentheses may have been read like types of parameters.
	const written = first?.kind === 'parameter_declaration' ? childOf(first, 'type') : first
	const isOwner = type?.form === 'pointer' && type.isOwner === true
	if (!isOwner || !written) return value
	return ownedBy(c, type, written, value, more.length > 0, at)
}

/** @param hasDeleter whether it is told how to delete */
function ownedBy(
	c: C,
	type: Extract<CType, { form: 'pointer' }>,
	written: CodeNode,
	value: Expression,
	hasDeleter: boolean,
	at: CodeNode,
): Expression {
	const isPlain = isRaw(c, written)
	const held = isPlain ? intrinsic('owned', at, value) : value
	if (!type.deletes || hasDeleter || !(isPlain || isMade(written))) return held
	return intrinsic('releasedAs', at, held, { kind: 'constant', value: type.deletes, ...spanOf(at) })
}

/** What `new` or a function makes here. */
function isMade(node: CodeNode): boolean {
	return node.kind === 'new_expression' || node.kind === 'call_expression' || node.kind === 'cast_expression'
}

/** A pointer that is no owner itself, for sure. */
function isRaw(c: C, node: CodeNode): boolean {
	if (node.kind === 'this') return true
	if (node.kind === 'pointer_expression') return childOf(node, 'operator')?.kind === '&'
	if (node.kind === 'call_expression') return isGet(c, node)
	if (node.kind === 'type_identifier') return isRawType(typeOfName(c, textOf(c, node)))
	if (node.kind !== 'identifier' && node.kind !== 'field_expression') return false
	return isRawType(typeOf(c, node))
}

function isRawType(type: CType | undefined): boolean {
	return type?.form === 'pointer' && type.isOwner !== true
}

/** `p.get()`: the pointer, which its owner keeps. */
function isGet(c: C, call: CodeNode): boolean {
	const callee = childOf(call, 'function')
	const field = callee?.kind === 'field_expression' ? childOf(callee, 'field') : undefined
	if (!callee || !field || !/^(?:get|data)$/.test(textOf(c, field))) return false
	const of = typeOf(c, childOf(callee, 'argument'))
	return of?.form === 'pointer' && of.isOwner === true
}

/** `p.reset(new T)` gives p another value; undefined where it may be a method of the program. */
export function resetOf(c: C, callee: CodeNode, first: CodeNode | undefined, at: CodeNode): Expression | undefined {
	const field = callee.kind === 'field_expression' ? childOf(callee, 'field') : undefined
	const holder = childOf(callee, 'argument')
	if (!field || !holder || !first || textOf(c, field) !== 'reset') return undefined
	const type = typeOf(c, holder)
	const isOwner = type?.form === 'pointer' && type.isOwner === true
	if (!isOwner && ((type && type !== unknownType) || first.kind !== 'new_expression')) return undefined
	const value = c.expression(first, at)
	const isAlone = namedChildren(childOf(at as CodeNode, 'arguments') ?? first).length < 2
	const held = isOwner
		? ownedBy(c, type, first, value, !isAlone, at)
		: isRaw(c, first)
			? intrinsic('owned', at, value)
			: value
	return { kind: 'assign', target: c.target(holder), value: held, ...spanOf(at) }
}
