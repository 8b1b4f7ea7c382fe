import type { factsOf } from './facts.ts'
import { maskOf } from './taint.ts'
import type { Value } from './value.ts'

/** A number that is below a limit is no danger by its size. */
export function sizeFacts(operator: string, left: Value, right: Value, isSigned: boolean): ReturnType<typeof factsOf> {
	const isBelow = operator === '<' || operator === '<='
	if (right.taint.length === 0) return sizesOf(left, isBelow, isSigned)
	return left.taint.length === 0 ? sizesOf(right, !isBelow, isSigned) : []
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
