import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import {
	argumentNodes,
	bare,
	calledName,
	comparisonsIn,
	each,
	givenIn,
	nodesOf,
	operatorIn,
	plainText,
} from './cTree.ts'

/*
 * The place behind the last element of what was allocated: a pointer may lead there, and nobody may look at what is there. How many elements there are need not be known.
 */

interface Room {
	readonly begin: string
	/** How many there are, as it is written. */
	readonly count: string
}

const allocating =
	/^(?:malloc|xmalloc|g_malloc0?|kmalloc|kzalloc|vmalloc|alloca|av_malloc|OPENSSL_malloc|calloc|xcalloc)$/

/** Statements where what stands behind the last element is read or written. */
export function endsReached(c: C, body: CodeNode): Statement[] {
	if (!/alloc|\bnew\b/.test(textOf(c, body))) return []
	const given = givenOnce(c, body)
	const rooms: Room[] = []
	for (const [begin, value] of given) {
		const count = value && countIn(c, value, begin, body)
		if (count !== undefined) rooms.push({ begin, count })
	}
	if (rooms.length === 0) return []
	const found = new Set<CodeNode>()
	for (const room of rooms) {
		const ends = new Set([`${room.begin}+${room.count}`, `&${room.begin}[${room.count}]`])
		const named = [...given].flatMap(([name, value]) =>
			value && name !== room.begin && ends.has(flat(c, value)) ? [name] : [],
		)
		for (const end of named) for (const it of readsOf(c, body, end, room.count)) found.add(it)
		for (const it of loopsTo(c, body, room, named)) found.add(it)
	}
	return [...found].map((it) => ({ kind: 'expression', expression: intrinsic('endReached', it), ...spanOf(it) }))
}

/** Without blanks and brackets around sums. */
function flat(c: C, node: CodeNode): string {
	return plainText(c, bare(node) ?? node).replace(/[()]/g, '')
}

/** What gets its only value in a function, and which: nothing moves it on, and nobody has its address. */
function givenOnce(c: C, body: CodeNode): ReadonlyMap<string, CodeNode | undefined> {
	const all = new Map<string, CodeNode | undefined>()
	const lost = new Set<string>()
	each(body, (it) => {
		if (it.kind === 'lambda_expression') return false
		const given = givenIn(it)
		// `*end = 0` leaves the pointer where it is.
		if (given && (it.kind === 'init_declarator' || !plainText(c, given.target).startsWith('*'))) {
			const name = plainText(c, given.target).replace(/^[*&]+/, '')
			if (all.has(name) || (it.kind !== 'init_declarator' && operatorIn(c, it) !== '=')) lost.add(name)
			all.set(name, given.value)
		}
		if (it.kind === 'update_expression') lost.add(plainText(c, childOf(it, 'argument') ?? it))
		if (it.kind === 'pointer_expression' && operatorIn(c, it) === '&')
			lost.add(plainText(c, childOf(it, 'argument') ?? it))
		return true
	})
	for (const it of lost) all.delete(it)
	return all
}

/** How many elements an allocation has room for, in elements of the pointer. */
function countIn(c: C, value: CodeNode, begin: string, body: CodeNode): string | undefined {
	const at = bare(value)
	if (at?.kind === 'new_expression') {
		const many = childOf(at, 'declarator')
		const length = many && childOf(many, 'length')
		return length && !childOf(at, 'placement') ? onlyNames(flat(c, length)) : undefined
	}
	if (at?.kind !== 'call_expression' || !allocating.test(calledName(c, at))) return undefined
	const [first, second] = argumentNodes(at)
	if (!first) return undefined
	if (/calloc$/.test(calledName(c, at)))
		return second && /^sizeof\b/.test(plainText(c, second)) ? onlyNames(flat(c, first)) : undefined
	const product = bare(first)
	if (product?.kind === 'binary_expression' && operatorIn(c, product) === '*') {
		const sides = [childOf(product, 'left'), childOf(product, 'right')]
		const size = sides.findIndex((it) => it && /^sizeof\b/.test(plainText(c, it)))
		const other = size < 0 ? undefined : sides[1 - size]
		return other && onlyNames(flat(c, other))
	}
	return isOfBytes(c, begin, body) ? onlyNames(flat(c, first)) : undefined
}

/** Of names and small sums only: what is called may give another number each time. */
function onlyNames(text: string): string | undefined {
	return /^[A-Za-z_][\w.]*(?:->[\w.]+)*(?:[+-]\w+)*$/.test(text) && !/sizeof/.test(text) ? text : undefined
}

