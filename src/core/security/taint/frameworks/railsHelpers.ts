import type { Machine } from '../machine.ts'
import { findMember } from '../members.ts'
import { ofObject, type Value } from '../value.ts'

/** A method of a module of helpers that was loaded; all templates have all of them. */
function helperNamed(machine: Machine, name: string): Value | undefined {
	for (const of of machine.classes) {
		if (of.class.form !== 'module' || !of.class.name?.endsWith('Helper')) continue
		if (!of.class.methods.some((it) => it.name === name)) continue
		const self = ofObject(machine.newObject('instance', { ofClass: of, isOpen: true }))
		return findMember(machine, of, name, self)
	}
	return undefined
}

/** `helpers.name`, `view_context.name`: in a controller what templates call by its bare name. */
export function helperMethod(machine: Machine, receiver: Value, target: Value, name: string): Value | undefined {
	if (target.functions.length > 0 || !receiver.paths.some((it) => /(?:^|\.)(?:helpers|view_context)\(\)$/.test(it)))
		return undefined
	return helperNamed(machine, name)
}

export function templateHelper(machine: Machine, name: string): Value | undefined {
	return machine.unit.file.endsWith('erb') ? helperNamed(machine, name) : undefined
}
