import { memoryOf, reportMemory } from '../memory/memory.ts'
import { checkGiven, giveAway } from '../memory/views.ts'
import { constantOf, unknown, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'

/** An owner will delete it in one way, whichever it was made in. */
export function releasedAs({ machine, values, at }: GlobalCall): Value {
	const [value = unknown, way = unknown] = values.positional
	const how = constantOf(way)
	const isOther = (id: number): boolean => {
		const made = memoryOf(machine, id)?.made
		return made !== undefined && made !== how
	}
	if (value.objects.length > 0 && value.objects.every(isOther)) reportMemory(machine, 'freeOtherwise', at)
	return value
}

/** What a variable holds is given away; it holds nothing that can be told from here on. */
export function moved({ machine, values }: GlobalCall): Value {
	const [written] = values.written
	const cell = written?.value.kind === 'name' ? machine.cellOf(written.value) : undefined
	if (cell !== undefined) giveAway(machine, cell)
	return values.positional[0] ?? unknown
}

/** A variable that was given away further up is used. */
export function live({ machine, values, at }: GlobalCall): Value {
	const [written] = values.written
	const cell = written?.value.kind === 'name' ? machine.cellOf(written.value) : undefined
	if (cell !== undefined) checkGiven(machine, cell, at)
	return values.positional[0] ?? unknown
}
