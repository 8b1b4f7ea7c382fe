import type { CodeSpan } from '../../tree/codeNode.ts'
import { itemsOf, newBag, newList } from '../items.ts'
import type { Machine } from '../machine.ts'
import { joinValues, onlyTaint, unknown, type Value, withTaint } from '../value.ts'
import { callWith } from './callbacks.ts'
import type { GlobalCall } from './native.ts'

/**
 * `useState(initial)` of React: what the setter is called with later, the variable of before is then. It may be a list or any other
 * object, or none yet: what is known of that would only be known of the beginning.
 */
export function stateOf({ machine, values, at }: GlobalCall): Value | undefined {
	if (machine.language !== 'javascript') return undefined
	const [initial] = values.positional
	const first = initial && initial.functions.length > 0 ? callWith(machine, initial, [], at) : (initial ?? unknown)
	const list = newBag(machine, unknown)
	const object = machine.newObject('object', { isOpen: true })
	const objects = [...first.objects, ...list.objects, object]
	const id = machine.newObject('object')
	const state: Value = { ...first, constants: undefined, objects }
	machine.store.ownObject(id)?.fields.set('@state', state)
	const setter: Value = { ...unknown, functions: [{ native: 'state', object: id }] }
	// A switch that is on or off holds nothing that anybody else could have written.
	const isSwitch = first.constants?.some((it) => typeof it === 'boolean' || typeof it === 'number')
	return newList(machine, [isSwitch ? { ...first, constants: undefined } : state, setter])
}

/** `setText(value)`, `setLines((before) => [...before, value])`. */
export function setState(machine: Machine, id: number, given: Value, at: CodeSpan): void {
	const state = machine.store.object(id)?.fields.get('@state')
	if (!state) return
	const value = given.functions.length > 0 ? callWith(machine, given, [state], at) : given
	for (const of of state.objects) {
		const own = machine.store.ownObject(of)
		if (!own) continue
		let held = own.form === 'list' && value.objects.length > 0 ? itemsOf(machine, onlyTaint(value, []), at) : unknown
		if (own.form !== 'list')
			for (const it of value.objects) {
				if (it === of) continue
				const other = machine.store.object(it)
				for (const [name, field] of other?.fields ?? []) {
					const before = own.fields.get(name)
					own.fields.set(name, before ? joinValues(before, field) : field)
				}
				if (other) held = joinValues(held, other.other)
			}
		own.other = joinValues(own.other, withTaint(held, value.taint))
		own.isOpen = true
	}
}

/** `ref(initial)` of Vue: its `value` is assigned later. */
export function refOf({ machine, values }: GlobalCall): Value | undefined {
	if (machine.language !== 'javascript') return undefined
	const [initial] = values.positional
	const id = machine.newObject('object', { isOpen: true })
	machine.store.ownObject(id)?.fields.set('value', { ...(initial ?? unknown), constants: undefined })
	return { ...unknown, objects: [id] }
}
