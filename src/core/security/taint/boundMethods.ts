import type { Call } from '../ir/ir.ts'
import { nestsClasses } from './enclosing.ts'
import type { Machine } from './machine.ts'
import { hasPointers } from './memory.ts'
import { type Value, withTaint } from './value.ts'

/** A method of a type that is no struct gets the text, function or list that it is called on. */
export function boundTo(machine: Machine, receiver: Value, target: Value): Value {
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
