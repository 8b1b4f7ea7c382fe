import { exported } from './fields.ts'
import { nestsClasses } from './languages/enclosing.ts'
import { constantAround } from './languages/rubyConstants.ts'
import type { Machine, NameElsewhere, ProgramUnit } from './machine.ts'
import { hasPointers } from './memory/memory.ts'
import { shortened } from './paths.ts'
import { runUnit } from './units.ts'
import { joinValues, ofObject, unknown, type Value } from './value.ts'

/**
 * What a name means that the file does not define: something of its package, of what it takes in whole, or of the language.
 * @param isTop whether it is at the top for sure (`::Name` of Ruby)
 */
export function undefinedName(machine: Machine, name: string, isTop = false): Value {
	if (name.startsWith('::'))
		return topValue(machine, machine.unit, name.slice(2)) ?? undefinedName(machine, name.slice(2), true)
	const around = machine.language === 'ruby' && !isTop ? constantAround(machine, name) : undefined
	if (around) return around
	// What a lowering says in the words of the analysis.
	if (name.startsWith('@')) return { ...unknown, paths: [name] }
	const neighbour = followsNeighbours(machine) ? machine.program.packageUnit(machine.unit, name) : undefined
	if (neighbour && neighbour !== machine.unit) {
		runUnit(machine, neighbour)
		const value = exported(machine, neighbour.object, name)
		if (value) return value
	}
	for (const unit of machine.included) {
		if (unit === machine.unit || !unit.scopes.topSlots.has(name)) continue
		const value = exported(machine, unit.object, name)
		if (value) return value
	}
	const renamed = machine.language === 'go' ? packageNamed(machine, name) : undefined
	if (renamed) return renamed
	const { units, otherwise } = elsewhere(machine, name)
	let found: Value | undefined
	for (const unit of units) {
		runUnit(machine, unit)
		const value = exported(machine, unit.object, name)
		if (value) found = found ? joinValues(found, value) : value
	}
	return found ?? otherwise
}

/** What a header of C declares may be defined in any file: it is worth the work where there is data to be followed. */
function followsNeighbours(machine: Machine): boolean {
	return !hasPointers(machine) || (machine.sawTaint && machine.stack.length <= deepestNeighbours)
}

const deepestNeighbours = 3

/** Where a name may be defined that a file does not define, looked up once: a file of C asks for the same names of dozens of headers. */
function elsewhere(machine: Machine, name: string): NameElsewhere {
	const { unit, rules, program } = machine
	const known = unit.elsewhere.names.get(name)
	if (known) return known
	unit.elsewhere.modules ??= unit.scopes.wildcards.map((module) => ({ module, path: modulePath(module) }))
	const units: ProgramUnit[] = []
	const paths: string[] = []
	for (const { module, path } of unit.elsewhere.modules) {
		const imported = program.importUnit(unit, module, name)?.unit
		if (imported && mayExport(imported, name)) units.push(imported)
		if (rules.knows(path) && rules.knows(`${path}.${name}`)) paths.push(`${path}.${name}`)
	}
	if (paths.length === 0)
		paths.push(machine.language === 'java' && rules.knows(`java.lang.${name}`) ? `java.lang.${name}` : name)
	const found = { units, otherwise: { ...unknown, paths: paths.flatMap((it) => shortened(machine, it)) } }
	unit.elsewhere.names.set(name, found)
	return found
}

/** A header exports what it defines, and nothing else. */
function mayExport(unit: ProgramUnit, name: string): boolean {
	return unit.ir.language !== 'c' || unit.scopes.topSlots.has(name)
}

/** An imported package of the program whose name is not that of its folder. */
function packageNamed(machine: Machine, name: string): Value | undefined {
	for (const it of machine.unit.ir.body) {
		if (it.kind !== 'import') continue
		const found = machine.program.importUnit(machine.unit, it.module, undefined)
		if (found?.unit.ir.packageName !== name) continue
		runUnit(machine, found.unit)
		return ofObject(found.unit.object)
	}
	return undefined
}

/** How rules write a module. */
export function modulePath(module: string): string {
	return module
		.replace(/^node:/, '')
		.replace(/^\\/, '')
		.replaceAll('\\', '.')
		.replace(/^\.+(?=\w)/, '')
		.replace(/^(lodash|lodash-es|validator|underscore|date-fns)\/(?:(?:fp|lib|es\/lib|modules)\/)?(?=\w+$)/, '$1.')
}

/** A class with its package in front, which the lowering of Java binds like an import. */
const qualifiedClass = /^(?!javax?\.)(?:\p{Ll}[\w$]*\.)+\p{Lu}[\w$]*/u

