import type { Expression } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { readField, writeField } from '../fields.ts'
import { newList } from '../items.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { constant, constantOf, joinValues, nothing, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'

/** `getattr(object, 'name', default)` */
export function getAttribute({ machine, values, at }: GlobalCall): Value | undefined {
	const [object, key, fallback] = values.positional
	const name = key && constantOf(key)
	if (object && typeof name !== 'string' && machine.language === 'python')
		return chosenMethod(machine, object, values, at)
	const isKnown = object?.paths.some((it) => !it.startsWith('?')) === true
	if (!object || typeof name !== 'string' || (object.objects.length === 0 && object.classes.length === 0 && !isKnown))
		return undefined
	const value = readField(machine, object, name, at)
	const isThere = value.objects.length + value.functions.length + value.taint.length + value.paths.length > 0
	return isThere || value.constants || !fallback ? value : fallback
}

/** `getattr(self, 'on_' + kind)`: one of the methods whose name begins so. */
function chosenMethod(machine: Machine, object: Value, { written }: ArgumentValues, at: CodeSpan): Value | undefined {
	const begin = beginOf(written[1]?.value)
	if (begin === undefined || begin.length < shortestBegin) return undefined
	let found: Value | undefined
	for (const id of object.objects) {
		const methods = machine.store.object(id)?.class?.class.methods ?? []
		for (const { name } of methods.filter((it) => it.name?.startsWith(begin)).slice(0, mostChosen)) {
			const method = readField(machine, object, name ?? '', at, true)
			found = found ? joinValues(found, method) : method
		}
	}
	return found
}

function beginOf(name: Expression | undefined): string | undefined {
	const first =
		name?.kind === 'binary' && name.operator === '+' ? name.left : name?.kind === 'template' ? name.parts[0] : undefined
	return first?.kind === 'constant' && typeof first.value === 'string' ? first.value : undefined
}

const shortestBegin = 2
/** As many as a value may be functions. */
const mostChosen = 6

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
