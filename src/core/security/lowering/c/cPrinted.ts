import { escapePattern } from '../../../../shared/escapePattern.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { argumentNodes, bare, calledName, callsIn, comparisonsIn, each, names, nodesOf, plainText } from './cTree.ts'
import { type CType, constantIn } from './cTypes.ts'

/*
 * What a call gives or measures that is another number than it looks like: `snprintf` and `strlcpy` give how long the text would have been, and `sizeof` of a pointer
 * is that of the pointer.
 */

function note(c: C, name: string, at: CodeNode): void {
	c.asides.push({ kind: 'expression', expression: intrinsic(name, at), ...spanOf(at) })
}

const printing = /^(?:v?snprintf|g_v?snprintf|strlcpy|strlcat|g_strlcpy|g_strlcat)$/

/** `n = snprintf(text, sizeof text, …); write(to, text, n)`: where the text was cut, n is more than there is. */
export function notePrinted(c: C, name: string, value: CodeNode | undefined): void {
	const call = bare(value)
	const body = c.functionBody
	if (call?.kind !== 'call_expression' || !body || !printing.test(calledName(c, call))) return
	const isCopy = /strl/.test(calledName(c, call))
	const given = argumentNodes(call)
	const [into] = given
	const room = given[isCopy ? 2 : 1]
	if (!into || !room || !isFixed(c, room)) return
	const size = roomOf(c, room, into)
	const most = isCopy ? textBound(c, given[1]) : formattedBound(c, given[2], given.slice(3))
	if (most !== undefined && (size === undefined || most < size)) return
	if (isAsked(c, body, name, call)) return
	const text = plainText(c, into)
	const place = firstUse(c, body, name, text, call.end)
	if (place) note(c, 'printedLength', place)
}

/** What says how much room there is, and not how much was asked for. */
function isFixed(c: C, room: CodeNode): boolean {
	const inner = bare(room)
	if (!inner) return false
	return (
		inner.kind === 'sizeof_expression' ||
		constantIn(c.types, inner) !== undefined ||
		/^[A-Z][A-Z_\d]+$/.test(plainText(c, inner))
	)
}

function roomOf(c: C, room: CodeNode, into: CodeNode): number | undefined {
	const known = constantIn(c.types, room)
	if (known !== undefined) return known
	const type = typeOf(c, into)
	return type?.form === 'array' ? type.count : undefined
}

/** The most characters that a text has; undefined where it may have any number. */
function textBound(c: C, node: CodeNode | undefined): number | undefined {
	const at = bare(node)
	if (!at) return undefined
	if (at.kind === 'string_literal') return textOf(c, at).length - 2
	if (at.kind === 'conditional_expression') {
		const sides = ['consequence', 'alternative'].map((it) => textBound(c, childOf(at, it)))
		return sides.some((it) => it === undefined) ? undefined : Math.max(...(sides as number[]))
	}
	if (at.kind === 'call_expression') {
		const name = calledName(c, at)
		if (
			/^(?:strerror|strsignal|gai_strerror|\w*_?str?error|inet_ntoa|ctime|asctime|\w+_to_str(?:ing)?|\w+_name|\w*_?(?:str|text))$/.test(
				name,
			)
		)
			return 64
		return undefined
	}
	const type = typeOf(c, at)
	return type?.form === 'array' && type.count !== undefined ? type.count - 1 : undefined
}

