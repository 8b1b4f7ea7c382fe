import { asField } from '../declaredTypes.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { derived, fieldTaints, joinTaints, type Taint } from '../taint.ts'
import { joinValues, ofTaint, unknown, type Value, withTaint } from '../value.ts'

/** Languages whose objects are reached through `setX` and `getX` alone. */
function hasBeans(language: string): boolean {
	return language === 'java' || language === 'csharp'
}

/** What a program of C# is started with; its list of arguments is there from the beginning. */
const startInfo = 'System.Diagnostics.ProcessStartInfo'

/** Properties that a constructor sets, where rules ask for them. */
const constructed: ReadonlyMap<string, readonly string[]> = new Map([
	[startInfo, ['FileName', 'Arguments']],
	['Microsoft.AspNetCore.Identity.IdentityUser', ['UserName']],
	['Microsoft.AspNetCore.Identity.IdentityRole', ['Name']],
])

/** An object of a class that is not of the program: other names for it are the same object. */
export function newBean(machine: Machine, paths: readonly string[], { positional }: ArgumentValues): Value {
	if (!hasBeans(machine.language)) return { ...unknown, paths }
	const id = machine.newObject('instance', { isOpen: true })
	const [path = ''] = paths
	// Constructors that say the same as properties.
	const names = constructed.get(path) ?? []
	for (const [at, name] of names.entries()) {
		const value = positional[at]
		if (value) machine.store.ownObject(id)?.fields.set(name, value)
	}
	const words = path === startInfo ? machine.newObject('list', { length: 0 }) : undefined
	if (words !== undefined) machine.store.ownObject(id)?.fields.set('ArgumentList', { ...unknown, objects: [words] })
	return { ...unknown, paths, objects: [id] }
}

/**
 * `setX(…)` and `getX()` of an object whose class is not known: what was set is what is got.
 * @returns undefined where it is another call, or nothing is known of the property
 */
export function beanCall(
	machine: Machine,
	receiver: Value | undefined,
	name: string,
	values: ArgumentValues,
): Value | undefined {
	if (!receiver || receiver.objects.length === 0 || !hasBeans(machine.language)) return undefined
	const property = /^(?:set|get|is)([A-Z]\w*)$/.exec(name)?.[1]
	if (property === undefined) return undefined
	const field = property.charAt(0).toLowerCase() + property.slice(1)
	const isSetter = name.startsWith('set')
	if (values.positional.length !== (isSetter ? 1 : 0)) return undefined
	let found: Value | undefined
	for (const id of receiver.objects) {
		const state = isSetter ? machine.store.ownObject(id) : machine.store.object(id)
		if (state?.form !== 'instance') return undefined
		const known = state.fields.get(field)
		if (isSetter) {
			const value = values.positional[0] as Value
			state.fields.set(field, receiver.objects.length === 1 || !known ? value : joinValues(known, value))
			found = unknown
		} else {
			const value = known ?? asField(machine, receiver, field, ofTaint(derived(rest(receiver, state.other, field))))
			found = found ? joinValues(found, value) : value
		}
	}
	return found
}

/** Of a property that nobody set: what the object was made of. */
function rest(receiver: Value, other: Value, field: string): readonly Taint[] {
	return joinTaints(fieldTaints(receiver.taint, field), withTaint(other, []).taint)
}
