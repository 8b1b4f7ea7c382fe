import type { Expression } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { instantiate } from './classes.ts'
import { deepTaints } from './items.ts'
import { type ArgumentValues, type Machine, noArguments, type ProgramUnit } from './machine.ts'
import { weakened } from './taint.ts'
import { runUnit } from './units.ts'
import { type ClassValue, onlyTaint, unknown, type Value } from './value.ts'

/** Methods that what is no class of the program has as often. */
const ordinary =
	/^(?:get|set|put|add|pop|push|update|append|remove|delete|keys|values|items|copy|clear|index|count|insert|extend|read|write|open|close|join|split|format|find|replace|send|run|call|execute|save|load|create|filter|all|first|start|stop|submit|match|search|fetch|query|log|info|error|debug|warning|render|redirect|__\w+__)$/

/**
 * The method of a class that the file names, for an object that a framework hands over (`request.app['store']`, `self.store` of `initialize`): where
 * no other class there has a method of this name, and nothing else is known of the object. For what the data may do there, not for what comes out.
 */
export function methodByName(
	machine: Machine,
	holder: Expression,
	receiver: Value,
	target: Value,
	name: string,
	values: ArgumentValues,
): { readonly target: Value; readonly values: ArgumentValues } | undefined {
	if (!isDynamic(machine) || !machine.sawTaint || name.startsWith('__')) return undefined
	if (!isUnknown(receiver) || !isUnknown(target) || receiver.taint.length > 0) return undefined
	if (!isHandedOver(machine, holder, receiver) || target.paths.some((it) => machine.rules.calls.lookUp(it).length > 0))
		return undefined
	const given = [...values.positional, ...values.keywords.values()]
	if (!given.some((it) => deepTaints(machine, it).length > 0)) return undefined
	const has = ({ class: { methods } }: ClassValue): boolean =>
		methods.some((it) => it.name === name && it.form === 'method' && !it.isAbstract)
	const plain = plainName(machine, holder)
	const named = (machine.language === 'ruby' ? classesCalled(machine, plain) : namedClasses(machine, plain)).filter(has)
	// The file may name something else of the module, such as the error that a service throws.
	const classes =
		named.length > 0 || machine.language === 'ruby'
			? named
			: importedClasses(machine, plain).filter((it) => has(it) && isCalledLike(plain, it))
	const [only] = classes
	if (!only || classes.length > 1 || (ordinary.test(name) && !isCalledLike(plain, only))) return undefined
	const self = madeSomewhere(machine, only, holder)
	const functions = only.class.methods
		.filter((it) => it.name === name)
		.map((it) => ({ function: it, frame: only.frame, self, home: only }))
	return { target: { ...unknown, functions }, values: lessSure(values) }
}

/** Whether objects are handed over without a word of their class: in TypeScript it stands there, or there is none. */
function isDynamic({ language }: Machine): boolean {
	return language === 'python' || language === 'javascript' || language === 'ruby'
}

/** What its constructor makes of things that are only known by their declared types. */
export function madeSomewhere(machine: Machine, of: ClassValue, at: CodeSpan): Value {
	const self = instantiate(machine, of, { ...noArguments, rest: unknown }, at)
	machine.isDead = false
	for (const id of self.objects) {
		const state = machine.store.ownObject(id)
		if (state) state.isOpen = true
	}
	return self
}

function isUnknown({ objects, classes, functions, constants }: Value): boolean {
	return objects.length + classes.length + functions.length === 0 && constants === undefined
}

/** Whether it is a parameter, or an item or field of something that is not the program's: not what a library has made or is. */
function isHandedOver(machine: Machine, holder: Expression, { paths }: Value): boolean {
	const isKept = holder.kind === 'field' || holder.kind === 'index'
	if (holder.kind !== 'name' && !isKept) return false
	return paths.every(
		(it) =>
			it.startsWith('?') || (!it.endsWith('()') && !machine.rules.knows(it) && (isKept || keptByFramework.test(it))),
	)
}

/** A variable for what an object of a framework holds for the program: `store = request.app['store']`. */
const keptByFramework = /(?:\.[A-Z]\w*|\.current_app|\.g)\.(?:\w+\.)*\w+$/

/** Classes that the file defines or imports by their names. Of JavaScript those that are called like it: to look at an import is to run what is imported. */
function namedClasses(machine: Machine, plain: string): readonly ClassValue[] {
	const { scopes, frame } = machine.unit
	const found = new Set<ClassValue>()
	for (const [name, slot] of scopes.topSlots) {
		if (machine.language === 'javascript' && !(plain.length > 2 && name.toLowerCase().includes(plain))) continue
		for (const it of machine.valueIn(frame.base + slot)?.classes ?? []) found.add(it)
	}
	return [...found]
}

/** Classes that are called like it, of Ruby also in modules: of what was loaded, and of files by that name. */
function classesCalled(machine: Machine, plain: string): readonly ClassValue[] {
	for (const home of machine.program.handedTo(machine.unit)) runUnit(machine, home)
	const called = machine.classes.filter((it) => it.class.form === 'class' && isCalledLike(plain, it))
	const whole = called.filter((it) => it.class.name?.toLowerCase() === plain)
	return whole.length > 0 ? whole : called
}

/** Classes of the modules out of which the file imports something; of JavaScript those of files that are called like what is handed over. */
function importedClasses(machine: Machine, plain: string): readonly ClassValue[] {
	const { unit } = machine
	const units = new Set<ProgramUnit>()
	for (const home of machine.program.handedTo(unit)) {
		// Of `directory/client.js` the folder says what it is.
		const stems = home.file.split('/').slice(-2)
		if (
			plain.length <= 2 ||
			!stems.some((it) =>
				it
					.replace(/[^a-zA-Z\d]/g, '')
					.toLowerCase()
					.includes(plain),
			)
		)
			continue
		runUnit(machine, home)
		units.add(home)
	}
	for (const slot of machine.language === 'python' ? unit.scopes.topSlots.values() : []) {
		const { classes, functions } = machine.valueIn(unit.frame.base + slot) ?? unknown
		for (const it of [...classes, ...functions]) {
			const home = 'frame' in it ? (it.frame.unit as ProgramUnit) : unit
			if (home !== unit && units.size < mostModules) units.add(home)
		}
	}
	const found = new Set<ClassValue>()
	for (const home of units)
		for (const slot of home.scopes.topSlots.values())
			for (const it of machine.store.value(home.frame.base + slot)?.classes ?? [])
				if (it.frame.unit === home) found.add(it)
	return [...found]
}

const mostModules = 12

/** Of `self.user_stores` what its class may be called: `userstore`. */
function plainName({ unit }: Machine, { start, end }: Expression): string {
	const [last = ''] = /\w+(?=\W*$)/.exec(unit.text.slice(start, end)) ?? []
	return last
		.replaceAll('_', '')
		.toLowerCase()
		.replace(/(?<=\w{3})s$/, '')
}

/** `self.store` for a `SettingsStore`. */
function isCalledLike(plain: string, { class: { name } }: ClassValue): boolean {
	return plain.length > 2 && name?.toLowerCase().includes(plain) === true
}

function lessSure(values: ArgumentValues): ArgumentValues {
	const less = (it: Value): Value => (it.taint.length === 0 ? it : onlyTaint(it, weakened(it.taint)))
	return {
		...values,
		positional: values.positional.map(less),
		keywords: new Map([...values.keywords].map(([name, it]) => [name, less(it)])),
		written: [],
	}
}
