import type { Machine } from '../machine.ts'
import { ofObject, type Value } from '../value.ts'
import { nestsClasses } from './enclosing.ts'

/** `Color.valueOf(text)` gives one of the constants, whatever the text is, or throws. */
export function enumConstant(machine: Machine, { classes }: Value): Value | undefined {
	const [of] = classes
	if (classes.length !== 1 || of?.class.form !== 'enum' || !nestsClasses(machine.language)) return undefined
	machine.mayThrow()
	return ofObject(machine.newObject('instance', { ofClass: of, isOpen: true }))
}