/** What a written type says that a value is; undefined where that is nothing. */
export function typeNamed(machine: Machine, type: string): Value | undefined {
	const qualified = machine.language === 'java' ? qualifiedClass.exec(type)?.[0] : undefined
	const parts =
		qualified === undefined ? type.split('.') : [qualified, ...type.slice(qualified.length).split('.').slice(1)]
	const first = parts[0] as string
	let value: Value | undefined = innerClass(machine, first) ?? topValue(machine, machine.unit, first)
	if (!value) {
		const whole = undefinedName(machine, first)
		if (
			whole.classes.length === 0 &&
			whole.paths.length === 1 &&
			whole.paths[0] === first &&
			parts.length === 1 &&
			!machine.rules.knows(first)
		)
			return undefined
		value = whole
	}
	for (const part of parts.slice(1)) value = fieldOfType(machine, value, part)
	// What a function gets of whose type only the library is known.
	if (/^@\d/.test(parts.at(-1) as string) && !value.paths.some((it) => machine.rules.knows(it))) return undefined
	return value
}

function fieldOfType(machine: Machine, value: Value, name: string): Value {
	for (const id of value.objects) {
		const found = exported(machine, id, name)
		if (found) return found
	}
	for (const one of value.classes) {
		const found = machine.store.object(one.object)?.fields.get(name)
		if (found) return found
	}
	return { ...unknown, paths: value.paths.flatMap((it) => shortened(machine, `${it}.${name}`)) }
}

/** A class that stands in the class whose code this is, or in one around it. */
function innerClass(machine: Machine, name: string): Value | undefined {
	if (!nestsClasses(machine.language)) return undefined
	for (let home = machine.frame.home; home; home = home.frame.home) {
		if (home.class.classes.some((it) => it.name === name)) return machine.store.object(home.object)?.fields.get(name)
		if (home.frame.home === home) return undefined
	}
	return undefined
}

function topValue(machine: Machine, unit: ProgramUnit, name: string): Value | undefined {
	const slot = unit.scopes.topSlots.get(name)
	return slot === undefined ? undefined : machine.valueIn(unit.frame.base + slot)
}

/** A value with what its declared type says, where it says nothing of itself. */
export function withType(machine: Machine, value: Value, type: string | undefined): Value {
	if (type === undefined || value.objects.length > 0 || value.functions.length > 0 || value.classes.length > 0)
		return value
	if (value.constants?.some((it) => it !== null)) return value
	const known = value.paths.filter((it) => !it.startsWith('?'))
	// A declared type says more than the name of the call whose result it is.
	const isResult =
		(nestsClasses(machine.language) || hasPointers(machine)) &&
		known.every((it) => it.endsWith('()') || it.endsWith('[]'))
	// Of a member of something that no rule names, nothing is known but its name.
	const isUnruled =
		(machine.language === 'python' || machine.language === 'csharp') &&
		known.every((it) => it.includes('.') && !machine.rules.knows(it))
	// What a framework keeps for the program, such as its services, is of a class that only the program can tell.
	const isKept = machine.language === 'javascript' && known.every((it) => it.includes('.') || it.endsWith(')'))
	if (known.length > 0 && !isResult && !isUnruled && !isKept) return value
	const named = typeNamed(machine, type)
	if (!named) return value
	if (known.length > 0) {
		const more = named.paths.filter(
			(it) => machine.rules.knows(it) && !known.includes(it) && (!isUnruled || it.includes('.')),
		)
		// What a library gives as an object of a class of the program is one, of which nothing else is known.
		const isMade = machine.language === 'java' || machine.language === 'python' || isKept
		if (isMade && more.length === 0 && value.constants === undefined && value.taint.length === 0) {
			const made = named.classes.map((one) => machine.newObject('instance', { ofClass: one, isOpen: true }))
			return made.length === 0 ? value : { ...value, objects: made }
		}
		// A place of a framework that rules say something of is more than what is declared: they name the one, and may know nothing of the other.
		const isSaid = isKept && known.some((it) => machine.rules.knows(it))
		return more.length === 0 || isSaid ? value : { ...value, paths: [...more, ...known] }
	}
	// Which type of Go it is behind an interface is not known, and calls are looked up by their names.
	if (machine.language === 'go' && named.classes.some((it) => it.class.form === 'interface')) return value
	const objects = named.classes.map((one) => machine.newObject('instance', { ofClass: one, isOpen: true }))
	// A class of which a header is copied into the program is still the library's.
	const declared = hasPointers(machine) ? named.classes.flatMap((it) => knownName(machine, it.class.name)) : []
	return { ...value, objects, paths: named.classes.length > 0 ? [...value.paths, ...declared] : named.paths }
}

/** The name of a class that the program declares, where rules know it. */
export function knownName(machine: Machine, name: string | undefined): readonly string[] {
	return name !== undefined && machine.rules.knows(name) ? [name] : []
}
