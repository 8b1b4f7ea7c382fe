import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf, typeOfName } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { calledName, callsIn, plainText, receiverOf } from './cTree.ts'
import { type CType, declaredName } from './cTypes.ts'

const givesReference = /^(?:at|front|back|emplace_back)$/
const givesPlace = /^(?:c?r?begin|c?r?end|insert|emplace|data|c_str)$/

/**
 * The container into which a variable leads that begins with this value: a reference to an element, its address, an iterator, or a view of a
 * text. Undefined where it is a copy, or where nothing says which container it is.
 */
export function viewedIn(c: C, type: CType, value: CodeNode): CodeNode | undefined {
	if (type.form === 'reference') return containerOf(c, value, givesReference)
	if (value.kind === 'pointer_expression' && childOf(value, 'operator')?.kind === '&') {
		const argument = childOf(value, 'argument')
		return argument && containerOf(c, argument, givesReference)
	}
	const isView = type.form === 'plain' && /^(?:std\.)?(?:string_view|span)$/.test(type.name)
	if (isView) return viewedText(value)
	// A pointer out of an array of pointers leads elsewhere.
	if (type.form === 'pointer' && type.isOwner === true) return undefined
	return value.kind === 'call_expression' ? containerOf(c, value, givesPlace) : undefined
}

function viewedText(value: CodeNode): CodeNode | undefined {
	const isList = value.kind === 'argument_list' || value.kind === 'initializer_list'
	const [first, ...more] = isList ? namedChildren(value) : [value]
	return first && more.length === 0 && isHolder(first) ? first : undefined
}

function containerOf(c: C, value: CodeNode, methods: RegExp): CodeNode | undefined {
	let at = value
	// A field of an element lies in the element.
	while (at.kind === 'field_expression' && at.children.some((it) => it.kind === '.')) {
		const argument = childOf(at, 'argument')
		if (!argument || isHolder(argument)) return undefined
		at = argument
	}
	if (at.kind === 'subscript_expression')
		return methods === givesReference ? holderIn(childOf(at, 'argument')) : undefined
	const callee = at.kind === 'call_expression' ? childOf(at, 'function') : undefined
	const field = callee?.kind === 'field_expression' ? childOf(callee, 'field') : undefined
	return callee && field && methods.test(textOf(c, field)) ? holderIn(childOf(callee, 'argument')) : undefined
}

function holderIn(node: CodeNode | undefined): CodeNode | undefined {
	return node && isHolder(node) ? node : undefined
}

/** A variable, or a field of one: evaluating it again does nothing. */
export function isHolder(node: CodeNode): boolean {
	let at: CodeNode | undefined = node
	for (let depth = 0; at?.kind === 'field_expression' && depth < 8; depth++) at = childOf(at, 'argument')
	return at?.kind === 'identifier' || at?.kind === 'this'
}

export function viewStatement(c: C, name: CodeNode, container: CodeNode, isReference: boolean): Statement {
	const variable = { kind: 'name', name: textOf(c, name), ...spanOf(name) } as const
	const isBound = { kind: 'constant', value: isReference, ...spanOf(name) } as const
	const expression = intrinsic('view', name, variable, c.expression(container, container), isBound)
	return { kind: 'expression', expression, ...spanOf(name) }
}

/** A loop over a container looks at it again after each round. */
export function readAgain(c: C, name: CodeNode): Statement {
	const expression = { kind: 'name', name: textOf(c, name), ...spanOf(name) } as const
	return { kind: 'expression', expression, ...spanOf(name) }
}

const inOnePiece = /^(?:std\.)?(?:vector|deque|string|basic_string)$|^Q(?:Vector|List|StringList|ByteArray)$/
const ofNodes = /^(?:std\.)?(?:list|map|set|multimap|multiset|unordered_map|unordered_set)$/
const moves =
	/^(?:push_back|emplace_back|push_front|emplace_front|insert|emplace|erase|clear|resize|assign|pop_back|append|prepend|removeAt|removeOne|removeAll|takeFirst|takeLast)$/
const removes = /^(?:erase|clear)$/
/** Where elements are found by what they hash to, all may move when one comes. */
const ofHashes = /^(?:std\.)?unordered_(?:map|set|multimap|multiset)$/
const rehashes = /^(?:erase|clear|insert|emplace|try_emplace|insert_or_assign|rehash|reserve|merge)$/
const leaving = /^(?:break|return|goto|throw|co_return)_statement$/

/** Statements where a loop over a container changes that very container and goes on. */
export function changedWhileRead(c: C, loop: CodeNode): Statement[] {
	const container = childOf(loop, 'right')
	const body = childOf(loop, 'body')
	if (!container || !body || !isHolder(container)) return []
	const type = typeOf(c, container)
	const name = type?.form === 'plain' ? type.name : ''
	const changing = inOnePiece.test(name)
		? moves
		: ofHashes.test(name)
			? rehashes
			: ofNodes.test(name)
				? removes
				: undefined
	if (!changing) return []
	const holder = plainText(c, container)
	const changes = (node: CodeNode): boolean => {
		const receiver = receiverOf(node)
		return receiver !== undefined && plainText(c, receiver) === holder && changing.test(calledName(c, node))
	}
	const isMember = c.owner !== undefined && !typeOfName(c, holder)
	const found: Statement[] = []
	/** @param isLeft whether the loop is left behind here, in the block around or further out */
	const look = (node: CodeNode, isLeft: boolean, depth: number): void => {
		if (depth > 200 || node.kind === 'lambda_expression') return
		const isChange =
			node.kind === 'call_expression' &&
			!isLeft &&
			(changes(node) || (isMember && ownBodies(c, node).some((it) => callsIn(it, false).some(changes))))
		if (isChange) found.push({ kind: 'expression', expression: intrinsic('changedWhileRead', node), ...spanOf(node) })
		const last =
			node.kind === 'compound_statement' ? namedChildren(node).findLastIndex((it) => leaving.test(it.kind)) : -1
		for (const [at, it] of namedChildren(node).entries()) look(it, isLeft || at < last, depth + 1)
	}
	look(body, false, 0)
	return found
}

/** What a method of the same object does that is called here, where this file defines it. */
function ownBodies(c: C, call: CodeNode): readonly CodeNode[] {
	const callee = childOf(call, 'function')
	const isOwn = callee?.kind === 'identifier' || receiverOf(call)?.kind === 'this'
	if (!isOwn || c.owner === undefined) return []
	const owner = c.owner
	return (c.types.defined.get(calledName(c, call)) ?? []).flatMap((it) => {
		const name = declaredName(childOf(it, 'declarator'))
		const body = childOf(it, 'body')
		// Inside of its class a method has no more than its own name.
		const isMethod = name && (textOf(c, name).includes(`${owner}::`) || name.kind === 'field_identifier')
		return isMethod && body ? [body] : []
	})
}
