import { exported } from '../fields.ts'
import { run } from '../functions.ts'
import { type Machine, noArguments, type ProgramUnit } from '../machine.ts'
import { type ClassValue, type Scalar, unknown, type Value } from '../value.ts'

const deepestField = 3

/** Fills an object of Go with what the function that makes such objects (`NewStore`) leaves in it. */
export function fillAsMade(machine: Machine, home: ClassValue, self: Value): void {
	const made = madeByFunction(machine, home)
	const own = self.objects[0] === undefined ? undefined : machine.store.ownObject(self.objects[0])
	const fields = made === undefined ? undefined : machine.store.object(made)?.fields
	if (!own || !fields) return
	for (const [name, value] of fields) {
		const known = asFound(machine, value, 0)
		if (known) own.fields.set(name, known)
	}
}

/** The function is named after the struct, or is the `New` of its package. */
function madeByFunction(machine: Machine, home: ClassValue): number | undefined {
	const { name = '' } = home.class
	const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
	const unit = home.frame.unit as ProgramUnit
	for (const it of [`New${title}`, `new${title}`, 'New']) {
		const [called] = exported(machine, unit.object, it)?.functions ?? []
		if (!called || 'native' in called || called.function.isAbstract) continue
		const waiting = new Set(machine.waiting)
		const { value } = run(machine, called, undefined, { ...noArguments, rest: unknown }, called.function.head)
		machine.isDead = false
		// Functions that it makes are analyzed where it is.
		for (const one of machine.waiting) if (!waiting.has(one)) machine.waiting.delete(one)
		const found = objectsIn(machine, value).find((id) => machine.store.object(id)?.class === home)
		if (found !== undefined) return found
	}
	return undefined
}

/** Of several results those of the first, which the others say of whether it is there. */
function objectsIn(machine: Machine, { objects }: Value): readonly number[] {
	return objects.flatMap((id) => {
		const state = machine.store.object(id)
		return state?.form === 'list' ? (state.fields.get('0')?.objects ?? []) : [id]
	})
}

/** What a method finds later: settings may have changed by then, and what was empty may have been filled. */
function asFound(machine: Machine, value: Value, depth: number): Value | undefined {
	for (const id of depth < deepestField ? value.objects : []) {
		const state = machine.store.ownObject(id)
		if (!state) continue
		if (state.fields.size === 0) state.isOpen = true
		if (state.form !== 'instance') continue
		for (const [name, it] of state.fields) state.fields.set(name, asFound(machine, it, depth + 1) ?? unknown)
	}
	if (value.constants === undefined || value.constants.every(isSettled)) return value
	return { ...value, constants: undefined }
}

function isSettled(it: Scalar): boolean {
	return typeof it === 'string' && it !== ''
}
