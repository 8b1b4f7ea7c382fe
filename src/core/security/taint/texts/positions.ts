import { factsOf, maskWithout, negated, withFacts } from '../checks/facts.ts'
import { constantOf, type Fact, unknown, type Value } from '../value.ts'
import { partsFacts } from './splitParts.ts'

/** Where something stands in a text or list, which is -1 where it is not there. */
const mark = '@position'

/** @param facts what follows where it was found, and where it was not */
export function position(facts: readonly Fact[]): Value {
	return withFacts(facts, { ...unknown, paths: [mark] })
}

/** `name.indexOf('..')`: facts of a text by whether another one is in it. */
export function positionIn(text: Value, part: Value): Value | undefined {
	const known = part.taint.length === 0 ? constantOf(part) : undefined
	if (typeof known !== 'string') return undefined
	return position([...factsOf(text.taint, false, maskWithout(known)), ...partsFacts(part, text, true)])
}

/** `position !== -1`, `position >= 0`: whether it was found. Undefined for what is no such comparison. */
export function comparedPosition(operator: string, left: Value, right: Value): Value | undefined {
	if (left.paths[0] !== mark)
		return right.paths[0] === mark ? comparedPosition(mirrored(operator), right, left) : undefined
	const isFound = outcomeOf(operator, constantOf(right))
	if (isFound === undefined) return undefined
	return withFacts(isFound ? left.facts : negated(left.facts))
}

function mirrored(operator: string): string {
	const [sign = ''] = operator
	return sign === '<' || sign === '>' ? (sign === '<' ? '>' : '<') + operator.slice(1) : operator
}

/** Whether it was found where the comparison holds. */
function outcomeOf(operator: string, limit: unknown): boolean | undefined {
	if (limit === -1) {
		if (operator === '==' || operator === '===' || operator === '<=') return false
		return operator === '!=' || operator === '!==' || operator === '>' ? true : undefined
	}
	if (limit !== 0) return undefined
	return operator === '>=' ? true : operator === '<' ? false : undefined
}
