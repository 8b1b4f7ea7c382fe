import type { CodeSpan } from '../../tree/codeNode.ts'
import { argumentsOf, type Machine } from '../machine.ts'
import { unknown, type Value } from '../value.ts'

/** Calls a function that was handed over; unknown where there is none. */
export function callWith(machine: Machine, callee: Value | undefined, values: readonly Value[], at: CodeSpan): Value {
	if (!callee || (callee.functions.length === 0 && callee.paths.length === 0)) return unknown
	return machine.parts.callValue(machine, callee, undefined, argumentsOf(...values), at)
}
