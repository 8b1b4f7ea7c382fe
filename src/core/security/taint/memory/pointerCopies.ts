import type { Expression, FunctionIr, Name } from '../../ir/ir.ts'
import type { Machine } from '../machine.ts'
import { joinTaints, type Taint } from '../taint.ts'
import type { Frame } from '../value.ts'
import { hasPointers } from './memory.ts'

/** What a function wrote through its own copies of a pointer that it was given: `char *at = target;`, as who reads until all is there does. */
export function writtenThroughCopies(
	machine: Machine,
	ir: FunctionIr,
	frame: Frame,
	parameter: string,
): readonly Taint[] {
	let taints: readonly Taint[] = []
	if (!hasPointers(machine)) return taints
	for (const it of ir.body) {
		if (it.kind !== 'declare' || it.target.kind !== 'name' || nameIn(it.initial)?.name !== parameter) continue
		const binding = (frame.unit as Machine['unit']).scopes.bindings.get(it.target)
		const value = binding && machine.store.value(frame.base + binding.slot)
		if (value && value.objects.length === 0) taints = joinTaints(taints, value.taint)
	}
	return taints
}

/** The variable that a pointer is taken of, whatever it is cast to. */
function nameIn(written: Expression | undefined): Name | undefined {
	let at = written
	while (at?.kind === 'cast' || at?.kind === 'call') {
		if (at.kind === 'cast') at = at.value
		else if (at.callee.kind === 'name' && at.callee.name === '@pointer') at = at.arguments[0]?.value
		else return undefined
	}
	return at?.kind === 'name' ? at : undefined
}