/** How long a text is at most that a format makes. */
function formattedBound(c: C, format: CodeNode | undefined, given: readonly CodeNode[]): number | undefined {
	const literal = bare(format)
	if (literal?.kind !== 'string_literal') return undefined
	const text = textOf(c, literal).slice(1, -1)
	let most = 0
	let at = 0
	let rest = 0
	for (const it of text.matchAll(/%(?:%|([-+ #0']*)(\d+|\*)?(?:\.(\d+|\*)?)?(?:hh|h|ll|l|j|z|t|L|q)?([a-zA-Z]))/g)) {
		most += it.index - rest
		rest = it.index + it[0].length
		const [, , width, precision, kind] = it
		if (!kind) {
			most += 1
			continue
		}
		if (width === '*') at++
		const isOpen = width === '*' || precision === '*'
		if (precision === '*') at++
		const value = given[at++]
		const least = width && width !== '*' ? Number(width) : 0
		let length: number | undefined
		if (kind === 's')
			length =
				precision !== undefined && precision !== '*' ? Number(precision) : isOpen ? undefined : textBound(c, value)
		else if (kind === 'c') length = 1
		else if (/[eEgGaA]/.test(kind)) length = 32
		else if (/[fF]/.test(kind)) length = 48
		else length = 22
		if (length === undefined) return undefined
		most += Math.max(length, least)
	}
	return most + text.length - rest
}

/** Whether anything compares the length with more than 0, or takes the smaller one of it. */
function isAsked(c: C, body: CodeNode, name: string, call: CodeNode): boolean {
	const isCompared = comparisonsIn(c, body, true).some((it) => {
		const [left, right] = [childOf(it, 'left'), childOf(it, 'right')]
		if (!left || !right || it.end <= call.start) return false
		const side = [left, right].find((one) => names(c, one, name))
		if (!side) return false
		const other = side === left ? right : left
		const number = constantIn(c.types, other) ?? (/^-\s*\d+$/.test(textOf(c, other)) ? -1 : undefined)
		// What was written is compared with how much was to be written: that says nothing of the text.
		const isAnswer = bare(side)?.kind === 'call_expression' || bare(other)?.kind === 'call_expression'
		return !isAnswer && (number === undefined || number > 1)
	})
	if (isCompared) return true
	return callsIn(body).some(
		(it) =>
			it.start > call.start &&
			/^(?:\w*_?min|MIN|clamp\w*|assert|CHECK\w*|umin|g_assert\w*)$/i.test(calledName(c, it)) &&
			names(c, it, name),
	)
}

/** The first place behind the call where as much of the text is read or written as the length says. */
function firstUse(c: C, body: CodeNode, name: string, text: string, from: number): CodeNode | undefined {
	let found: CodeNode | undefined
	each(body, (it) => {
		if (found || it.end <= from) return false
		if (it.start < from) return true
		if (it.kind === 'subscript_expression') {
			const index = bare(childOf(it, 'index') ?? namedChildren(childOf(it, 'indices') ?? it)[0])
			if (plainText(c, childOf(it, 'argument') ?? it) === text && index && plainText(c, index) === name) found = it
		}
		if (
			it.kind === 'call_expression' &&
			!/^(?:\w*printf|syslog|str\w+|free|log\w*|puts|assert)$/.test(calledName(c, it))
		) {
			const given = argumentNodes(it).map((one) => plainText(c, bare(one) ?? one))
			const at = given.indexOf(text)
			if (at >= 0 && given.slice(at + 1).some((one) => one === name || one === `${name}+1`)) found = it
		}
		return !found
	})
	return found
}

const taking =
	/^(?:x|g_|k|kv|kz|v|vz|je_|tc_|mi_|s|emalloc|safe_|my_?|os_|SDL_|av_)?(?:malloc|calloc|realloc|zalloc|malloc0|alloc|mallocz|mallocarray)$|^(?:aligned_alloc|reallocarray|HeapAlloc|LocalAlloc|GlobalAlloc|CoTaskMemAlloc|OPENSSL_(?:zalloc|malloc)|talloc_size|apr_p?c?alloc|ngx_p?c?alloc)$/

/** `p = malloc(sizeof(p))`, where p leads to something else than a pointer. */
export function notePointerSize(c: C, target: CodeNode, type: CType | undefined, value: CodeNode | undefined): void {
	const call = bare(value)
	if (call?.kind !== 'call_expression' || !taking.test(calledName(c, call))) return
	const to = type?.form === 'pointer' ? type.to : undefined
	if (to?.form !== 'plain' || to.name === 'void' || to.size === 8 || /\bvoid\b/.test(to.name)) return
	const written = plainText(c, target).replace(/^\*+/, '')
	for (const it of nodesOf(call, sizes)) {
		const operand = bare(childOf(it, 'value'))
		const named = childOf(it, 'type')
		const isItself = operand !== undefined && plainText(c, operand) === written
		const isPointer =
			named !== undefined &&
			/\*$/.test(plainText(c, named)) &&
			to.isClass &&
			plainText(c, named).replace(/^(?:const)?(?:struct)?/, '') === `${to.name.replace(/^.*\./, '')}*`
		if (isItself || isPointer) note(c, 'pointerSize', it)
	}
}

const sizes: ReadonlySet<string> = new Set(['sizeof_expression'])

/** `sizeof(list) / sizeof(list[0])` of a pointer, and `sizeof(list)` of an array that was handed over. */
export function noteSizeOfParameter(c: C, node: CodeNode): void {
	const body = c.functionBody
	const inner = bare(childOf(node, 'value'))
	if (!body || inner?.kind !== 'identifier' || typeOf(c, inner)?.form !== 'pointer') return
	const head = c.text.slice(Math.max(0, body.start - 600), body.start)
	const taken = head.slice(head.lastIndexOf('}') + 1)
	// Its name and brackets, in what stands between the last function and this body.
	const name = escapePattern(textOf(c, inner))
	const isArray = new RegExp(`[\\s*]${name}\\s*\\[[^\\];{]*\\]\\s*[,)\\[]`).test(taken)
	if (isArray) note(c, 'pointerSize', node)
}

/** `sizeof(list) / sizeof(*list)`. @param node a division */
export function noteCountOfPointer(c: C, node: CodeNode): void {
	const [left, right] = ['left', 'right'].map((it) => bare(childOf(node, it)))
	if (left?.kind !== 'sizeof_expression' || right?.kind !== 'sizeof_expression') return
	const [all, one] = [left, right].map((it) => bare(childOf(it, 'value')))
	if (!all || !one || !/^(?:identifier|field_expression)$/.test(all.kind)) return
	const type = typeOf(c, all)
	const name = plainText(c, all)
	if (type?.form !== 'pointer' || ![`${name}[0]`, `*${name}`].includes(plainText(c, one))) return
	const isParameter = all.kind === 'identifier' && c.asides.some((it) => it.start === left.start)
	if (!isParameter) note(c, 'pointerSize', left)
}
