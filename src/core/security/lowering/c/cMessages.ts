import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import {
	argumentNodes,
	bare,
	calledName,
	callsIn,
	comparisonsIn,
	each,
	givenIn,
	names,
	nodesOf,
	plainText,
} from './cTree.ts'
import { constantIn, numberOf, sizeOf } from './cTypes.ts'

const copying: ReadonlyMap<string, readonly [source: number, length: number]> = new Map([
	['memcpy', [1, 2]],
	['memmove', [1, 2]],
	['mempcpy', [1, 2]],
	['write', [1, 2]],
	['send', [1, 2]],
	['SSL_write', [1, 2]],
	['BIO_write', [1, 2]],
])
const reading = /^(?:\w*(?:16|24|32|64)\w*|ntoh[sl]|\w*(?:get|read|load)_?(?:u|be|le|int|short|word|varint)\w*)$/i

/**
 * A message says how long a part of it is, and that much is read out of it, while nothing compares the number with how long the message is: statements where
 * that stands.
 */
export function trustedLengths(c: C, body: CodeNode): Statement[] {
	return [...readTrusted(c, body), ...filledByMessage(c, body)]
}

function readTrusted(c: C, body: CodeNode): Statement[] {
	const text = textOf(c, body)
	if (!/\b(?:mem(?:p?cpy|move)|write|send)\s*\(/.test(text)) return []
	const found: CodeNode[] = []
	for (const call of callsIn(body, false)) {
		const [source, length] = copying.get(calledName(c, call)) ?? []
		const given = argumentNodes(call)
		const [from, count] = source === undefined || length === undefined ? [] : [given[source], bare(given[length])]
		if (!from || count?.kind !== 'identifier') continue
		const value = onlyValueOf(c, body, textOf(c, count), call.start)
		const base = value && messageIn(c, value)
		if (
			value &&
			base !== undefined &&
			leadsInto(c, body, from, base, call.start) &&
			!isMeasured(c, body, textOf(c, count), value, call)
		)
			found.push(call)
	}
	return found.map((it) => ({ kind: 'expression', expression: intrinsic('trusted', it), ...spanOf(it) }))
}

/**
 * A part of a message is copied into an array whose size is fixed. Its length stands in the message and is compared with nothing but how long the message is:
 * statements where that stands.
 */
function filledByMessage(c: C, body: CodeNode): Statement[] {
	if (!/\bmem(?:p?cpy|move)\s*\(/.test(textOf(c, body))) return []
	const found: CodeNode[] = []
	for (const call of callsIn(body, false)) {
		if (!/^mem(?:p?cpy|move)$/.test(calledName(c, call))) continue
		const [to, from, length] = argumentNodes(call)
		const count = bare(length)
		const room = typeOf(c, bare(to))
		if (!from || count?.kind !== 'identifier' || room?.form !== 'array' || room.count === undefined) continue
		const name = textOf(c, count)
		const value = onlyValueOf(c, body, name, call.start)
		const base = value && messageIn(c, value)
		if (!value || base === undefined || !leadsInto(c, body, from, base, call.start)) continue
		const most = mostOf(c, value)
		const bytes = sizeOf(room)
		if (most !== undefined && bytes !== undefined && most <= bytes) continue
		if (!isLimited(c, body, name, value, call)) found.push(call)
	}
	return found.map((it) => ({ kind: 'expression', expression: intrinsic('filledByMessage', it), ...spanOf(it) }))
}

/** The largest number that one byte is, or that is left of a number. */
function mostOf(c: C, value: CodeNode): number | undefined {
	const at = bare(value)
	const type = at && /^(?:subscript_expression|pointer_expression)$/.test(at.kind) ? typeOf(c, at) : undefined
	if (type?.form === 'plain' && type.size === 1) return 255
	// Masks, choices and the smaller one of two are not computed: they are there for a reason.
	return /[&%?](?!&)|\bmin/i.test(textOf(c, value)) && !/^\W*\w+\s*\(/.test(textOf(c, value)) ? 0 : undefined
}

/** Whether the number is compared with anything but numbers that the function was given, or handed to what may compare it. */
function isLimited(c: C, body: CodeNode, name: string, value: CodeNode, call: CodeNode): boolean {
	const made = plainText(c, value)
	const numbers = numbersTaken(c, body)
	const isAbout = (node: CodeNode | undefined): boolean =>
		node !== undefined && (names(c, node, name) || plainText(c, node).includes(made))
	const isOfMessage = (node: CodeNode): boolean => {
		const named = nodesOf(node, new Set(['identifier', 'field_identifier']))
		return named.length > 0 && named.every((it) => numbers.has(textOf(c, it)) || textOf(c, it) === name)
	}
	return isAskedBefore(c, body, call, isAbout, (other, it) => /sizeof/.test(textOf(c, it)) || !isOfMessage(other))
}

/** Numbers among the parameters of the function. */
function numbersTaken(c: C, body: CodeNode): ReadonlySet<string> {
	const head = c.text.slice(Math.max(0, body.start - 400), body.start)
	const written = head.slice(head.lastIndexOf(';') + 1)
	return new Set(
		[...written.matchAll(/\b(?:size_t|ssize_t|u?int\w*|unsigned|long|short|[us]\d\d)\s+(\w+)\s*[,)]/g)].map(
			(it) => it[1] ?? '',
		),
	)
}

/** The only value that a variable of the function has up to here. */
export function onlyValueOf(c: C, body: CodeNode, name: string, before: number): CodeNode | undefined {
	const values: CodeNode[] = []
	each(body, (it) => {
		if (it.start >= before) return false
		const given = givenIn(it)
		if (given?.value && plainText(c, given.target).replace(/^\*+/, '') === name) values.push(given.value)
		return true
	})
	return values.length === 1 ? values[0] : undefined
}

/** What the bytes are taken of that a number is made of: `f->data` of `f->data[4] << 8 | f->data[5]`, `p` of `be16(p + 2)`. */
export function messageIn(c: C, value: CodeNode): string | undefined {
	const bases = new Set<string>()
	for (const it of nodesOf(value, new Set(['subscript_expression', 'call_expression']))) {
		const holder =
			it.kind === 'subscript_expression'
				? childOf(it, 'argument')
				: reading.test(calledName(c, it))
					? holderIn(argumentNodes(it)[0])
					: undefined
		// How much lies behind a pointer nobody can see here; an array has room of its own.
		if (holder && typeOf(c, holder)?.form === 'pointer') bases.add(plainText(c, holder))
		else return undefined
	}
	const [only] = bases
	return bases.size === 1 ? only : undefined
}

/** The pointer in `p + 2`, `&p[2]` and `*(const uint16_t *)p`. */
function holderIn(node: CodeNode | undefined): CodeNode | undefined {
	let at = bare(node)
	for (let depth = 0; at && depth < 6; depth++) {
		if (at.kind === 'binary_expression') at = bare(childOf(at, 'left'))
		else if (at.kind === 'pointer_expression' || at.kind === 'subscript_expression') at = bare(childOf(at, 'argument'))
		else break
	}
	return at?.kind === 'identifier' || at?.kind === 'field_expression' ? at : undefined
}

function leadsInto(c: C, body: CodeNode, from: CodeNode, base: string, before: number): boolean {
	const holder = holderIn(from)
	if (!holder) return false
	if (plainText(c, holder) === base) return true
	const value = holder.kind === 'identifier' ? onlyValueOf(c, body, textOf(c, holder), before) : undefined
	const origin = value && holderIn(value)
	return origin !== undefined && plainText(c, origin) === base
}

/** Whether the number, or what it is made of, is compared with something that is no constant, or handed to what may compare it. */
function isMeasured(c: C, body: CodeNode, name: string, value: CodeNode, call: CodeNode): boolean {
	const made = plainText(c, value)
	const isAbout = (node: CodeNode | undefined): boolean =>
		node !== undefined && (names(c, node, name) || plainText(c, node).includes(made))
	return isAskedBefore(c, body, call, isAbout, (other) => !isConstant(c, other))
}

/** Whether the function compares it with something that is a limit, or hands it to somebody who may look at it before the call. */
function isAskedBefore(
	c: C,
	body: CodeNode,
	call: CodeNode,
	isAbout: (node: CodeNode | undefined) => boolean,
	isLimit: (other: CodeNode, comparison: CodeNode) => boolean,
): boolean {
	const isCompared = comparisonsIn(c, body, true).some((it) => {
		const sides = [childOf(it, 'left'), childOf(it, 'right')]
		return sides.some((one, at) => {
			const other = sides[1 - at]
			return isAbout(one) && other !== undefined && isLimit(other, it)
		})
	})
	if (isCompared) return true
	return callsIn(body).some(
		(it) =>
			it !== call &&
			it.start < call.start &&
			!/^(?:(?:m|c|re|x\w*)alloc\w*|\w*alloc|mem\w+|sizeof|printf|\w*printf|\w*log\w*)$/.test(calledName(c, it)) &&
			argumentNodes(it).some((one) => isAbout(one)),
	)
}

function isConstant(c: C, node: CodeNode): boolean {
	const text = plainText(c, node)
	if (constantIn(c.types, node) !== undefined || numberOf(text) !== undefined) return true
	// What of the buffer that is filled says nothing of the message.
	return /^\(*(?:sizeof\b|[A-Z][A-Z\d_]+\)*$)/.test(text)
}
