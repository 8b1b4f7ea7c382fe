import { exported, readField } from '../fields.ts'
import type { Machine } from '../machine.ts'
import { undefinedName } from '../names.ts'
import { joinValues, unknown, type Value } from '../value.ts'

/** What PHP calls for a text or a pair: `'trim'`, `'Class::method'`, `[$object, 'method']`; undefined for what is none of these. */
export function namedCallable(machine: Machine, value: Value): Value | undefined {
	if (machine.language !== 'php' || value.functions.length > 0 || value.classes.length > 0) return undefined
	let found: Value | undefined
	const add = (it: Value): void => {
		found = found ? joinValues(found, it) : it
	}
	for (const it of value.constants ?? []) {
		if (typeof it !== 'string' || !/^\\?[A-Za-z_][\w\\]*(?:::\w+)?$/.test(it)) continue
		const [name = '', method] = it.replace(/^\\/, '').split('::')
		const named = ofName(machine, name)
		add(method === undefined ? named : readField(machine, named, method, { start: 0, end: 0 }))
	}
	for (const id of value.objects) {
		const state = machine.store.object(id)
		const [owner, method] = [state?.fields.get('0'), state?.fields.get('1')]
		if (state?.form !== 'list' || state.length !== 2 || !owner || !method) continue
		const target = namedCallable(machine, owner) ?? owner
		for (const it of method.constants ?? [])
			if (typeof it === 'string') add(readField(machine, target, it, { start: 0, end: 0 }))
	}
	return found
}

function ofName(machine: Machine, name: string): Value {
	const path = name.split('\\')
	const last = path.at(-1) ?? name
	return exported(machine, machine.unit.object, last) ?? undefinedName(machine, last) ?? unknown
}
