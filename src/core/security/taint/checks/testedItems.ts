import { cleaned } from '../taint.ts'
import { isOfItem, ofAllItems } from '../texts/splitParts.ts'
import { type Fact, onlyTaint, type Value } from '../value.ts'
import { negated } from './facts.ts'

const anyOf = /^(?:anyMatch|some|any\?|Any)$/
const allOf = /^(?:allMatch|every|all\?|All)$/
const noneOf = /^(?:noneMatch|none\?)$/

/** `hosts.stream().anyMatch(host::equals)` says of the host what the test says of it for one item at least. */
export function factsOfTests(name: string, results: readonly Value[]): readonly Fact[] {
	const isNone = noneOf.test(name)
	const [first, ...more] = results
	// Where every item is so, or none.
	const isAll = allOf.test(name)
	const ofAll = first ? ofAllItems(first.facts.filter((it) => it.when === isAll)) : []
	if (isAll) return ofAll
	if (!first || (!isNone && !anyOf.test(name))) return []
	const facts = first.facts.flatMap((it) => {
		// That one item is so says nothing of the others.
		if (!it.when || isOfItem(it)) return []
		let { mask } = it
		for (const { facts: others } of more)
			mask &= others.reduce((all, other) => (other.when && other.root === it.root ? all | other.mask : all), 0)
		return mask === 0 ? [] : [{ ...it, mask }]
	})
	return isNone ? [...negated(facts), ...negated(ofAll)] : [...facts, ...ofAll]
}

const choosing = /^(?:filter|array_filter|takeWhile|Where|TakeWhile|select)$/

/** Whether it asks something of each item. */
export function asksItems(name: string): boolean {
	return anyOf.test(name) || allOf.test(name) || noneOf.test(name) || choosing.test(name)
}

/** Items that were chosen by a test are what the test says of one. */
export function chosenBy(name: string, results: readonly Value[], items: Value): Value {
	const [tested, more] = results
	if (!choosing.test(name) || !tested || more || items.taint.length === 0) return items
	const facts = ofAllItems(tested.facts.filter((it) => it.when))
	if (facts.length === 0) return items
	return onlyTaint(
		items,
		items.taint.flatMap((it) => {
			const mask = facts.reduce((all, fact) => (fact.root === it.root ? all | fact.mask : all), 0)
			return cleaned([it], mask)
		}),
	)
}

/** Whether it gives items as they are, and takes a test to choose them by. */
export function choosesItems(name: string): boolean {
	return /^(?:filter|takeWhile|dropWhile)$/.test(name)
}
