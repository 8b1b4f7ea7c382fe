import type { Machine } from '../machine.ts'
import { maskOf } from '../taint.ts'
import type { Value } from '../value.ts'
import { checkedMask, type factsOf } from './facts.ts'

/** A number that is below a limit is no danger by its size. */
export function sizeFacts(
	machine: Machine,
	operator: string,
	left: Value,
	right: Value,
	isSigned: boolean,
): ReturnType<typeof factsOf> {
	const isBelow = operator === '<' || operator === '<='
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
