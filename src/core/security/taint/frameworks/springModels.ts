import type { CodeSpan } from '../../tree/codeNode.ts'
import { type LibraryCall, lastName } from '../library/libraryCall.ts'
import type { Machine } from '../machine.ts'
import { constantOf, joinValues, type Value } from '../value.ts'
import { fillByName } from './templates.ts'

const putting = /^(?:addAttribute|addObject|setAttribute)$/
const naming = /(?:^|\.)ModelAndView$|\.setViewName$/

/** Takes note of what is put into the model of a template, and of the template's name (Spring, servlets). */
export function noteModel(machine: Machine, { paths, values: { positional } }: LibraryCall): void {
	if (machine.language !== 'java') return
	const [first, second] = positional
	const name = first && constantOf(first)
	if (typeof name !== 'string') return
	if (putting.test(lastName(paths)) && second) putAttribute(machine, name, second)
	else if (paths.some((it) => naming.test(it))) {
		machine.viewName = name
		// `new ModelAndView("page", "name", value)`
		const key = second && constantOf(second)
		if (typeof key === 'string' && positional[2]) putAttribute(machine, key, positional[2])
	}
}

function putAttribute(machine: Machine, name: string, value: Value): void {
	const before = machine.attributes.get(name)
	machine.attributes.set(name, before ? joinValues(before, value) : value)
}

/** A method that a framework calls returns the name of a template, or a model that has one. */
export function fillReturned(machine: Machine, value: Value, at: CodeSpan): void {
	if (machine.language !== 'java' || machine.attributes.size === 0 || machine.stack.length > 1) return
	const text = constantOf(value)
	const name = typeof text === 'string' ? text : machine.viewName
	if (name !== undefined) fillByName(machine, name, machine.place(at))
}
