import type { FunctionIr } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { type Machine, noArguments, type ProgramUnit } from './machine.ts'
import { extendPaths } from './paths.ts'
import { runUnit } from './units.ts'
import { type ClassValue, type FunctionValue, joinValues, unknown, type Value } from './value.ts'

/** Bases of bases that are still looked at. */
export const deepestBase = 10

/** A method, getter or declared field of a class or its bases. @param self the object, to which a method is bound */
export function findMember(
	machine: Machine,
	of: ClassValue,
	name: string,
	self: Value | undefined,
	at?: CodeSpan,
	depth = 0,
): Value | undefined {
	const found: FunctionIr[] = []
	let isAbstract = false
	for (const it of of.class.methods) {
		if (it.name !== name) {
			if (it.form === 'setter' && name === `set ${it.name}`) found.push(it)
			continue
		}
		if (it.form === 'getter' && at) {
			const getter: Value = { ...unknown, functions: [{ function: it, frame: of.frame, self, home: of }] }
			return machine.parts.callValue(machine, getter, self, noArguments, at)
		}
		if (it.isAbstract) isAbstract = true
		else if (it.form !== 'setter' && it.form !== 'getter') found.push(it)
	}
	if (found.length > 0) {
		return { ...unknown, functions: found.map((it) => ({ function: it, frame: of.frame, self, home: of })) }
	}
	if (isAbstract) {
		const implemented = implementations(machine, of, name)
		if (implemented) return implemented
	}
	const outside = methodOutside(machine, of, name)
	if (outside.length > 0) return { ...unknown, functions: outside.map((it) => ({ ...it, self })) }
	const fixed = machine.store.object(of.object)?.fields.get(name)
	if (fixed) return fixed
	const field = of.class.fields.find((it) => it.name === name)
	let value: Value | undefined
	for (const base of of.bases) {
		if (depth >= deepestBase) break
		for (const one of base.classes) {
			const inherited = findMember(machine, one, name, self, at, depth + 1)
			if (inherited) value = value ? joinValues(value, inherited) : inherited
		}
		// Which of several library classes has it is not known: it is named as each of them has it.
		if (base.paths.length > 0 && !field && (!value || isOnlyNamed(value))) {
			const named = { ...unknown, paths: extendPaths(machine, base.paths, `.${name}`) }
			value = value ? joinValues(value, named) : named
		}
	}
	if (value) return value
	return field ? machine.parts.withType(machine, unknown, field.type) : undefined
}

/** Whether no more is known of it than what libraries call it. */
function isOnlyNamed({ functions, classes, objects, constants, taint }: Value): boolean {
	return functions.length + classes.length + objects.length + taint.length === 0 && constants === undefined
}

const mostImplementations = 4

/** The methods that may be meant by one that has no body of its own. */
function implementations(machine: Machine, of: ClassValue, name: string): Value | undefined {
	const functions: FunctionValue[] = []
	for (const unit of machine.program.implementers(of.frame.unit as ProgramUnit)) runUnit(machine, unit)
	for (const one of machine.classes) {
		const isOne = one.bases.some((base) => base.classes.some((it) => it.class === of.class))
		if (functions.length >= mostImplementations || !isOne) continue
		for (const it of one.class.methods) {
			if (it.name !== name || it.isAbstract) continue
			// Of the object no more is known than that it is one of this class.
			const self = { ...unknown, objects: [machine.newObject('instance', { ofClass: one, isOpen: true })] }
			functions.push({ function: it, frame: one.frame, self, home: one })
		}
	}
	return functions.length === 0 ? undefined : { ...unknown, functions }
}

/** A method that stands in the class's file or another one of its package, but not in the class. */
function methodOutside(machine: Machine, of: ClassValue, name: string): readonly FunctionValue[] {
	if (machine.language !== 'go' && machine.language !== 'c') return []
	const named = (): readonly FunctionValue[] => of.more.filter((it) => it.function.name === name)
	const own = named()
	if (own.length > 0) return own
	const unit = machine.program.packageUnit(of.frame.unit as ProgramUnit, `${of.class.name}.${name}`)
	if (unit?.state !== 'new') return own
	runUnit(machine, unit)
	return named()
}

/** All classes and library types that a class comes from, itself included. */
export function basePaths(of: ClassValue, depth = 0): readonly string[] {
	const paths: string[] = []
	for (const base of of.bases) {
		paths.push(...base.paths)
		if (depth < deepestBase) for (const one of base.classes) paths.push(...basePaths(one, depth + 1))
	}
	return paths
}

/** A method by which an object is called like a function. */
export function callable(machine: Machine, id: number): Value | undefined {
	const state = machine.store.object(id)
	if (!state?.class) return undefined
	return (
		findMember(machine, state.class, '__call__', { ...unknown, objects: [id] }) ??
		findMember(machine, state.class, '__invoke', { ...unknown, objects: [id] })
	)
}
