import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Expression, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import {
	argumentNodes,
	bare,
	calledName,
	callsIn,
	comparisonsIn,
	each,
	givenIn,
	names,
	operatorIn,
	plainText,
} from './cTree.ts'
import { type CType, constantIn, numberOf } from './cTypes.ts'

/*
 * Sizes that say something else than they look like: the length of a text in a number of 16 bits, a length less a header that it may not have, and what
 * `snprintf` would have written added up.
 */

const measuring = /^(?:size|length|strlen|wcslen|strnlen|count|sizeInBytes)$/
const counting =
	/^(?:recv|recvfrom|recvmsg|read|pread|SSL_read|BIO_read|fread|mbedtls_ssl_read|gnutls_record_recv|receive|read_some|receive_from|strlen|size|length)$/

/** A length that is kept in fewer bits than a text may have characters, where nobody has compared it. */
export function narrowed(c: C, type: CType | undefined, node: CodeNode | undefined, made: Expression): Expression {
	const body = c.functionBody
	if (!node || !body || type?.form !== 'plain' || type.isClass || (type.size !== 1 && type.size !== 2)) return made
	if (/bool/i.test(type.name)) return made
	const value = bare(node)
	const source = value && measured(c, body, value, 0)
	if (!value || !source || isCompared(c, body, [...source, plainText(c, value)], node.start)) return made
	return intrinsic('narrowed', node, made)
}

/** The variables and calls that a length is made of; undefined where it is none. */
function measured(c: C, body: CodeNode, node: CodeNode, depth: number): string[] | undefined {
	const at = bare(node)
	if (!at || depth > 8) return undefined
	if (at.kind === 'call_expression') {
		const name = calledName(c, at)
		if (measuring.test(name)) return [plainText(c, at)]
		const [first] = argumentNodes(at)
		return /^static_cast\b/.test(textOf(c, at)) && first ? measured(c, body, first, depth + 1) : undefined
	}
	if (at.kind === 'binary_expression' && /^[+*]$/.test(operatorIn(c, at))) {
		const sides = [childOf(at, 'left'), childOf(at, 'right')].map((it) => it && measured(c, body, it, depth + 1))
		const found = sides.flatMap((it) => it ?? [])
		return found.length > 0 ? found : undefined
	}
	if (at.kind !== 'identifier') return undefined
	const first = firstValueOf(c, body, textOf(c, at), at.start)
	const found = first && measured(c, body, first, depth + 1)
	return found && [textOf(c, at), ...found]
}

/** What a variable of the function begins with. */
function firstValueOf(c: C, body: CodeNode, name: string, before: number): CodeNode | undefined {
	let value: CodeNode | undefined
	each(body, (it) => {
		if (it.start >= before) return false
		const given = givenIn(it)
		if (given && plainText(c, given.target) === name) value = given.value
		return true
	})
	return value
}

/** Whether any of these is compared with something before, or made smaller. */
function isCompared(c: C, body: CodeNode, written: readonly string[], before: number): boolean {
	const isOne = (node: CodeNode | undefined): boolean => {
		const text = node && plainText(c, node)
		return text !== undefined && written.some((it) => text === it || text.includes(it))
	}
	// A loop has its question further down.
	const isLimit = comparisonsIn(c, body, true).some((it) => isOne(childOf(it, 'left')) || isOne(childOf(it, 'right')))
	if (isLimit) return true
	return callsIn(body).some(
		(it) =>
			it.start < before &&
			/^(?:min|clamp|assert|CHECK\w*|DCHECK\w*|ASSERT\w*|Q_ASSERT|numeric_cast|narrow|check\w*|gsl_Expects|Expects)$/i.test(
				calledName(c, it),
			) &&
			argumentNodes(it).some(isOne),
	)
}

/** `n - sizeof(header)` where n is how much came in, and was compared with nothing that large. */
export function belowZero(c: C, node: CodeNode, made: Expression): Expression {
	const body = c.functionBody
	const left = bare(childOf(node, 'left'))
	const right = bare(childOf(node, 'right'))
	if (!body || operatorIn(c, node) !== '-' || left?.kind !== 'identifier' || !right) return made
	const taken = constantIn(c.types, right) ?? sizeOfConstant(c, right)
	if (taken === undefined || taken < 2) return made
	const name = textOf(c, left)
	const call = bare(firstValueOf(c, body, name, node.start))
	if (call?.kind !== 'call_expression' || !counting.test(calledName(c, call))) return made
	const limits = comparisonsIn(c, body, true).flatMap((it) => {
		const sides = [childOf(it, 'left'), childOf(it, 'right')]
		const at = sides.findIndex((one) => one && names(c, one, name))
		const other = at < 0 ? undefined : bare(sides[1 - at])
		return other ? [numberIn(c, other)] : []
	})
	const isSmall = limits.length > 0 && limits.every((it) => it !== undefined && it < taken)
	return isSmall ? intrinsic('below', node, made) : made
}

