import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { messageIn, onlyValueOf } from './cMessages.ts'
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
	operatorIn,
	plainText,
	receiverOf,
} from './cTree.ts'
import { constantIn, numberOf } from './cTypes.ts'

/*
 * Loops that others keep going: by a step of 0, or by data that grows without an end when it is unpacked.
 */

/** A statement for each step that a loop goes on by, where that is a number which nobody has compared with 0. */
export function stalledSteps(c: C, loop: CodeNode): Statement[] {
	const condition = childOf(loop, 'condition')
	const body = childOf(loop, 'body')
	if (!condition || !body || childOf(loop, 'update')) return []
	const left: string[] = []
	for (const it of comparisonsIn(c, condition, true))
		for (const side of [childOf(it, 'left'), childOf(it, 'right')]) {
			const at = placeIn(c, side)
			if (at?.kind === 'identifier') left.push(textOf(c, at))
		}
	const only = bare(condition)
	if (only?.kind === 'identifier') left.push(textOf(c, only))
	if (left.length === 0) return []
	const steps: { readonly target: string; readonly by: CodeNode | undefined; readonly at: CodeNode }[] = []
	let isOther = false
	each(body, (it) => {
		// A branch that goes to the next round by itself is another round.
		if (it.kind === 'lambda_expression' || (it.kind === 'if_statement' && goesToNext(c, it))) return false
		if (it.kind === 'update_expression') isOther ||= left.includes(plainText(c, childOf(it, 'argument') ?? it))
		if (it.kind === 'assignment_expression') {
			const target = plainText(c, childOf(it, 'left') ?? it)
			if (!left.includes(target)) return true
			const by = bare(childOf(it, 'right'))
			if (/^[+-]=$/.test(operatorIn(c, it))) steps.push({ target, by, at: it })
			else isOther = true
		}
		// Who gets its address may change it.
		if (
			it.kind === 'pointer_expression' &&
			left.includes(plainText(c, childOf(it, 'argument') ?? it)) &&
			textOf(c, it).startsWith('&')
		)
			isOther = true
		return true
	})
	const [first] = steps
	if (isOther || !first?.by || first.by.kind !== 'identifier' || steps.length !== 1) return []
	const name = textOf(c, first.by)
	if (asksForMore(c, loop, name)) return []
	const value = c.expression(first.by, first.at)
	const made = stepOfMessage(c, loop, name, first.at.start) ? ['stalled', 'stalledByMessage'] : ['stalled']
	return made.map((it) => ({ kind: 'expression', expression: intrinsic(it, first.at, value), ...spanOf(first.at) }))
}

/** `at` of `at`, and of `at + 2`. */
function placeIn(c: C, side: CodeNode | undefined): CodeNode | undefined {
	const at = bare(side)
	const more = at?.kind === 'binary_expression' && operatorIn(c, at) === '+' ? childOf(at, 'right') : undefined
	return more && constantIn(c.types, more) !== undefined && at ? bare(childOf(at, 'left')) : at
}

/** `if (kind == NOP) { at++; continue; }` */
function goesToNext(c: C, it: CodeNode): boolean {
	const branch = childOf(it, 'consequence')
	const last = branch?.kind === 'compound_statement' ? namedChildren(branch).at(-1) : branch
	return !childOf(it, 'alternative') && last?.kind === 'continue_statement' && /\+\+|\+=/.test(textOf(c, it))
}

/** Whether a step is a byte or number without a sign that is read out of a message which the function was given. */
function stepOfMessage(c: C, loop: CodeNode, name: string, before: number): boolean {
	const value = onlyValueOf(c, loop, name, before)
	const base = value && messageIn(c, value)
	const body = c.functionBody
	if (base === undefined || !body || !/^\w+$/.test(base) || /[+]\s*\d+\s*$|\bmax\b/i.test(textOf(c, value as CodeNode)))
		return false
	const head = c.text.slice(Math.max(0, body.start - 400), body.start)
	return new RegExp(
		`(?:u_?int8_t|unsigned\\s+char|u8|__u8|u_char|BYTE|uchar|guint8)\\s*\\*\\s*(?:const\\s+)?${escapePattern(base)}\\s*[,)]`,
	).test(head.slice(head.lastIndexOf(';') + 1))
}

