import type { ArgumentValues, Machine } from './machine.ts'
import type { ClassValue, FunctionValue, Value } from './value.ts'

/** Of several methods of one name so many are looked at. */
const mostMeant = 3

export function addExtensions(machine: Machine, home: ClassValue): void {
	for (const method of home.class.methods) {
		if (!method.isExtension || method.name === undefined) continue
		const { unit } = home.frame
		const named = machine.extensions.get(unit) ?? new Map<string, FunctionValue[]>()
		machine.extensions.set(unit, named)
		const known = named.get(method.name)
		const made = { function: method, frame: home.frame, self: undefined, home }
		if (known) known.push(made)
		else named.set(method.name, [made])
	}
}

/**
 * The functions of the file that `receiver.name(…)` calls with the receiver as their first argument. A method that the receiver has itself
 * goes before them.
 */
export function extensionsFor(
	machine: Machine,
	target: Value,
	name: string,
	{ positional, keywords }: ArgumentValues,
): readonly FunctionValue[] {
	const named = machine.extensions.get(machine.frame.unit)?.get(name)
	if (!named || target.functions.length > 0 || target.classes.length > 0) return []
	if (target.paths.some((it) => !it.startsWith('?') && machine.rules.calls.lookUp(it).length > 0)) return []
	const count = positional.length + keywords.size + 1
	const fitting = named.filter(({ function: { parameters } }) => {
		const least = parameters.filter((it) => it.initial === undefined && it.rest === undefined).length
		return count >= least && (count <= parameters.length || parameters.some((it) => it.rest !== undefined))
	})
	return fitting.slice(0, mostMeant)
}

/** The arguments, with what the method is called on in front. */
export function withReceiver(values: ArgumentValues, receiver: Value): ArgumentValues {
	return { ...values, positional: [receiver, ...values.positional], written: [] }
}