function isOfBytes(c: C, begin: string, body: CodeNode): boolean {
	const [place] = nodesOf(body, new Set(['identifier', 'field_expression'])).filter((it) => plainText(c, it) === begin)
	const type = place && typeOf(c, place)
	if (type?.form === 'pointer') return type.to.form === 'plain' && type.to.size === 1
	return new RegExp(`\\b(?:char|u?int8_t|u8|byte|BYTE)\\s*\\*\\s*${begin.replace(/[^\w]/g, '')}\\b`).test(
		textOf(c, body),
	)
}

const looking: ReadonlySet<string> = new Set(['pointer_expression', 'subscript_expression'])

/** Where what an end leads to is looked at, or what is behind it. */
function readsOf(c: C, body: CodeNode, end: string, count: string): readonly CodeNode[] {
	return nodesOf(body, looking, false).filter((it) => {
		const inner = bare(childOf(it, 'argument'))
		if (!inner) return false
		const text = flat(c, inner)
		if (it.kind === 'subscript_expression') {
			const index = bare(childOf(it, 'index') ?? namedChildren(childOf(it, 'indices') ?? it)[0])
			return text === end && index !== undefined && /^\d+$/.test(plainText(c, index))
		}
		if (operatorIn(c, it) !== '*' || !text.startsWith(end)) return false
		const rest = text.slice(end.length)
		return rest === '' || /^(?:\+\d+)+$/.test(rest) || (rest.startsWith(`+${count}`) && !rest.includes('-'))
	})
}

const loops: ReadonlySet<string> = new Set(['for_statement', 'while_statement'])

/** Where a loop comes to the end itself, `p <= end` or `i <= count`, and looks at what is there. */
function loopsTo(c: C, body: CodeNode, { begin, count }: Room, ends: readonly string[]): readonly CodeNode[] {
	return nodesOf(body, loops, false).flatMap((loop) => {
		const condition = childOf(loop, 'condition')
		const inner = childOf(loop, 'body')
		const [only, ...others] = condition ? comparisonsIn(c, condition, true) : []
		const operator = only ? operatorIn(c, only) : ''
		if (!only || others.length > 0 || !inner || !/^[<>]=$/.test(operator)) return []
		const sides = [bare(childOf(only, 'left')), bare(childOf(only, 'right'))]
		const [at, bound] = operator === '<=' ? sides : sides.reverse()
		if (at?.kind !== 'identifier' || !bound) return []
		const name = textOf(c, at)
		const limit = flat(c, bound)
		// Who asks for the end in the loop, or leaves it there, has thought of it.
		const isAsked = comparisonsIn(c, inner, true).some((it) => textOf(c, it).includes(name))
		if (isAsked || /\b(?:break|return|goto)\b/.test(textOf(c, inner)) || !stepsByOne(c, loop, name)) return []
		const isPointer = ends.includes(limit) || limit === `${begin}+${count}`
		const isIndex = limit === count || ends.some((end) => limit === `${end}-${begin}`)
		if (!isPointer && !isIndex) return []
		const place = nodesOf(inner, looking, false).find((it) => {
			const text = flat(c, bare(childOf(it, 'argument')) ?? it)
			if (it.kind === 'pointer_expression')
				return (
					operatorIn(c, it) === '*' && (isPointer ? text === name || text === `${name}++` : text === `${begin}+${name}`)
				)
			const index = bare(childOf(it, 'index') ?? namedChildren(childOf(it, 'indices') ?? it)[0])
			return (
				index !== undefined &&
				(isPointer ? text === name && plainText(c, index) === '0' : text === begin && plainText(c, index) === name)
			)
		})
		return place ? [place] : []
	})
}

function stepsByOne(c: C, loop: CodeNode, name: string): boolean {
	let steps = 0
	let isOther = false
	each(loop, (it) => {
		if (it.kind === 'update_expression' && plainText(c, childOf(it, 'argument') ?? it) === name)
			if (textOf(c, it).includes('++')) steps++
			else isOther = true
		if (
			it.kind === 'assignment_expression' &&
			plainText(c, childOf(it, 'left') ?? it) === name &&
			it.start > (childOf(loop, 'condition')?.start ?? 0)
		)
			isOther = true
		return true
	})
	return steps === 1 && !isOther
}
