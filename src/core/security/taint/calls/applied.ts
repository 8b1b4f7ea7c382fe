import type { Call } from '../../ir/ir.ts'
import { itemsOf, knownItems } from '../items.ts'
import { type ArgumentValues, argumentsOf, type Machine, noArguments } from '../machine.ts'
import { type FunctionValue, type NativeFunction, unknown, type Value } from '../value.ts'
import { taskCall } from './laterTasks.ts'

/** A function of a library that is called by way of what all functions have. */
export function isLibraryFunction(
	{ language, rules }: Machine,
	{ paths, objects, classes }: Value,
	name: string,
): boolean {
	if (language !== 'javascript' || (name !== 'call' && name !== 'apply' && name !== 'bind')) return false
	return objects.length === 0 && classes.length === 0 && paths.some((it) => rules.calls.lookUp(it).length > 0)
}

/** `f.call(…)`, `f.apply(…)`, `f.bind(…)`. */
export function applyFunction(
	machine: Machine,
	call: Call,
	receiver: Value,
	name: string,
	values: ArgumentValues,
): Value | undefined {
	if (machine.language === 'python') return taskCall(machine, call, receiver, name, values)
	const [self, ...rest] = values.positional
	if (name === 'call' || name === 'invoke') {
		const positional = machine.language === 'javascript' ? rest : values.positional
		return machine.parts.callValue(
			machine,
			receiver,
			machine.language === 'javascript' ? self : undefined,
			{ ...values, positional, written: [] },
			call,
		)
	}
	if (name === 'apply') {
		const items = rest[0] && knownItems(machine, rest[0])
		if (machine.language !== 'javascript') return machine.parts.callValue(machine, receiver, undefined, values, call)
		const spread: ArgumentValues = items
			? argumentsOf(...items.map((it) => it.value))
			: { ...noArguments, rest: rest[0] && itemsOf(machine, rest[0], call) }
		return machine.parts.callValue(machine, receiver, self, spread, call)
	}
	if (name === 'bind') {
		const bound: (FunctionValue | NativeFunction)[] = receiver.functions.map((it) =>
			'native' in it ? it : { ...it, self: self ?? it.self },
		)
		const whole = { ...unknown, functions: bound, paths: receiver.paths }
		if (rest.length === 0) return whole
		const id = machine.newObject('object')
		const state = machine.store.ownObject(id)
		state?.fields.set('@function', whole)
		for (const [at, it] of rest.entries()) state?.fields.set(`@${at}`, it)
		return { ...unknown, functions: [{ native: 'partial', object: id }] }
	}
	// Functional interfaces: whatever the one method is called.
	if (machine.language === 'java' || machine.language === 'csharp')
		return machine.parts.callValue(machine, receiver, undefined, values, call)
	return undefined
}
