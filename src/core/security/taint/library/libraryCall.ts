import type { Call, Expression } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { ArgumentValues } from '../machine.ts'
import type { Value } from '../value.ts'

export interface LibraryCall {
	readonly paths: readonly string[]
	readonly receiver: Value | undefined
	/** Where the receiver is kept, if it can change. */
	readonly holder: Expression | undefined
	readonly values: ArgumentValues
	readonly isNew: boolean
	readonly at: CodeSpan
	readonly call: Call | undefined
}

export function lastName(paths: readonly string[]): string {
	const path = paths[0] ?? ''
	return path.slice(path.lastIndexOf('.') + 1)
}
