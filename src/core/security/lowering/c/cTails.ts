import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { argumentNodes, bare, calledName, callsIn, operatorIn, plainText } from './cTree.ts'

/*
 * The rest of a structure from a member on: what is written there begins at the member that its size was computed from.
 */

/** Statements where the rest of a structure is written from a member behind the one that says how large the rest is. */
export function beyondTails(c: C, body: CodeNode): Statement[] {
	if (!/\boffsetof\b/.test(textOf(c, body))) return []
	const found = callsIn(body).filter((call) => {
		if (!/^(?:mem(?:set|p?cpy|move)|bzero|explicit_bzero)$/.test(calledName(c, call))) return false
		const given = argumentNodes(call)
		const rest = restIn(c, given.at(-1))
		const from = rest && memberIn(c, given[0], rest.of)
		const offsets = rest && c.types.structures.get(rest.of)?.offsets
		const begin = from === undefined ? undefined : offsets?.get(from)
		const counted = rest ? offsets?.get(rest.member) : undefined
		return begin !== undefined && counted !== undefined && begin > counted
	})
	return found.map((it) => ({ kind: 'expression', expression: intrinsic('beyondTail', it), ...spanOf(it) }))
}

/** `sizeof(Item) - offsetof(Item, count)` */
function restIn(c: C, node: CodeNode | undefined): { readonly of: string; readonly member: string } | undefined {
	const at = bare(node)
	if (at?.kind !== 'binary_expression' || operatorIn(c, at) !== '-') return undefined
	const whole = /^sizeof\(?(?:struct)?(\w+)\)?$/.exec(plainText(c, bare(childOf(at, 'left')) ?? at))?.[1]
	const part = /^offsetof\((?:struct)?(\w+),(\w+)\)$/.exec(plainText(c, bare(childOf(at, 'right')) ?? at))
	return whole !== undefined && part?.[1] === whole && part[2] ? { of: whole, member: part[2] } : undefined
}

/** `count` of `&item.count`, `&item->count` and, in a method, `&count`. */
function memberIn(c: C, node: CodeNode | undefined, of: string): string | undefined {
	const at = bare(node)
	const inner =
		at?.kind === 'pointer_expression' && operatorIn(c, at) === '&' ? bare(childOf(at, 'argument')) : undefined
	if (inner?.kind === 'identifier') return c.owner === of ? textOf(c, inner) : undefined
	const field = inner?.kind === 'field_expression' ? childOf(inner, 'field') : undefined
	if (!inner || !field) return undefined
	const type = typeOf(c, childOf(inner, 'argument'))
	const held = type?.form === 'pointer' || type?.form === 'reference' ? type.to : type
	return held?.form === 'plain' && held.name.split('.').at(-1) === of ? textOf(c, field) : undefined
}