/** `data[0] + 2`, `length | 1`, `max(a, b)`: not what an index or a shift is made of. */
function isMoreThanNothing(value: string): boolean {
	const text = value.replace(/\[[^[\]]*\]/g, '[]').replace(/<<\s*\d+/g, '')
	const own = text.replace(/\b(?:\w*(?:16|32|64)\w*|ntoh[sl])\s*\([^()]*\)/g, 'f()')
	return /\bmax/i.test(own) || /[+|]\s*\(?\d|\d\s*[+|]|[+|]\s*\(?sizeof|sizeof[^+|]*[+|]/.test(own)
}

/** `n < 2`, `n == 0`, `!n`, `if (n)`, `n < sizeof(header)`: a question that 0 answers otherwise. */
function asksForMore(c: C, loop: CodeNode, name: string): boolean {
	let isAsked = false
	each(loop, (it) => {
		const inner =
			it.kind === 'unary_expression' && operatorIn(c, it) === '!' ? bare(childOf(it, 'argument')) : undefined
		if (inner && plainText(c, inner) === name) isAsked = true
		const condition = /^(?:if|while)_statement$/.test(it.kind) ? bare(childOf(it, 'condition')) : undefined
		if (condition && plainText(c, condition) === name) isAsked = true
		if (it.kind === 'assignment_expression' || it.kind === 'init_declarator') {
			// What something is added to is more than 0.
			const target = childOf(it, 'left') ?? childOf(it, 'declarator')
			const value = bare(childOf(it, 'right') ?? childOf(it, 'value'))
			if (target && value && plainText(c, target) === name && isMoreThanNothing(textOf(c, value))) isAsked = true
			if (target && value?.kind === 'call_expression' && plainText(c, target) === name)
				isAsked ||= !/^(?:ntoh|be|le|bswap|get|read)\w*/i.test(calledName(c, value))
			if (target && plainText(c, target) === name && operatorIn(c, it) === '+=') isAsked = true
		}
		if (it.kind === 'update_expression' && plainText(c, childOf(it, 'argument') ?? it) === name) isAsked = true
		return !isAsked
	})
	if (isAsked) return true
	return comparisonsIn(c, loop, true).some((it) => {
		const [left, right] = [bare(childOf(it, 'left')), bare(childOf(it, 'right'))]
		if (!left || !right) return false
		const operator = operatorIn(c, it)
		const isLeft = plainText(c, left) === name
		if (!isLeft && plainText(c, right) !== name) return false
		const other = isLeft ? right : left
		// `kind == 2 && n == 4` says nothing of other steps; who leaves where it is not 4 has asked.
		if (operator === '==' && isPartOfAnd(c, loop, it) && numberOf(plainText(c, other)) !== 0) return false
		const isLower = /^[=!]=$/.test(operator) || operator.startsWith(isLeft ? '<' : '>')
		const isUpper = operator.startsWith(isLeft ? '>' : '<')
		const number = numberOf(plainText(c, other))
		// `n > left` asks whether it is too large; `n > 0` whether it is more than nothing.
		return isLower
			? number !== undefined || other.kind !== 'identifier' || /^[A-Z_\d]+$/.test(plainText(c, other))
			: isUpper && number !== undefined && number < 16
	})
}

function isPartOfAnd(c: C, loop: CodeNode, comparison: CodeNode): boolean {
	return nodesOf(loop, ofTwo).some(
		(it) =>
			operatorIn(c, it) === '&&' &&
			(bare(childOf(it, 'left')) === comparison || bare(childOf(it, 'right')) === comparison),
	)
}

const ofTwo: ReadonlySet<string> = new Set(['binary_expression'])

const unpacking =
	/^(?:inflate|BZ2_bzDecompress|lzma_code|ZSTD_decompressStream|BrotliDecoderDecompressStream|LZ4F_decompress|gzread|mz_inflate|zstd_decompress_stream|unzReadCurrentFile|zip_fread|archive_read_data)$/
const growing =
	/^(?:realloc|reallocarray|push_back|append|insert|resize|reserve|write|fwrite|operator\+=|g_realloc|xrealloc|g_byte_array_append)$/

/** A statement at what unpacks in a loop that keeps all of it and looks at no limit. */
export function unpackedWithoutLimit(c: C, loop: CodeNode): Statement[] {
	const text = textOf(c, loop)
	const isStream = /\.(?:read|readsome|getline)\s*\(|\bgetline\s*\(/.test(text) && /_decompressor\b/.test(c.text)
	if (!isStream && !/flate|ecompress|lzma_code|gzread|unzRead|zip_fread|archive_read/.test(text)) return []
	const calls = callsIn(loop)
	const place = calls.find((it) => unpacking.test(calledName(c, it)) || (isStream && readsUnpacked(c, it)))
	if (
		!place ||
		!calls.some(
			(it) => growing.test(calledName(c, it)) && /re?alloc|append|insert|push_back|resize/.test(calledName(c, it)),
		)
	)
		return []
	const result = namedResult(c, loop, place)
	const isLimited = comparisonsIn(c, loop, false).some((it) =>
		[childOf(it, 'left'), childOf(it, 'right')].every((side) => {
			const at = bare(side)
			return at !== undefined && !isNothing(c, at) && !(result !== undefined && names(c, at, result))
		}),
	)
	return isLimited ? [] : [{ kind: 'expression', expression: intrinsic('unpacked', place), ...spanOf(place) }]
}

/** A stream of Boost that unpacks what is read from it. */
function readsUnpacked(c: C, call: CodeNode): boolean {
	const name = calledName(c, call)
	const holder = name === 'getline' ? (argumentNodes(call)[0] ?? receiverOf(call)) : receiverOf(call)
	if (!holder || !/^(?:read|readsome|getline)$/.test(name) || holder.kind !== 'identifier') return false
	const body = c.functionBody
	const of = escapePattern(textOf(c, holder))
	return (
		body !== undefined &&
		new RegExp(
			`\\b${of}\\s*\\.\\s*push\\s*\\(\\s*(?:\\w+\\s*::\\s*)*(?:gzip|zlib|bzip2|lzma|zstd)_decompressor\\b`,
		).test(textOf(c, body))
	)
}

/** 0, and names of results such as `Z_OK`. */
function isNothing(c: C, node: CodeNode): boolean {
	const text = plainText(c, node)
	const number = numberOf(text.replace(/^-/, ''))
	return (
		(number !== undefined && number < 2) ||
		/^(?:Z|BZ|LZMA|ARCHIVE|UNZ|MZ)_\w+$/.test(text) ||
		/avail_(?:in|out)$/.test(text)
	)
}

/** The variable that has what the call gives. */
function namedResult(c: C, loop: CodeNode, call: CodeNode): string | undefined {
	let name: string | undefined
	each(loop, (it) => {
		const given = givenIn(it)
		if (given && bare(given.value) === call) name = plainText(c, given.target)
		return true
	})
	return name
}
