import type { ClassIr, FunctionIr } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { addExtensions } from './calls/extensionMethods.ts'
import { fieldSources } from './entrySources.ts'
import { fillStream } from './filledStreams.ts'
import { checkAnnotations, checkOverrides } from './finds.ts'
import { nestsClasses } from './languages/enclosing.ts'
import type { ArgumentValues, Machine } from './machine.ts'
import { basePaths, deepestBase, findMember } from './members.ts'
import { hasPointers } from './memory/memory.ts'
import { containerForm } from './natives/containers.ts'
import { extendPaths } from './paths.ts'
import { checkAssign } from './sinks.ts'
import { type ClassValue, joinValues, nothing, ofObject, unknown, type Value } from './value.ts'

/** Binds a class to its name, with its static members, and runs what runs when it is defined. */
export function defineClass(machine: Machine, ir: ClassIr): Value {
	const bases = ir.bases.map((it) => machine.evaluate(it))
	const object = machine.newObject('object', { isOpen: true })
	const packageName = machine.unit.ir.packageName
	const path = packageName === undefined ? (ir.name ?? '?') : `${packageName}.${ir.name ?? '?'}`
	const made: ClassValue = { class: ir, frame: machine.frame, bases, object, more: [], path }
	machine.classes.push(made)
	machine.captured.add(machine.frame.base)
	addExtensions(machine, made)
	const value: Value = { ...unknown, classes: [made] }
	const binding = machine.unit.scopes.classSlots.get(ir)
	const cell = binding && machine.cellAt(binding.hops, binding.slot)
	if (cell !== undefined) machine.store.set(cell, value)
	checkAnnotations(machine, ir.annotations)
	for (const it of ir.fields) checkAnnotations(machine, it.annotations)
	// Classes that stand in functions are met where they are made.
	if (machine.frame.function) checkOverrides(machine, made)
	const frame = machine.frame
	machine.frame = { ...frame, self: value, home: made }
	const settingPaths = basePaths(made)
	for (const inner of ir.classes) {
		const innerValue = defineClass(machine, inner)
		if (inner.name !== undefined) machine.store.ownObject(object)?.fields.set(inner.name, innerValue)
	}
	for (const field of ir.fields) {
		if (!field.isStatic) continue
		const initial = field.initial ? machine.evaluate(field.initial) : field.type === undefined ? nothing : unknown
		// What a class of Python says of itself is a setting of what it comes from: `permission_classes = [AllowAny]`.
		if (machine.language === 'python' && field.initial && settingPaths.length > 0)
			checkAssign(machine, { ...value, paths: settingPaths }, field.name, initial, field)
		machine.store.ownObject(object)?.fields.set(field.name, machine.parts.withType(machine, initial, field.type))
	}
	machine.parts.execute(machine, ir.initializers)
	if (machine.language === 'python' && settingPaths.length > 0) checkMeta(machine, made, settingPaths)
	machine.frame = frame
	return value
}

/** What the class `Meta` in a class says is a setting of what that one comes from, too. To conditions the receiver is both of them. */
function checkMeta(machine: Machine, of: ClassValue, settingPaths: readonly string[]): void {
	const [meta] = machine.store.object(of.object)?.fields.get('Meta')?.classes ?? []
	if (!meta || !of.class.classes.includes(meta.class)) return
	const settings = machine.store.object(meta.object)?.fields
	const object = { ...unknown, classes: [meta, of], paths: settingPaths.map((it) => `${it}.Meta`) }
	for (const field of meta.class.fields) {
		const value = field.initial && settings?.get(field.name)
		if (value) checkAssign(machine, object, field.name, value, field)
	}
}

const mostOfItself = 2

/** A new object, after its constructor. */
export function instantiate(machine: Machine, of: ClassValue, values: ArgumentValues, at: CodeSpan): Value {
	const known =
		hasPointers(machine) && of.class.name !== undefined && machine.rules.knows(of.class.name) ? [of.class.name] : []
	const paths = [...known, ...basePaths(of)].slice(0, 4)
	const form = containerForm(paths)
	const id = machine.newObject(form ?? 'instance', { ofClass: of, ...(form && form !== 'map' ? { length: 0 } : {}) })
	const self: Value = { ...ofObject(id), paths }
	const around = machine.frame.self
	if (around.objects.length > 0 && of.frame.home && nestsClasses(machine.language))
		machine.store.ownObject(id)?.fields.set('@outer', around)
	// A class may make an object of itself for one of its fields.
	if (machine.making.length >= deepestBase || machine.making.filter((it) => it === of.class).length >= mostOfItself)
		return self
	machine.making.push(of.class)
	initializeFields(machine, of, self, 0)
	machine.making.pop()
	const made = constructorOf(of, 0)
	const maker = machine.language === 'python' ? findMember(machine, of, '__new__', undefined) : undefined
	if (maker && maker.functions.length > 0) return madeBy(machine, { maker, of, values, at })
	if (made) {
		machine.parts.callValue(machine, { ...unknown, functions: made.map((it) => ({ ...it, self })) }, self, values, at)
	} else {
		fillFields(machine, of, id, values)
		fillStream(machine, of, self, values)
	}
	return self
}

