import type { Call } from '../../ir/ir.ts'
import { deepTaints } from '../items.ts'
import { nestsClasses } from '../languages/enclosing.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { hasPointers } from '../memory/memory.ts'
import { type ClassValue, ofObject, type Value, withTaint } from '../value.ts'

/** A method of a type that is no struct gets the text, function or list that it is called on. */
export function boundTo(
	machine: Machine,
	receiver: Value,
	written: Value,
	name: string,
	values: ArgumentValues,
): Value {
	const target = behindInterface(machine, receiver, written, name, values)
	if (nestsClasses(machine.language)) return receiver.taint.length === 0 ? target : boundToData(receiver, target)
	if (machine.language !== 'go' || (receiver.taint.length === 0 && receiver.functions.length === 0)) return target
	const functions = target.functions.map((it) => ('native' in it || !it.self ? it : { ...it, self: receiver }))
	return { ...target, functions }
}

/** Methods of an object that was made of a client's data read that data in its fields. */
function boundToData({ taint }: Value, target: Value): Value {
	if (target.functions.length === 0) return target
	const functions = target.functions.map((it) =>
		'native' in it || !it.self ? it : { ...it, self: withTaint(it.self, taint) },
	)
	return { ...target, functions }
}

/** Methods that a class has without saying so are known by their names: getters that a library writes, fields of C that hold functions. */
export function unresolvedPath(machine: Machine, { callee }: Call): string {
	return callee.kind === 'field' && (hasPointers(machine) || nestsClasses(machine.language)) ? `?.${callee.name}` : '?'
}

const mostImplementations = 2

/** Of Go, a method of what only its interface is known of: those of the program's types that have all methods of an interface with this one. */
function behindInterface(
	machine: Machine,
	receiver: Value,
	target: Value,
	name: string,
	{ positional }: ArgumentValues,
): Value {
	if (machine.language !== 'go' || !machine.sawTaint || receiver.objects.length > 0 || receiver.functions.length > 0)
		return target
	if (target.functions.length > 0 || target.classes.length > 0 || target.objects.length > 0) return target
	if (!target.paths.every((it) => it.startsWith('?'))) return target
	// There may be many of them: they are looked at for what is handed to them.
	if (!positional.some((it) => deepTaints(machine, it).length > 0)) return target
	const interfaces = machine.classes.filter(
		({ class: it }) => it.form === 'interface' && it.methods.some((method) => method.name === name),
	)
	if (interfaces.length === 0) return target
	const functions = machine.classes
		.filter((one) => interfaces.some((it) => implementsAll(one, it)))
		.slice(0, mostImplementations)
		.flatMap((one) => {
			const self = { ...ofObject(machine.newObject('instance', { ofClass: one, isOpen: true })), taint: receiver.taint }
			return one.more.filter((it) => it.function.name === name).map((it) => ({ ...it, self }))
		})
	return functions.length === 0 ? target : { ...target, functions }
}

function implementsAll(one: ClassValue, { class: wanted }: ClassValue): boolean {
	return (
		one.class.form === 'struct' &&
		one.more.length >= wanted.methods.length &&
		wanted.methods.every(({ name }) => one.more.some((it) => it.function.name === name))
	)
}
