import type { Machine } from '../machine.ts'
import { deepestBase } from '../members.ts'
import type { ClassValue, Value } from '../value.ts'

/** Languages whose inner classes see the members of the classes around them as their own. */
export function nestsClasses(language: string): boolean {
	return language === 'java' || language === 'csharp'
}

/** Whether a class or one of its bases in the program has a member of this name. */
export function declares(machine: Machine, of: ClassValue, name: string, depth = 0): boolean {
	if (of.class.fields.some((it) => it.name === name) || of.class.methods.some((it) => it.name === name)) return true
	if (machine.store.object(of.object)?.fields.has(name)) return true
	if (depth >= deepestBase) return false
	return of.bases.some((base) => base.classes.some((one) => declares(machine, one, name, depth + 1)))
}

/** The object or class around an inner class that has a member which the inner class does not have. */
export function enclosingHolder(
	machine: Machine,
	of: ClassValue,
	around: Value | undefined,
	name: string,
): Value | undefined {
	if (!nestsClasses(machine.language) || declares(machine, of, name)) return undefined
	let holder = around ?? of.frame.self
	for (let outer = of.frame.home; outer && outer !== of; outer = outer.frame.home) {
		if (declares(machine, outer, name)) return holder
		holder = outer.frame.self
	}
	return undefined
}

/** The class in whose static fields a name stands; undefined where it is no static field. */
export function staticOwner(of: ClassValue, name: string, depth = 0): ClassValue | undefined {
	const field = of.class.fields.find((it) => it.name === name)
	if (field) return field.isStatic ? of : undefined
	if (depth >= deepestBase) return undefined
	for (const base of of.bases) {
		for (const one of base.classes) {
			const found = staticOwner(one, name, depth + 1)
			if (found) return found
		}
	}
	return undefined
}
