import type { Machine } from '../machine.ts'
import { maskOf } from '../taint.ts'
import { constantOf, type Value } from '../value.ts'
import { checkedMask, type factsOf, itemOf } from './facts.ts'

/** A number that is below a limit is no danger by its size. */
export function sizeFacts(
	machine: Machine,
	operator: string,
	left: Value,
	right: Value,
	isSigned: boolean,
): ReturnType<typeof factsOf> {
	const isBelow = operator === '<' || operator === '<='
	const signs = [...printable(left, right, isBelow), ...printable(right, left, !isBelow)]
	if (signs.length > 0) return [...signs, ...limits(machine, left, right, isBelow, isSigned)]
	return limits(machine, left, right, isBelow, isSigned)
}

/** `c < ' '`, `c <= 31`: who leaves a loop for these has a text without ends of lines (C). */
function printable(character: Value, limit: Value, isBelow: boolean): ReturnType<typeof factsOf> {
	const code = limit.taint.length === 0 && limit.objects.length === 0 ? constantOf(limit) : undefined
	if (typeof code !== 'number' || code < 14 || code > 64) return []
	return character.taint.map(({ root }) => ({ when: !isBelow, root: itemOf(root), mask: maskOf(['header', 'log']) }))
}

function limits(
	machine: Machine,
	left: Value,
	right: Value,
	isBelow: boolean,
	isSigned: boolean,
): ReturnType<typeof factsOf> {
	if (isLimit(machine, right)) return sizesOf(left, isBelow, isSigned)
	return isLimit(machine, left) ? sizesOf(right, !isBelow, isSigned) : []
}

/** Nobody else chooses it, or it has a limit itself: how much came in is no more than there was room for. */
function isLimit(machine: Machine, { taint }: Value): boolean {
	const size = maskOf(['size'])
	return taint.every((it) => ((it.clean | checkedMask(machine, it)) & size) !== 0)
}

/** Where signs count, a number that is small enough may be below 0, and one that is not small is not. */
function sizesOf({ taint }: Value, isBelow: boolean, isSigned: boolean): ReturnType<typeof factsOf> {
	return taint.flatMap(({ root }) =>
		isSigned
			? [
					{ when: isBelow, root, mask: maskOf(['size']) },
					{ when: !isBelow, root, mask: maskOf(['sign']) },
				]
			: [{ when: isBelow, root, mask: maskOf(['size', 'sign']) }],
	)
}
