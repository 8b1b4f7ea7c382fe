import type { Argument } from '../../ir/ir.ts'
import { checkProperty } from '../finds.ts'
import { itemsOf, keysOf, knownItems, knownStart } from '../items.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { constantOf, joinValues, type Value } from '../value.ts'

export function evaluateArguments(machine: Machine, written: readonly Argument[]): ArgumentValues {
	const positional: Value[] = []
	const keywords = new Map<string, Value>()
	let rest: Value | undefined
	let names: Value | undefined
	for (const argument of written) {
		const value = machine.evaluate(argument.value)
		if (argument.keyword !== undefined) {
			keywords.set(argument.keyword, value)
			checkProperty(machine, argument.keyword, value, argument)
		} else if (argument.spread === 'map') {
			const known = knownItems(machine, value)
			for (const it of known ?? []) keywords.set(String(constantOf(it.key)), it.value)
			if (!known) {
				rest = rest ? joinValues(rest, itemsOf(machine, value, argument)) : itemsOf(machine, value, argument)
				names = names ? joinValues(names, keysOf(machine, value)) : keysOf(machine, value)
			}
		} else if (argument.spread === 'list') {
			const known = rest ? undefined : knownItems(machine, value)
			if (known) for (const it of known) positional.push(it.value)
			else {
				const start = rest ? undefined : knownStart(machine, value)
				if (start) positional.push(...start.items)
				const items = start?.rest ?? itemsOf(machine, value, argument)
				rest = rest ? joinValues(rest, items) : items
			}
		} else positional.push(value)
	}
	return { positional, keywords, rest, written, ...(names && { names }) }
}
