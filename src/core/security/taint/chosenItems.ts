import { knownItems } from './items.ts'
import type { Machine } from './machine.ts'
import { constantOf, type Value, withTaint } from './value.ts'

/** Signs of an alphabet are short; longer texts are what was there before, such as one of several keys. */
const longestSign = 2

/**
 * A sign that a number chose out of an alphabet can be guessed where the number can. That somebody else chose it makes it no data of his: it is
 * one of those that are there.
 */
export function chosenBy(machine: Machine, from: Value, index: Value, item: Value): Value {
	if (index.taint.length === 0) return item
	const guessable = index.taint.filter((it) => it.kind === 'unsafe')
	return guessable.length > 0 && isAlphabet(machine, from) ? withTaint(item, guessable) : item
}

function isAlphabet(machine: Machine, { constants, objects, ...from }: Value): boolean {
	if (objects.length === 0) return constants?.every((it) => typeof it === 'string') === true
	return (
		knownItems(machine, { ...from, constants, objects })?.every(({ value }) => {
			const sign = constantOf(value)
			return (typeof sign === 'string' && sign.length <= longestSign) || typeof sign === 'number'
		}) === true
	)
}
