import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { argumentNodes, bare, calledName, callsIn, comparisonsIn, each, givenIn, plainText } from './cTree.ts'

/*
 * What a kernel reads twice from the memory of a program may be another thing the second time: a length that was checked is no longer the one in the copy.
 */

interface Fetch {
	readonly call: CodeNode
	/** What it is read from: `user` of `&user->length`. */
	readonly from: string
	/** Where it is kept. */
	readonly into: string
	/** The only member that was read, if it is one. */
	readonly member: string | undefined
}

const copying = /^(?:_{0,2}copy_from_user(?:_inatomic)?|raw_copy_from_user|copy_from_sockptr|memcpy_from_msg)$/

/** A statement for each member of a second copy that is used as if it were the one which was looked at. */
export function fetchedTwice(c: C, body: CodeNode): Statement[] {
	if (!/copy_from_|get_user|copyin|memdup_user/.test(textOf(c, body))) return []
	const fetches = callsIn(body).flatMap((it) => fetchOf(c, body, it) ?? [])
	const found: Statement[] = []
	for (const [at, second] of fetches.entries()) {
		if (second.member !== undefined) continue
		const before = fetches.slice(0, at).filter((it) => it.from === second.from && it.into !== second.into)
		const uses = new Set(before.flatMap((it) => usesOf(c, body, it, second)))
		for (const it of uses) found.push({ kind: 'expression', expression: intrinsic('fetchedTwice', it), ...spanOf(it) })
	}
	return found.slice(0, 4)
}

function fetchOf(c: C, body: CodeNode, call: CodeNode): Fetch | undefined {
	const name = calledName(c, call)
	const given = argumentNodes(call)
	const text = (it: CodeNode | undefined): string => (it ? plainText(c, bare(it) ?? it) : '')
	if (copying.test(name)) return read(call, text(given[1]), text(given[0]))
	if (/^_{0,2}(?:unsafe_)?get_user$/.test(name)) return read(call, text(given[1]), text(given[0]))
	if (/^(?:copyin|ddi_copyin)$/.test(name)) return read(call, text(given[0]), text(given[1]))
	if (!/^v?memdup_user(?:_nul)?$/.test(name)) return undefined
	let into: string | undefined
	each(body, (it) => {
		const held = givenIn(it)
		if (held && bare(held.value) === call) into = plainText(c, held.target)
		return true
	})
	return into === undefined ? undefined : read(call, text(given[0]), into)
}

function read(call: CodeNode, from: string, into: string): Fetch | undefined {
	const member = /^&?(\w+)->(\w+)$/.exec(from)
	const root = member?.[1] ?? /^(?:\([^()]*\))*&?(\w+)$/.exec(from)?.[1]
	return root === undefined ? undefined : { call, from: root, into: into.replace(/^[&*]+/, ''), member: member?.[2] }
}

/** Where the copy says again what was looked at before, and nobody has compared the two or put back the first. */
function usesOf(c: C, body: CodeNode, first: Fetch, second: Fetch): readonly CodeNode[] {
	const begin = second.into
	const looked = lookedAt(c, body, first, second)
	const found: CodeNode[] = []
	const settled = new Set<string>()
	for (const it of comparisonsIn(c, body, true))
		if (it.start > second.call.end)
			for (const side of ['left', 'right']) settled.add(plainText(c, bare(childOf(it, side)) ?? it))
	each(body, (it) => {
		if (it.end <= second.call.end) return false
		const given = givenIn(it)
		if (given && it.start > second.call.end) settled.add(plainText(c, given.target))
		if (it.kind !== 'field_expression' || it.start <= second.call.end) return true
		const field = childOf(it, 'field')
		const holder = childOf(it, 'argument')
		if (!field || !holder || plainText(c, holder) !== begin || !looked.has(textOf(c, field))) return true
		if (!settled.has(plainText(c, it))) found.push(it)
		return false
	})
	return found.filter((it) => !settled.has(plainText(c, it)))
}

/** The members of which something depended on the first copy. */
function lookedAt(c: C, body: CodeNode, first: Fetch, second: Fetch): ReadonlySet<string> {
	if (first.member !== undefined) return new Set([first.member])
	const found = new Set<string>()
	each(body, (it) => {
		if (it.start >= second.call.end) return false
		const field = it.kind === 'field_expression' ? childOf(it, 'field') : undefined
		const holder = childOf(it, 'argument')
		if (field && holder && it.start > first.call.end && plainText(c, holder) === first.into) found.add(textOf(c, field))
		return true
	})
	return found
}
