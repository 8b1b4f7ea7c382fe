import { factsOf, hostFacts, keyFacts, withFacts } from '../checks/facts.ts'
import { deepTaints, knownItems } from '../items.ts'
import { partsFacts } from '../texts/splitParts.ts'
import { boolean, constant, constantOf, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'

/** A struct or an array that is assigned is another one from then on; what it points to is not. */
export function copyOf({ machine, values }: GlobalCall): Value | undefined {
	const [value] = values.positional
	if (!value) return undefined
	const objects = value.objects.map((id) => {
		const state = machine.store.object(id)
		if (!state || (state.form !== 'instance' && state.form !== 'list')) return id
		const copy = machine.newObject(state.form)
		machine.store.set(copy, { ...state, fields: new Map(state.fields) })
		return copy
	})
	return { ...value, objects }
}

/** `slices.Contains(list, item)`: of a list that is known, it says what the item is. */
export function containsOf({ machine, values }: GlobalCall): Value | undefined {
	const [list, item] = values.positional
	const parts = list && item ? partsFacts(item, list, true) : []
	if (parts.length > 0) return withFacts(parts, boolean)
	const items = list && knownItems(machine, list)
	// A list of settings is the program's own, too.
	if (list && item && !items && list.taint.length === 0 && deepTaints(machine, list).length === 0)
		return withFacts(keyFacts(item), boolean)
	if (!items || !item || !items.every(({ value }) => value.constants !== undefined && value.taint.length === 0))
		return undefined
	const wanted = constantOf(item)
	if (wanted !== undefined && item.taint.length === 0)
		return constant(items.some(({ value }) => value.constants?.includes(wanted)))
	return withFacts([...factsOf(item.taint, true), ...hostFacts(item, true)], boolean)
}
