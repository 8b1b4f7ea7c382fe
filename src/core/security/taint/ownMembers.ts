import type { FieldAccess, Name } from '../ir/ir.ts'
import { declares } from './languages/enclosing.ts'
import type { Machine } from './machine.ts'
import { hasPointers } from './memory/memory.ts'

/**
 * A bare name in a method whose class a header declares: the lowering of the file with the method does not know the members of the class.
 * @returns the field of `this` that it is; undefined where it is none
 */
export function ownMember(machine: Machine, { name, start, end }: Name): FieldAccess | undefined {
	const { home } = machine.frame
	if (!home || !hasPointers(machine) || name.startsWith('@') || !declares(machine, home, name)) return undefined
	return { kind: 'field', object: { kind: 'self', start, end }, name, start, end }
}
