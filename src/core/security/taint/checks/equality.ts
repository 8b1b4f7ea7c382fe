import { partFacts } from '../texts/splitParts.ts'
import { boolean, constantOf, unknown, type Value } from '../value.ts'
import { cleanedAlready, factsOf, hostFacts, withFacts } from './facts.ts'

/** Whether two values are equal, and what follows for data that equals a text. */
export function compare(a: Value, b: Value): Value {
	const [one, other] = [constantOf(a), constantOf(b)]
	if (one !== undefined && other !== undefined && a.taint.length === 0 && b.taint.length === 0)
		return { ...unknown, constants: [one === other] }
	if (typeof one === 'string' && a.taint.length === 0)
		return withFacts([...factsOf(b.taint, true), ...hostFacts(b, true), ...partFacts(b, a, true)])
	if (typeof other === 'string' && b.taint.length === 0)
		return withFacts([...factsOf(a.taint, true), ...hostFacts(a, true), ...partFacts(a, b, true)])
	const same = cleanedAlready(a.taint, b.taint, true)
	return same.length === 0 ? boolean : withFacts(same)
}
