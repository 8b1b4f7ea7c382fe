import type { Call, Expression, IndexAccess } from '../../ir/ir.ts'
import { checkedMask } from '../checks/facts.ts'
import { checkCall } from '../library/callLibrary.ts'
import { argumentsOf, type Machine } from '../machine.ts'
import { bitOf } from '../taint.ts'
import { onlyTaint, type Value } from '../value.ts'

/** `object[name](…)` calls what `Reflect.get(object, name)` gives: rules know it by that. */
export function checkDispatch(machine: Machine, call: Call, { object, index }: IndexAccess, name: Value): void {
	if (name.taint.length === 0) return
	if (machine.language === 'php') checkNamed(machine, call, '@method', name, index ?? object)
	if (machine.language !== 'javascript') return
	const holder = machine.evaluate(object)
	if (isTable(machine, holder)) return
	const written = [object, index ?? object].map((value) => ({ value, start: value.start, end: value.end }))
	checkCall(machine, {
		paths: ['Reflect.get'],
		receiver: undefined,
		holder: undefined,
		values: { ...argumentsOf(holder, name), written },
		isNew: false,
		at: call,
		call,
	})
}

/** `new $name(…)`, `$name(…)` and `$object->$name(…)` of PHP: a text that names what is made or called. Rules know it by what it does. */
export function checkNamed(
	machine: Machine,
	call: Call,
	path: '@instance' | '@function' | '@method',
	name: Value,
	written: Expression,
): void {
	// Behind a beginning, such as a namespace, it names one of a few.
	const taint = name.taint.filter((it) => ((it.clean | checkedMask(machine, it)) & bitOf('option')) === 0)
	if (taint.length === 0) return
	checkCall(machine, {
		paths: [path],
		receiver: undefined,
		holder: undefined,
		values: {
			...argumentsOf(onlyTaint(name, taint)),
			written: [{ value: written, start: written.start, end: written.end }],
		},
		isNew: false,
		at: call,
		call,
	})
}

/** A literal with the functions that are meant, or a list of them. An object of a class has all its methods. */
function isTable(machine: Machine, { objects }: Value): boolean {
	return (
		objects.length > 0 &&
		objects.every((id) => {
			const state = machine.store.object(id)
			return state !== undefined && state.class === undefined && !state.isOpen
		})
	)
}
