import { escapePattern } from '../../../../shared/escapePattern.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { argumentNodes, bare, calledName, callsIn, comparisonsIn, each, names, operatorIn, plainText } from './cTree.ts'
import { constantIn } from './cTypes.ts'

/*
 * Places at the ends of a text: one behind the array, where the length may be as large as the array; one in front of it, where a read gave -1 or the text is empty.
 */

function note(c: C, name: string, at: CodeNode): void {
	c.asides.push({ kind: 'expression', expression: intrinsic(name, at), ...spanOf(at) })
}

const reading =
	/^(?:read|pread|recv|recvfrom|recvmsg|readlink|readlinkat|getline|getdelim|BIO_read|SSL_read|mq_receive|msgrcv|_read)$/

/** `n = read(…); text[n] = 0`, where nobody has asked whether it is -1. */
export function noteUnaskedRead(c: C, name: string, value: CodeNode | undefined): void {
	const call = bare(value)
	const body = c.functionBody
	if (call?.kind !== 'call_expression' || !body || !reading.test(calledName(c, call))) return
	let isAsked = false
	let place: CodeNode | undefined
	each(body, (it) => {
		if (isAsked || it.end <= call.start) return false
		if (it.kind === 'binary_expression' && /^(?:[<>]=?|[=!]=|&&|\|\||<=>)$/.test(operatorIn(c, it)))
			isAsked = asks(c, it, name) || (it.start <= call.start && it.end >= call.end)
		else if (/^(?:if_statement|while_statement|do_statement|switch_statement|conditional_expression)$/.test(it.kind)) {
			const condition = childOf(it, 'condition')
			isAsked = condition !== undefined && names(c, condition, name)
		} else if (it.kind === 'unary_expression' && operatorIn(c, it) === '!') isAsked = names(c, it, name)
		else if (
			it.kind === 'call_expression' &&
			it.start > call.end &&
			/assert|check|expect|fail|err|max|valid/i.test(calledName(c, it))
		)
			isAsked = argumentNodes(it).some((one) => names(c, one, name))
		if (!place && it.start > call.end) place = usedAsLength(c, it, name)
		return !isAsked
	})
	if (place && !isAsked) note(c, 'unaskedRead', place)
}

/** `write(to, text, n) == n` asks whether all was written, not whether there was anything. */
function asks(c: C, comparison: CodeNode, name: string): boolean {
	const sides = [childOf(comparison, 'left'), childOf(comparison, 'right')].map(bare)
	const isAnswer = sides.some(
		(it) => it?.kind === 'call_expression' && argumentNodes(it).some((one) => names(c, one, name)),
	)
	return !isAnswer && names(c, comparison, name)
}

function usedAsLength(c: C, node: CodeNode, name: string): CodeNode | undefined {
	if (node.kind === 'subscript_expression') {
		const index = bare(childOf(node, 'index') ?? namedChildren(childOf(node, 'indices') ?? node)[0])
		return index && plainText(c, index) === name ? node : undefined
	}
	if (node.kind !== 'call_expression') return undefined
	if (
		!/^(?:write|send|sendto|fwrite|mem(?:cpy|move|set|cmp|chr)|SSL_write|BIO_write|malloc|strncpy|strndup|EVP_\w+Update|SHA\w+_Update|MD5_Update)$/.test(
			calledName(c, node),
		)
	)
		return undefined
	return argumentNodes(node)
		.slice(1)
		.find((it) => plainText(c, bare(it) ?? it) === name)
}

