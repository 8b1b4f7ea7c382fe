import type { FunctionIr } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { exported } from '../fields.ts'
import { run } from '../functions.ts'
import { type ArgumentValues, type Machine, noArguments, type ProgramUnit } from '../machine.ts'
import { findMember } from '../members.ts'
import { stepped } from '../taint.ts'
import { type ClassValue, constantOf, onlyTaint, unknown, type Value } from '../value.ts'

const deepest = 5
/** A part of a template that is rendered over and over is looked at so often. */
const mostRenders = 4
const templateName = '@template'

/** Runs what a controller says with `before_action` for a method of it. */
export function runBefore(machine: Machine, home: ClassValue, action: string, self: Value, depth = 0): void {
	if (depth === 0 && home.class.annotations.length === 0 && home.bases.every((it) => it.classes.length === 0)) return
	for (const base of home.bases)
		for (const one of base.classes) if (depth < deepest) runBefore(machine, one, action, self, depth + 1)
	for (const { name, arguments: given } of home.class.annotations) {
		if (name !== 'before_action') continue
		const options = new Map<string, readonly unknown[]>()
		const names: string[] = []
		for (const { keyword, value } of given) {
			const values = value.kind === 'list' ? value.items.map((it) => it.value) : [value]
			const texts = values.flatMap((it) => (it.kind === 'constant' ? [it.value] : []))
			if (keyword !== undefined) options.set(keyword, texts)
			else for (const text of texts) if (typeof text === 'string') names.push(text)
		}
		const only = options.get('only')
		if ((only && !only.includes(action)) || options.get('except')?.includes(action) || names.includes(action)) continue
		for (const it of names) callMember(machine, home, it, self)
	}
}

function callMember(machine: Machine, of: ClassValue, name: string, self: Value): void {
	for (const it of findMember(machine, of, name, self)?.functions ?? []) {
		if ('native' in it || it.function.parameters.length > 0) continue
		run(machine, it, self, { ...noArguments, rest: unknown }, it.function.head)
		// A filter that ends the request leaves nothing to be looked at, and most go on.
		machine.isDead = false
	}
}

/** What a template of Rails is evaluated on: a controller after the action of the template's name. Undefined for all other code. */
export function viewSelf(
	machine: Machine,
	unit: ProgramUnit,
	instanceOf: (of: ClassValue, method: FunctionIr) => Value,
): Value | undefined {
	const place = /(?:^|\/)app\/views\/(?:.+\/)?([^/]+)\/_?([^/.]+)\.[^/]*erb$/.exec(unit.file)
	if (machine.language !== 'ruby' || !place) return undefined
	const [, folder = '', action = ''] = place
	const wanted = `${folder.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Controller`
	const of = machine.classes.find((it) => it.class.name === wanted)
	const method = of?.class.methods.find((it) => it.name === action)
	if (!of) return undefined
	const any = method ?? of.class.methods[0]
	if (!any) return undefined
	const self = instanceOf(of, any)
	runBefore(machine, of, action, self)
	if (method) callMember(machine, of, action, self)
	return self
}

/** Takes note of the variables that a template is given, and follows it into a partial. */
export function render(machine: Machine, values: ArgumentValues, at: CodeSpan): void {
	const [first] = values.positional
	const partial = values.keywords.get('partial')
	const named = partial ?? first ?? values.keywords.get('template') ?? values.keywords.get('action')
	const name = named && constantOf(named)
	if (typeof name !== 'string') return
	const given = values.keywords.get('locals')
	const [id] = given?.objects ?? []
	const fields = id === undefined ? undefined : machine.store.object(id)?.fields
	machine.rendered.set(lastName(name), handedOver(machine, fields ?? values.keywords, at))
	if (!isTemplate(machine.unit)) return
	const found = machine.program.importUnit(machine.unit, `@partial:${name}`, undefined)
	if (!found) return
	const times = machine.renders.get(found.unit.file) ?? 0
	if (times >= mostRenders) return
	machine.renders.set(found.unit.file, times + 1)
	const template = exported(machine, found.unit.object, templateName)
	if (template) machine.parts.callValue(machine, template, machine.frame.self, noArguments, at)
}

/** The variables of a template, as a map; that they were handed over here is part of their way. */
function handedOver(machine: Machine, fields: ReadonlyMap<string, Value>, at: CodeSpan): Value {
	const id = machine.newObject('map')
	const state = machine.store.ownObject(id)
	const place = machine.place(at)
	for (const [key, value] of fields) {
		const taint = value.taint.map((it) => stepped(it, place, 'call', 'render'))
		state?.fields.set(key, onlyTaint(value, taint))
	}
	return { ...unknown, objects: [id] }
}

/** A variable that a template was given by who renders it. */
export function renderedVariable(machine: Machine, name: string): Value | undefined {
	if (machine.rendered.size === 0 || !isTemplate(machine.unit)) return undefined
	const locals = machine.rendered.get(lastName(machine.unit.file).replace(/\..*$/, ''))
	if (!locals) return undefined
	if (name === 'local_assigns') return locals
	for (const id of locals.objects) {
		const value = machine.store.object(id)?.fields.get(name)
		if (value) return value
	}
	return undefined
}

function isTemplate(unit: ProgramUnit): boolean {
	return unit.file.endsWith('erb')
}

function lastName(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1).replace(/^_/, '')
}
