import type { Expression, FunctionIr } from '../../ir/ir.ts'
import { nestsClasses } from '../languages/enclosing.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { hasPointers } from '../memory/memory.ts'
import type { Value } from '../value.ts'

/**
 * Of several functions of one name those that take such arguments: so many, and of these types where both are written. In C++ none where all of
 * them need more: it is another one then, which is not known.
 */
export function overloads(machine: Machine, functions: Value['functions'], values: ArgumentValues): Value['functions'] {
	const { positional, keywords, rest, written } = values
	if (rest || functions.length < (hasPointers(machine) ? 1 : 2)) return functions
	const count = positional.length + keywords.size
	const fitting = functions.filter((it) => 'native' in it || takes(it.function, count))
	// What a library calls gets those arguments only that are known.
	const isWritten = written.length === count
	if (fitting.length < 2 || !nestsClasses(machine.language))
		return fitting.length > 0 || (isWritten && needMore(machine, functions, count)) ? fitting : functions
	const types = written.map((it) => (it.keyword === undefined ? declaredType(machine, it.value) : undefined))
	// What a method of C# extends is its first argument.
	const first = count - written.length
	const isExact = (ir: FunctionIr, type: string | undefined, at: number) =>
		type !== undefined && ir.parameters[first + at]?.type === type
	const exact = fitting.map((it) =>
		'native' in it ? 0 : types.filter((type, at) => isExact(it.function, type, at)).length,
	)
	const most = Math.max(...exact)
	return fitting.filter((_, at) => exact[at] === most)
}

/** Whether a function can be called with so many arguments. */
export function takes(ir: FunctionIr, count: number): boolean {
	const taken = ir.parameters.slice(ir.selfParameter ? 1 : 0)
	return (count >= needed(ir) && count <= taken.length) || taken.some((parameter) => parameter.rest !== undefined)
}

function needed({ parameters, selfParameter }: FunctionIr): number {
	return parameters.slice(selfParameter ? 1 : 0).filter((it) => it.initial === undefined && it.rest === undefined)
		.length
}

function needMore(machine: Machine, functions: Value['functions'], count: number): boolean {
	return hasPointers(machine) && functions.every((it) => !('native' in it) && count < needed(it.function))
}

/** As it is written where a variable of the function that runs comes in; the compiler prefers the method that takes just this type. */
function declaredType({ frame }: Machine, argument: Expression): string | undefined {
	if (argument.kind !== 'name') return undefined
	return frame.function?.parameters.find((it) => it.target.kind === 'name' && it.target.name === argument.name)?.type
}