/** `__new__` gives the object, which `__init__` gets where it is one of the class (Python). */
function madeBy(
	machine: Machine,
	{ maker, of, values, at }: { maker: Value; of: ClassValue; values: ArgumentValues; at: CodeSpan },
): Value {
	const self: Value = { ...unknown, classes: [of] }
	const functions = maker.functions.map((it) => ('native' in it ? it : { ...it, self }))
	const value = machine.parts.callValue(machine, { ...maker, functions, paths: [] }, self, values, at)
	const isOwn = value.objects.length > 0 && value.objects.every((id) => machine.store.object(id)?.class === of)
	const made = isOwn ? constructorOf(of, 0) : undefined
	if (made)
		machine.parts.callValue(
			machine,
			{ ...unknown, functions: made.map((it) => ({ ...it, self: value })) },
			value,
			values,
			at,
		)
	return value
}

/** `super().__new__(cls)`: an object before its constructor. */
export function bareInstance(machine: Machine, { positional }: ArgumentValues): Value | undefined {
	const of = positional[0]?.classes[0]
	if (!of) return undefined
	const self: Value = { ...ofObject(machine.newObject('instance', { ofClass: of })), paths: basePaths(of).slice(0, 4) }
	initializeFields(machine, of, self, 0)
	return self
}

/** Without a constructor the values are those of the fields: by name, or in their order (records, data classes). */
function fillFields(machine: Machine, of: ClassValue, id: number, values: ArgumentValues): void {
	const state = machine.store.ownObject(id)
	if (!state) return
	for (const [name, value] of values.keywords) state.fields.set(name, value)
	const fields = of.class.fields.filter((it) => !it.isStatic || machine.language === 'python')
	for (const [position, value] of values.positional.entries()) {
		const field = fields[position]
		if (field) state.fields.set(field.name, value)
	}
}

export function initializeFields(machine: Machine, of: ClassValue, self: Value, depth: number): void {
	if (depth < deepestBase)
		for (const base of of.bases) for (const one of base.classes) initializeFields(machine, one, self, depth + 1)
	const frame = machine.frame
	machine.frame = { ...of.frame, self, home: of }
	for (const field of of.class.fields) {
		if (field.isStatic) continue
		const initial = field.initial ? machine.evaluate(field.initial) : undefined
		const begun = machine.parts.withType(machine, initial ?? (field.type === undefined ? nothing : unknown), field.type)
		const value = fieldSources(machine, of, field, begun)
		for (const id of self.objects) machine.store.ownObject(id)?.fields.set(field.name, value)
		if (field.initial && machine.language === 'php') checkAssign(machine, self, field.name, value, field)
	}
	machine.frame = frame
}

function constructorOf(
	of: ClassValue,
	depth: number,
): readonly { function: FunctionIr; frame: ClassValue['frame']; home: ClassValue }[] | undefined {
	const own = of.class.methods.filter((it) => it.form === 'constructor' && !it.isAbstract)
	const outside = of.more.filter((it) => it.function.form === 'constructor')
	if (own.length + outside.length > 0)
		return [
			...own.map((it) => ({ function: it, frame: of.frame, home: of })),
			...outside.map((it) => ({ function: it.function, frame: it.frame, home: of })),
		]
	if (depth >= deepestBase) return undefined
	for (const base of of.bases) {
		for (const one of base.classes) {
			const inherited = constructorOf(one, depth + 1)
			if (inherited) return inherited
		}
	}
	return undefined
}

/** `super(…)` and `super.name`. */
export function baseMember(machine: Machine, name: string | undefined): Value {
	const { home, self } = machine.frame
	let found: Value | undefined
	for (const base of home?.bases ?? []) {
		for (const one of base.classes) {
			const value =
				name === undefined
					? functionsOf(constructorOf(one, 0), self)
					: findMember(machine, one, name, self, { start: 0, end: 0 })
			if (value) found = found ? joinValues(found, value) : value
		}
		if (!found && base.paths.length > 0)
			found = { ...unknown, paths: name === undefined ? base.paths : extendPaths(machine, base.paths, `.${name}`) }
	}
	return found ?? unknown
}

function functionsOf(found: ReturnType<typeof constructorOf>, self: Value): Value | undefined {
	return found && { ...unknown, functions: found.map((it) => ({ ...it, self })) }
}

/** `Name(value)`: the same value, with the methods of that type. */
export function converted(machine: Machine, { classes }: Value, { positional }: ArgumentValues): Value {
	const [value] = positional
	if (!value || value.objects.some((id) => machine.store.object(id)?.class)) return value ?? unknown
	const made = classes.map((ofClass) => machine.newObject('instance', { ofClass, isOpen: true }))
	return { ...value, objects: [...value.objects, ...made] }
}
