import type { Call, Expression } from '../../ir/ir.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { addressed } from './addressed.ts'

/**
 * Whether an argument is a variable of the function that is used nowhere after the call, so that a compiler may leave out what the call writes
 * into it. Freeing it is no use.
 */
export function isLastUse(
	machine: Machine,
	{ values, call }: { readonly values: ArgumentValues; readonly call?: Call | undefined },
	position: number | string | undefined,
): boolean {
	const ir = machine.frame.function
	const argument = typeof position === 'number' ? values.written[position] : undefined
	if (!ir || !call || !argument) return false
	const name = ownVariable(machine, addressed(argument.value))
	if (name === undefined) return false
	const { text } = machine.unit
	const before = text.slice(ir.start, call.start)
	const after = text.slice(call.end, ir.end).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
	const rest = after.replace(new RegExp(`\\b\\w*free\\s*\\(\\s*${name}\\s*\\)`, 'g'), '')
	if (new RegExp(`\\b${name}\\b`).test(rest) || isStatic(before, name)) return false
	// What a pointer leads to may be somebody else's, unless it is given back here.
	return rest !== after || addressed(argument.value) !== argument.value || isArray(before, name)
}

/** The name of a variable that was made in this call of the function, and in this round of a loop. */
function ownVariable(machine: Machine, it: Expression): string | undefined {
	if (it.kind !== 'name' || !/^[A-Za-z_]\w*$/.test(it.name)) return undefined
	const cell = machine.cellOf(it)
	if (cell === undefined || cell < machine.frame.base) return undefined
	const ir = machine.frame.function
	if (ir?.parameters.some(({ target }) => target.kind === 'name' && target.name === it.name)) return undefined
	return machine.loops.some((loop) => !loop.isSwitch && loop.base.find(cell) !== undefined) ? undefined : it.name
}

function isArray(before: string, name: string): boolean {
	return new RegExp(`\\b${name}\\s*\\[[^\\]]*\\]\\s*(?:\\[[^\\]]*\\]\\s*)?[;,=]`).test(before)
}

function isStatic(before: string, name: string): boolean {
	return new RegExp(`\\bstatic\\b[^;{}()]*\\b${name}\\b`).test(before)
}
