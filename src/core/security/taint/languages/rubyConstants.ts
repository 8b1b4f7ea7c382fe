import type { Machine } from '../machine.ts'
import type { ClassValue, Value } from '../value.ts'

/** A constant of the class that the code stands in, or of one around it. */
export function constantAround(machine: Machine, name: string): Value | undefined {
	if (!/^[A-Z]/.test(name)) return undefined
	for (let home = machine.frame.home; home; home = home.frame.home) {
		const value = machine.store.object(home.object)?.fields.get(name) ?? ofBases(machine, home, name, 0)
		if (value) return value
	}
	return undefined
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