function numberIn(c: C, node: CodeNode): number | undefined {
	return constantIn(c.types, node) ?? numberOf(plainText(c, node)) ?? sizeOfConstant(c, node)
}

function sizeOfConstant(c: C, node: CodeNode): number | undefined {
	if (node.kind !== 'sizeof_expression') return undefined
	const made = c.expression(node, node)
	return made.kind === 'constant' && typeof made.value === 'number' ? made.value : undefined
}

/** `at += snprintf(text + at, size - at, …)` in a loop that never looks at it: statements where that stands. */
export function addedUp(c: C, body: CodeNode): Statement[] {
	const text = textOf(c, body)
	if (!text.includes('nprintf')) return []
	const found: CodeNode[] = []
	const look = (node: CodeNode, isInLoop: boolean, depth: number): void => {
		if (depth > 200) return
		const isLoop = /^(?:for|while|do)_statement$|^for_range_loop$/.test(node.kind)
		if (node.kind === 'assignment_expression' && isInLoop && addsPrinted(c, node) && !isLimited(c, body, node))
			found.push(node)
		for (const it of node.children) if (it.isNamed) look(it, isInLoop || isLoop, depth + 1)
	}
	look(body, false, 0)
	return found.map((it) => ({ kind: 'expression', expression: intrinsic('addedUp', it), ...spanOf(it) }))
}

function addsPrinted(c: C, node: CodeNode): boolean {
	const value = bare(childOf(node, 'right'))
	const left = childOf(node, 'left')
	if (!left || operatorIn(c, node) !== '+=' || value?.kind !== 'call_expression') return false
	const [into, room] = argumentNodes(value)
	if (!/^v?sn?w?printf$/.test(calledName(c, value)) || !into || !room) return false
	const name = plainText(c, left)
	return plainText(c, into).includes(name) && plainText(c, room).includes(name)
}

function isLimited(c: C, body: CodeNode, node: CodeNode): boolean {
	const name = plainText(c, childOf(node, 'left') ?? node)
	const isOne = (it: CodeNode | undefined): boolean => it !== undefined && plainText(c, it).includes(name)
	return (
		comparisonsIn(c, body, false).some((it) => {
			const sides = [childOf(it, 'left'), childOf(it, 'right')]
			// Whether anything was written at all is no limit.
			return sides.some(isOne) && !sides.some((one) => one && numberOf(plainText(c, one)) === 0)
		}) || callsIn(body).some((it) => /^(?:min|MIN|clamp)$/.test(calledName(c, it)) && argumentNodes(it).some(isOne))
	)
}

/** `p = realloc(p, n)`: where that gives NULL, nobody knows the memory any more. */
export function lostByItself(
	c: C,
	left: CodeNode,
	right: CodeNode | undefined,
	made: Expression,
	at: CodeNode,
): Expression {
	const call = bare(right)
	if (call?.kind !== 'call_expression' || !/^(?:realloc|reallocarray)$/.test(calledName(c, call))) return made
	const [first] = argumentNodes(call)
	if (!first || plainText(c, first) !== plainText(c, left)) return made
	// Who ends the program without memory loses nothing, and a copy may be kept.
	const behind = c.text.slice(at.end, at.end + 240)
	if (
		/\b(?:abort|_?exit|v?errx?|die|fatal\w*|panic|\w*exhaust\w*|no_?mem\w*|oom\w*|out_of_memory|perror|assert|log_fatal|terminate|g_error|goto)\b/i.test(
			behind,
		)
	)
		return made
	const body = c.functionBody
	const head = body ? c.text.slice(Math.max(0, body.start - 400), body.start) : ''
	// A parameter is a copy of what the caller has.
	if (
		left.kind === 'identifier' &&
		new RegExp(`\\b${escapePattern(textOf(c, left))}\\s*[,)]`).test(head.slice(head.lastIndexOf('}') + 1))
	)
		return made
	const before = body ? c.text.slice(body.start, at.start) : ''
	const own = escapePattern(plainText(c, left))
	if (new RegExp(`\\w\\s*=\\s*${own}\\s*;`).test(before)) return made
	return intrinsic('lost', at, made)
}
