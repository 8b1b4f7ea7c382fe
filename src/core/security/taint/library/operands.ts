import type { Argument } from '../../ir/ir.ts'
import type { Machine } from '../machine.ts'
import { constantOf, type Value } from '../value.ts'
import type { LibraryCall } from './libraryCall.ts'

interface Operand {
	readonly value: Value
	readonly written: Argument | undefined
}

/**
 * What a program is called with that it may take for an option: nothing that stands behind `--`, and not what stands behind an option, which may
 * be its value. The program and its arguments are the first list that is known, or the arguments of the call.
 */
export function operandsOf(machine: Machine, call: LibraryCall): readonly Operand[] {
	const found: Operand[] = []
	let isBehindOption = false
	for (const [at, it] of commandOf(machine, call).entries()) {
		const text = it.value.taint.length === 0 ? constantOf(it.value) : undefined
		if (text === '--') return found
		if (at > 0 && !isBehindOption && text === undefined) found.push(it)
		isBehindOption = typeof text === 'string' && text.startsWith('-') && !text.includes('=')
	}
	return found
}

function commandOf(machine: Machine, { values }: LibraryCall): readonly Operand[] {
	for (const [at, value] of [...values.positional, values.keywords.get('args')].entries()) {
		const items = value && itemsInOrder(machine, value)
		if (items) return items.map((item) => ({ value: item, written: values.written[at] }))
	}
	return values.positional.map((value, at) => ({ value, written: values.written[at] }))
}

/** The items of a list whose order is known. */
function itemsInOrder(machine: Machine, { objects }: Value): readonly Value[] | undefined {
	const state = objects.length === 1 ? machine.store.object(objects[0] as number) : undefined
	if (state?.form !== 'list' || state.length === undefined || state.isOpen) return undefined
	return Array.from({ length: state.length }, (_, at) => state.fields.get(String(at))).filter((it) => it !== undefined)
}
