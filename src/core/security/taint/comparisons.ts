import type { Binary } from '../ir/ir.ts'
import { checkSinks } from './library/sinkCalls.ts'
import { argumentsOf, type Machine } from './machine.ts'
import type { Value } from './value.ts'

/** What rules call a comparison whether two values are equal. */
const equals = '@equals'

/** A comparison is like a call of two arguments to rules, where data of somebody else is compared. */
export function checkEquality(machine: Machine, it: Binary, left: Value, right: Value): void {
	if (!machine.sawTaint || (left.taint.length === 0 && right.taint.length === 0)) return
	const entries = machine.rules.calls.lookUp(equals)
	if (entries.length === 0) return
	const written = [it.left, it.right].map((value) => ({ value, start: value.start, end: value.end }))
	const values = { ...argumentsOf(left, right), written }
	const subject = { values, receiver: undefined, receiverText: undefined, value: undefined, valueText: undefined }
	const call = {
		paths: [equals],
		receiver: undefined,
		holder: undefined,
		values,
		isNew: false,
		at: it,
		call: undefined,
	}
	checkSinks(machine, call, entries, subject, true)
}
