import { readField, writeField } from '../fields.ts'
import { newList } from '../items.ts'
import { constant, constantOf, nothing, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'

/** `getattr(object, 'name', default)` */
export function getAttribute({ machine, values, at }: GlobalCall): Value | undefined {
	const [object, key, fallback] = values.positional
	const name = key && constantOf(key)
	const isKnown = object?.paths.some((it) => !it.startsWith('?')) === true
	if (!object || typeof name !== 'string' || (object.objects.length === 0 && object.classes.length === 0 && !isKnown))
		return undefined
	const value = readField(machine, object, name, at)
	const isThere = value.objects.length + value.functions.length + value.taint.length + value.paths.length > 0
	return isThere || value.constants || !fallback ? value : fallback
}

/** `setattr(object, 'name', value)` */
export function setAttribute({ machine, values, at }: GlobalCall): Value | undefined {
	const [object, key, value] = values.positional
	const name = key && constantOf(key)
	if (!object || !value || typeof name !== 'string' || object.objects.length === 0) return undefined
	writeField(machine, object, name, value, at)
	return nothing
}

/** `delattr(object, 'name')` */
export function deleteAttribute({ machine, values }: GlobalCall): Value | undefined {
	const [object, key] = values.positional
	const name = key && constantOf(key)
	if (!object || typeof name !== 'string') return undefined
	for (const id of object.objects) machine.store.ownObject(id)?.fields.delete(name)
	return nothing
}

const mostCounted = 12

/** `range(…)` of numbers that are known. */
export function rangeOf({ machine, values }: GlobalCall): Value | undefined {
	if (machine.language !== 'python') return undefined
	const numbers = values.positional.map(constantOf)
	if (values.rest || numbers.length === 0 || !numbers.every((it) => typeof it === 'number')) return undefined
	const [first = 0, second, step = 1] = numbers as number[]
	const from = second === undefined ? 0 : first
	const to = second ?? first
	const count = step === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil((to - from) / step))
	if (!(count <= mostCounted)) return undefined
	return newList(
		machine,
		Array.from({ length: count }, (_, at) => constant(from + at * step)),
	)
}
