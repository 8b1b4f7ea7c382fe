import type { Call, Expression } from '../../ir/ir.ts'
import { withBlock } from '../languages/ruby.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { textMethod } from '../texts/textMethods.ts'
import { joinValues, unknown, type Value, withTaint } from '../value.ts'
import { listMethods } from './listMethods.ts'
import { mapMethods } from './maps.ts'

const sizes: ReadonlySet<string> = new Set(['size', 'length', 'count', 'Count', 'isEmpty', 'empty?'])

/** A method of a list, map or set of the program's own. */
export function callNative(
	machine: Machine,
	call: Call,
	holder: Expression,
	receiver: Value,
	name: string,
	values: ArgumentValues,
): Value | undefined {
	let result: Value | undefined
	for (const id of receiver.objects) {
		const form = machine.store.object(id)?.form
		if (form === undefined || form === 'instance') continue
		const methods = form === 'list' || form === 'set' ? listMethods : mapMethods
		if (form === 'object' && !plainObjectMethods(machine, id, name)) continue
		const native = methods.get(name)
		const state = native && machine.store.ownObject(id)
		if (!native || !state) continue
		const value = native({
			machine,
			state,
			id,
			self: { ...unknown, objects: [id], paths: receiver.paths },
			beside: receiver.taint,
			name,
			values:
				machine.language === 'ruby' ? withBlock(machine, values, name, form !== 'map' && form !== 'object') : values,
			at: call,
		})
		if (value) result = result ? joinValues(result, value) : value
	}
	if (!result) return undefined
	// What may as well be another object is of a size that is not known, and that is no data of it.
	if (receiver.taint.length > 0 && result.facts.length === 0 && sizes.has(name))
		return { ...result, constants: undefined }
	if (receiver.taint.length > 0) {
		const ofText = textMethod(machine, { ...unknown, taint: receiver.taint }, name, values, holder)
		// What is asked of `text.match(words) ?? []` is asked of the words as well.
		if (machine.language === 'javascript' && ofText && ofText.facts.length > 0) return ofText
		return withTaint(result, ofText?.taint ?? receiver.taint)
	}
	return result
}

/** An object literal is a map in languages whose maps are written so. */
function plainObjectMethods(machine: Machine, id: number, name: string): boolean {
	return (
		machine.language !== 'javascript' &&
		machine.program.unitOf(id) === undefined &&
		machine.store.object(id)?.fields.has(name) === false &&
		machine.store.object(id)?.class === undefined
	)
}
