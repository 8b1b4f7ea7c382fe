import { negated } from './facts.ts'
import { ofAllItems } from './splitParts.ts'
import type { Fact, Value } from './value.ts'

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
		if (!it.when) return []
		let { mask } = it
		for (const { facts: others } of more)
			mask &= others.reduce((all, other) => (other.when && other.root === it.root ? all | other.mask : all), 0)
		return mask === 0 ? [] : [{ ...it, mask }]
	})
	return isNone ? [...negated(facts), ...negated(ofAll)] : [...facts, ...ofAll]
}

/** Whether it gives items as they are, and takes a test to choose them by. */
export function choosesItems(name: string): boolean {
	return /^(?:filter|takeWhile|dropWhile)$/.test(name)
}
