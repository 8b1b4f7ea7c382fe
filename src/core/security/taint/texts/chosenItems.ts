import { knownItems } from '../items.ts'
import type { Machine } from '../machine.ts'
import { derived } from '../taint.ts'
import { constantOf, type Value, withTaint } from '../value.ts'

/** Signs of an alphabet are short; longer texts are what was there before, such as one of several keys. */
const longestSign = 2

/**
 * A sign that a number chose out of an alphabet can be guessed where the number can. That somebody else chose it makes it no data of his: it is
 * one of those that are there. In Ruby, where the list may be a range, it counts for any list.
 */
export function chosenBy(machine: Machine, from: Value, index: Value, item: Value): Value {
	if (index.taint.length === 0) return item
	const guessable = index.taint.filter((it) => it.kind === 'unsafe')
	const isSign = guessable.length > 0 && (machine.language === 'ruby' || isAlphabet(machine, from))
	return isSign ? withTaint(item, derived(guessable)) : item
}

/**
 * What a key of somebody else leads to may be what all objects come from: `object.__proto__`. Rules name it `?[]`, as nothing else is known of it.
 */
export function reachedBy(machine: Machine, from: Value, index: Value, item: Value): Value {
	if (machine.language !== 'javascript' || !index.taint.some((it) => it.kind === 'remote')) return item
	if (from.objects.some((id) => machine.store.object(id)?.form !== 'object')) return item
	return { ...item, paths: [...item.paths, '?[]'] }
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
