import type { Machine, ProgramUnit } from '../machine.ts'
import { runUnit } from '../units.ts'
import type { ClassValue, Value } from '../value.ts'

/** A constant of the class that the code stands in, or of one around it. */
export function constantAround(machine: Machine, name: string): Value | undefined {
	if (!/^[A-Z]/.test(name)) return undefined
	for (let home = machine.frame.home; home; home = home.frame.home) {
		const value = machine.store.object(home.object)?.fields.get(name) ?? ofBases(machine, home, name, 0)
		if (value) return value
	}
	for (let home = machine.frame.home; home; home = home.frame.home) {
		const value = constantIn(machine, home, name)
		if (value) return value
	}
	return undefined
}

/** A constant of a module that other files say more of: `module Shop` stands in each file of `lib/shop`. */
export function constantIn(machine: Machine, home: ClassValue, name: string): Value | undefined {
	const parts = modulesOf(home)
	if (!/^[A-Z]/.test(name) || parts === undefined) return undefined
	const [top = ''] = parts
	const beside = machine.program.packageUnit(machine.unit, [...parts, name].join('.'))
	for (const unit of new Set([...(beside ? [beside] : []), ...machine.included])) {
		if (unit === machine.unit || unit.state === 'running' || !unit.scopes.topSlots.has(top)) continue
		runUnit(machine, unit)
		const value = constantAt(machine, unit, [...parts, name])
		if (value) return value
	}
	return undefined
}

/** The names of the modules around a class, and its own: `Shop`, `Cart` of `Shop::Cart`. */
export function modulesOf(of: ClassValue): readonly string[] | undefined {
	const parts: string[] = []
	for (let home: ClassValue | undefined = of; home; home = home.frame.home) {
		if (home.class.name === undefined) return undefined
		parts.unshift(home.class.name)
	}
	return parts
}

function constantAt(machine: Machine, unit: ProgramUnit, [top = '', ...inner]: readonly string[]): Value | undefined {
	const slot = unit.scopes.topSlots.get(top)
	let value = slot === undefined ? undefined : machine.valueIn(unit.frame.base + slot)
	for (const name of inner) {
		const holder: readonly ClassValue[] = value?.classes ?? []
		value = undefined
		for (const one of holder) value ??= machine.store.object(one.object)?.fields.get(name)
	}
	return value
}

function ofBases(machine: Machine, of: ClassValue, name: string, depth: number): Value | undefined {
	for (const base of of.bases) {
		for (const one of base.classes) {
			const value =
				machine.store.object(one.object)?.fields.get(name) ??
				(depth < 5 ? ofBases(machine, one, name, depth + 1) : undefined)
			if (value) return value
		}
	}
	return undefined
}
