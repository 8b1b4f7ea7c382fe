import type { ArgumentValues, Machine } from '../machine.ts'
import { runUnit } from '../units.ts'
import type { ClassValue, FunctionValue, Value } from '../value.ts'

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
 * The functions of the program that `receiver.name(…)` calls with the receiver as their first argument: those of the file, else those of
 * files that it sees. A method that the receiver has itself goes before them.
 */
export function extensionsFor(
	machine: Machine,
	target: Value,
	receiver: Value,
	name: string,
	{ positional, keywords }: ArgumentValues,
): readonly FunctionValue[] {
	if (target.functions.length > 0 || target.classes.length > 0) return []
	const named = machine.extensions.get(machine.frame.unit)?.get(name) ?? elsewhere(machine, name)
	if (named.length === 0) return []
	if (target.paths.some((it) => !it.startsWith('?') && machine.rules.calls.lookUp(it).length > 0)) return []
	const count = positional.length + keywords.size + 1
	const fitting = named.filter(({ function: { parameters } }) => {
		const least = parameters.filter((it) => it.initial === undefined && it.rest === undefined).length
		if (count < least || (count > parameters.length && parameters.every((it) => it.rest === undefined))) return false
		return extendsIts(machine, receiver, parameters[0]?.type)
	})
	return fitting.slice(0, mostMeant)
}

function elsewhere(machine: Machine, name: string): readonly FunctionValue[] {
	const units = machine.program.extending(machine.unit, name)
	for (const unit of units) runUnit(machine, unit)
	return units.flatMap((unit) => machine.extensions.get(unit)?.get(name) ?? [])
}

/** An object of one of the program's classes has the extensions of that class, of what it comes from and of all types only. */
function extendsIts(machine: Machine, { objects }: Value, type: string | undefined): boolean {
	const word = type?.slice(type.lastIndexOf('.') + 1)
	if (word === undefined || /^(?:object|Object|\p{Lu})$/u.test(word)) return true
	return objects.every((id) => {
		const of = machine.store.object(id)?.class
		return of === undefined || of.class.name === word || of.bases.length > 0
	})
}

/** The arguments, with what the method is called on in front. */
export function withReceiver(values: ArgumentValues, receiver: Value): ArgumentValues {
	return { ...values, positional: [receiver, ...values.positional], written: [] }
}