/** `text[n] = 0`, where n was only compared so that it may be as large as the array. @param left what is assigned to */
export function noteEndBehind(c: C, left: CodeNode): void {
	const body = c.functionBody
	const array = left.kind === 'subscript_expression' ? childOf(left, 'argument') : undefined
	const index = array && bare(childOf(left, 'index') ?? namedChildren(childOf(left, 'indices') ?? left)[0])
	const type = typeOf(c, array)
	if (!body || !array || index?.kind !== 'identifier' || type?.form !== 'array' || type.count === undefined) return
	const { count } = type
	const name = textOf(c, index)
	const size = `sizeof${plainText(c, array)}`
	let most: number | undefined
	let isUnclear = false
	const look = (node: CodeNode): void => {
		for (const it of comparisonsIn(c, node, true)) {
			const isLeft = plainText(c, bare(childOf(it, 'left')) ?? it) === name
			if (!isLeft && plainText(c, bare(childOf(it, 'right')) ?? it) !== name) {
				isUnclear ||= names(c, it, name)
				continue
			}
			const other = bare(childOf(it, isLeft ? 'right' : 'left'))
			const operator = operatorIn(c, it)
			const written = other ? plainText(c, other).replace(/[()]/g, '') : ''
			const number = other && (written === size ? count : constantIn(c.types, other))
			if (number === undefined || /^[=!]=$/.test(operator)) {
				isUnclear ||= number === undefined || number > 0
				continue
			}
			const isBelow = operator.startsWith(isLeft ? '<' : '>')
			// `n <= 64` goes on with 64, and so does what `n > 64` leaves.
			const limit = isBelow === operator.endsWith('=') ? number : number - 1
			if (number > 0) most = Math.min(most ?? limit, limit)
		}
	}
	look(body)
	const isChanged = givenSmaller(c, body, name)
	if (most === count && !isUnclear && !isChanged) note(c, 'endBehind', left)
}

/** `n = sizeof(text) - 1`, `n--`, `n = min(…)`: it may be smaller than what was asked for. */
function givenSmaller(c: C, body: CodeNode, name: string): boolean {
	let given = 0
	let isSmaller = false
	each(body, (it) => {
		if (it.kind === 'update_expression' && plainText(c, childOf(it, 'argument') ?? it) === name) isSmaller = true
		if (it.kind === 'assignment_expression' && plainText(c, childOf(it, 'left') ?? it) === name) {
			given++
			if (operatorIn(c, it) !== '=' || given > 1) isSmaller = true
		}
		return !isSmaller
	})
	return (
		isSmaller ||
		callsIn(body).some(
			(it) => /min|clamp/i.test(calledName(c, it)) && argumentNodes(it).some((one) => names(c, one, name)),
		)
	)
}

/** `line[strlen(line) - 1]` of a text that nobody has asked whether there is anything in it. */
export function noteBeforeEmpty(c: C, node: CodeNode): void {
	const body = c.functionBody
	const array = childOf(node, 'argument')
	const index = bare(childOf(node, 'index') ?? namedChildren(childOf(node, 'indices') ?? node)[0])
	if (!body || !array || index?.kind !== 'binary_expression' || operatorIn(c, index) !== '-') return
	const measured = bare(childOf(index, 'left'))
	const taken = childOf(index, 'right')
	const text = plainText(c, array)
	if (
		measured?.kind !== 'call_expression' ||
		!/^(?:strlen|wcslen)$/.test(calledName(c, measured)) ||
		!taken ||
		constantIn(c.types, taken) !== 1
	)
		return
	const [of] = argumentNodes(measured)
	if (!of || plainText(c, of) !== text) return
	const before = c.text.slice(body.start, node.start).replace(/\s+/g, '')
	const isAsked =
		before.includes(`strlen(${text})`) ||
		// Somebody else was asked about it: `if (is_blank(line)) continue`.
		new RegExp(`(?:if|while)\\(!?\\w+\\(${escapePattern(text)}\\)`).test(before) ||
		['(', '!', '&', '|', '='].some((it) => before.includes(`${it}${text}[`)) ||
		before.includes(`!*${text}`) ||
		before.includes(`*${text})`) ||
		before.includes(`*${text}&&`) ||
		before.includes(`*${text}=='`)
	const wholeFunction = textOf(c, body).replace(/\s+/g, '')
	const isFilled =
		wholeFunction.includes(`gets(${text},`) ||
		wholeFunction.includes(`read(`) ||
		wholeFunction.includes(`recv(`) ||
		wholeFunction.includes('getline(')
	if (!isAsked && isFilled) note(c, 'beforeEmpty', node)
}
