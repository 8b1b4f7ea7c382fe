import type { factsOf } from './facts.ts'
import { maskOf } from './taint.ts'
import type { Value } from './value.ts'

/** A number that is below a limit is no danger by its size. */
export function sizeFacts(operator: string, left: Value, right: Value, isSigned: boolean): ReturnType<typeof factsOf> {
	const isBelow = operator === '<' || operator === '<='
	if (isLimit(right)) return sizesOf(left, isBelow, isSigned)
	return isLimit(left) ? sizesOf(right, !isBelow, isSigned) : []
}

const ofSizes = maskOf(['size'])

/** Nobody else chose it, or no larger than something that is there, such as the number of bytes that were read. */
function isLimit({ taint }: Value): boolean {
	return taint.every(({ clean }) => (clean & ofSizes) !== 0)
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
