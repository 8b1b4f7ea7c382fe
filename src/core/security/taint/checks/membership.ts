import { knownItems } from '../items.ts'
import type { Machine } from '../machine.ts'
import { maskOfSigns } from '../texts/matchedText.ts'
import { partsFacts } from '../texts/splitParts.ts'
import { boolean, constant, constantOf, type Value } from '../value.ts'
import { configuredFacts } from './configured.ts'
import { factsOf, hostFacts, keyFacts, localFacts, maskWithout, withFacts } from './facts.ts'

/** `item in container`. @param folded what it comes to where both are known */
export function membership(machine: Machine, item: Value, container: Value, isIn: boolean, folded: Value): Value {
	if (folded.constants?.length === 1 && item.taint.length === 0) return folded
	const text = constantOf(item)
	// A text that must not occur in the data: where it does not, the data is safe for what the text is needed for.
	if (typeof text === 'string' && container.taint.length > 0)
		return withFacts([...factsOf(container.taint, !isIn, maskWithout(text)), ...partsFacts(item, container, isIn)])
	const signs = container.taint.length === 0 ? constantOf(container) : undefined
	if (typeof signs === 'string' && signs !== '' && item.taint.length > 0)
		return withFacts(factsOf(item.taint, isIn, maskOfSigns(signs)))
	const items = knownItems(machine, container)
	// `_, ok := allowed[name]` of Go, `in_array($name, $this->allowed)` of PHP, where it is not known what is allowed.
	if (
		!items &&
		(machine.language === 'go' || machine.language === 'php') &&
		isIn &&
		!hasForeignKeys(machine, container)
	)
		return withFacts(keyFacts(item))
	// `urlsplit(address).hostname in settings.HOSTS`: hosts that somebody else than the client named.
	if (!items && machine.language === 'python' && container.paths.length > 0 && !hasForeignKeys(machine, container))
		return withFacts(hostFacts(item, isIn))
	if (!items) return withFacts(configuredFacts(machine, item, container, isIn))
	const isMap = container.objects.some(
		(id) => machine.store.object(id)?.form === 'map' || machine.store.object(id)?.form === 'object',
	)
	const members = items.map((it) => (isMap ? it.key : it.value))
	if (!members.every((it) => it.constants !== undefined && it.taint.length === 0)) return boolean
	const wanted = constantOf(item)
	if (wanted !== undefined && item.taint.length === 0)
		return constant(members.some((it) => it.constants?.includes(wanted)) === isIn)
	// `target[1] in '/\\'`, one by one.
	const local = members.filter((it) => constantOf(it) === '\\').flatMap((it) => localFacts(item, it, isIn))
	return withFacts([...factsOf(item.taint, isIn), ...hostFacts(item, isIn), ...local])
}

/** Whether data of somebody else may have become one of the keys. */
function hasForeignKeys(machine: Machine, { taint, objects }: Value): boolean {
	return taint.length > 0 || objects.some((id) => (machine.store.object(id)?.keys.taint.length ?? 0) > 0)
}
