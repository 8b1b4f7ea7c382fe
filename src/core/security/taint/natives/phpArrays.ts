import type { Machine } from '../machine.ts'
import type { ObjectState } from '../store.ts'
import { derived, joinTaints, type Taint } from '../taint.ts'
import { joinValues, unknown, type Value, withTaint } from '../value.ts'
import type { GlobalCall } from './native.ts'

/** Arrays as one, where what a later one has under a key takes the place of what an earlier one has: `$later + $earlier`. */
export function united(machine: Machine, arrays: readonly Value[]): Value {
	const id = machine.newObject('map')
	const made = machine.store.ownObject(id) as ObjectState
	let taints: readonly Taint[] = []
	for (const array of arrays) {
		taints = joinTaints(taints, array.taint)
		for (const one of array.objects) {
			const state = machine.store.object(one)
			for (const [name, value] of state?.fields ?? []) made.fields.set(name, value)
			if (state && state.other !== unknown) made.other = joinValues(made.other, state.other)
			if (state?.isOpen) made.isOpen = true
		}
	}
	return withTaint({ ...unknown, objects: [id] }, derived(taints))
}

/** `array_merge($defaults, $given)`, `wp_parse_args($given, $defaults)` of arrays with names, whose keys are all known. */
export function merged({ machine, path, values: { positional, rest } }: GlobalCall): Value | undefined {
	const areKnown = positional.every(
		({ objects, taint }) => taint.length === 0 && objects.length === 1 && isNamed(machine, objects[0] as number),
	)
	if (machine.language !== 'php' || rest || positional.length < 2 || !areKnown) return undefined
	return united(machine, path === 'wp_parse_args' ? [...positional].reverse() : positional)
}

function isNamed(machine: Machine, id: number): boolean {
	const state = machine.store.object(id)
	return state?.form === 'map' && !state.isOpen && state.other === unknown
}
