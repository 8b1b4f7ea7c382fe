import type { CodeSpan } from '../../tree/codeNode.ts'
import { readField } from '../fields.ts'
import { type LibraryCall, lastName } from '../library/libraryCall.ts'
import type { Machine } from '../machine.ts'
import { constantOf, joinValues, ofObject, type Value } from '../value.ts'
import { fillByName } from './templates.ts'

const putting = /^(?:addAttribute|addObject|setAttribute)$/
const naming = /(?:^|\.)ModelAndView$|\.setViewName$/
const laravelView = /^(?:view|(?:Illuminate\.Support\.Facades\.)?View\.make)$/
const laravelWith = /^(?:view|(?:Illuminate\.Support\.Facades\.)?View\.make)\(\)(?:\.\w+\(\))*\.with$/
/** What Express and Koa give to all templates of a request. */
const locals = /^(?:express\.Response\.locals|koa\.Context\.state)$/

/** Takes note of what is put into the model of a template piece by piece, and of the template's name (Spring, servlets, Laravel). */
export function noteModel(machine: Machine, { paths, values: { positional }, at }: LibraryCall): void {
	if (machine.language !== 'java' && machine.language !== 'php') return
	const [first, second] = positional
	const name = first && constantOf(first)
	if (machine.language === 'php') {
		if (paths.some((it) => laravelWith.test(it))) fillWith(machine, name, first, second, at)
		else if (typeof name === 'string' && paths.some((it) => laravelView.test(it))) machine.viewName = name
		return
	}
	if (typeof name !== 'string') return
	if (putting.test(lastName(paths)) && second) putAttribute(machine, name, second)
	else if (paths.some((it) => naming.test(it))) {
		machine.viewName = name
		// `new ModelAndView("page", "name", value)`
		const key = second && constantOf(second)
		if (typeof key === 'string' && positional[2]) putAttribute(machine, key, positional[2])
	}
}

/** `view('page')->with('name', $value)`, `->with(['name' => $value])` */
function fillWith(
	machine: Machine,
	name: unknown,
	first: Value | undefined,
	second: Value | undefined,
	at: CodeSpan,
): void {
	if (machine.viewName === undefined) return
	const named = typeof name === 'string' && second ? new Map([[name, second]]) : new Map<string, Value>()
	fillByName(machine, machine.viewName, machine.place(at), { named, objects: named.size === 0 && first ? [first] : [] })
}

function putAttribute(machine: Machine, name: string, value: Value): void {
	const before = machine.attributes.get(name)
	machine.attributes.set(name, before ? joinValues(before, value) : value)
}

/** `res.locals.name = value` */
export function noteLocal(machine: Machine, { paths }: Value, name: string, value: Value): void {
	if (machine.language === 'javascript' && paths.some((it) => locals.test(it))) putAttribute(machine, name, value)
}

/** A method that a framework calls returns the name of a template, a model that has one, or what its class's template is filled with. */
export function fillReturned(machine: Machine, value: Value, at: CodeSpan): void {
	if (machine.language === 'python') {
		if (machine.frame.function?.name === 'get_context_data') fillOwn(machine, value, at)
		return
	}
	if (machine.language !== 'java' || machine.attributes.size === 0 || machine.stack.length > 1) return
	const text = constantOf(value)
	const name = typeof text === 'string' ? text : machine.viewName
	if (name !== undefined) fillByName(machine, name, machine.place(at), { named: machine.attributes, objects: [] })
}

/** The template that a view of Django names in its class. */
function fillOwn(machine: Machine, value: Value, at: CodeSpan): void {
	const { home } = machine.frame
	if (!home) return
	const name = constantOf(readField(machine, ofObject(home.object), 'template_name', at))
	if (typeof name === 'string') fillByName(machine, name, machine.place(at), { named: new Map(), objects: [value] })
}
