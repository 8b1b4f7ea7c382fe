import { factsOf, hostFacts, withFacts } from '../checks/facts.ts'
import { factsOfTests } from '../checks/testedItems.ts'
import { itemsOf, knownItems } from '../items.ts'
import { derived, fieldTaints, stepped } from '../taint.ts'
import { constantOf, unknown, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'

type Global = (call: GlobalCall) => Value | undefined

/** `strings.HasSuffix(u.Hostname(), ".example.com")`: nobody else has a host of that end. */
export const endsHost: Global = ({ values: { positional } }) => {
	const [host, end] = positional
	const suffix = end && constantOf(end)
	const facts = host && typeof suffix === 'string' && /^\.[\w-]+\./.test(suffix) ? hostFacts(host, true) : []
	return facts.length === 0 ? undefined : withFacts(facts)
}

/** `parse_url($address, PHP_URL_HOST)` */
export const addressPart: Global = ({ machine, values: { positional }, at }) => {
	const [address, which] = positional
	const [, name] = /(?:^|\.)PHP_URL_(HOST|SCHEME)$/.exec(which?.paths[0] ?? '') ?? []
	if (!address || name === undefined || address.taint.length === 0) return undefined
	const place = machine.place(at)
	const taint = fieldTaints(derived(address.taint), name.toLowerCase())
	return { ...unknown, taint: taint.map((it) => stepped(it, place, 'step', 'parse_url()')) }
}

/** What is a name in an object of constants is one of those names. */
export function hasOwn({ machine, values: { positional } }: GlobalCall): Value | undefined {
	const [object, name] = positional
	const items = object && knownItems(machine, object)
	if (!name || !items?.every(({ key }) => key.constants !== undefined && key.taint.length === 0)) return undefined
	return withFacts(factsOf(name.taint, true))
}

/** `any(part == '..' for part in parts)`: what is so for one item of them, or for all. */
export function ofItems({ machine, path, values, at }: GlobalCall): Value | undefined {
	const [tested] = values.positional
	if (machine.language !== 'python' || !tested) return undefined
	const results = knownItems(machine, tested)?.map(({ value }) => value) ?? [itemsOf(machine, tested, at)]
	const facts = factsOfTests(path === 'any' ? 'some' : 'every', results)
	return facts.length === 0 ? undefined : withFacts(facts)
}
