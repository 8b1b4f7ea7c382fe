import type { CodeSpan } from '../../tree/codeNode.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import type { ObjectState } from '../store.ts'
import type { Taint } from '../taint.ts'
import type { Value } from '../value.ts'

/** A method of a list, map or set that the program made itself. */
export interface NativeCall {
	readonly machine: Machine
	/** Changed in place; where several objects may be meant each is asked in turn. */
	readonly state: ObjectState
	readonly id: number
	readonly self: Value
	/** Data of what the receiver may be as well. */
	readonly beside: readonly Taint[]
	readonly name: string
	readonly values: ArgumentValues
	readonly at: CodeSpan
}

/** Undefined where the method is not one that is known. */
export type Native = (call: NativeCall) => Value | undefined

export function argument(call: NativeCall, at: number): Value | undefined {
	return call.values.positional[at] ?? call.values.rest
}

export interface GlobalCall {
	readonly machine: Machine
	readonly path: string
	readonly values: ArgumentValues
	readonly isNew: boolean
	readonly at: CodeSpan
}
