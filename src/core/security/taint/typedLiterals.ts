import type { ObjectLiteral } from '../ir/ir.ts'
import { checkCall } from './library/callLibrary.ts'
import { literalValue } from './literals.ts'
import { argumentsOf, type Machine } from './machine.ts'
import type { Value } from './value.ts'

/** `http.Server{Addr: "…"}` (Go) of a library's struct: rules name it as a call of the type, with all that is set as its argument. */
export function objectValue(machine: Machine, it: ObjectLiteral): Value {
	const value = literalValue(machine, it)
	const { paths } = value
	if (machine.language !== 'go' || it.type === undefined || paths.length === 0 || machine.isDead) return value
	const values = argumentsOf(value)
	checkCall(machine, { paths, receiver: undefined, holder: undefined, values, isNew: true, at: it, call: undefined })
	return value
}
