import { constant, constantOf, ofObject, type Value } from '../value.ts'
import type { GlobalCall, Native } from './native.ts'

const fileField = '@file'

/** A stream of a file of settings, which knows its name until the settings are read. */
export function settingsStream({ machine, path, values, isNew }: GlobalCall): Value | undefined {
	const [given] = values.positional
	if (!given || given.taint.length > 0) return undefined
	const name = constantOf(given)
	if (typeof name === 'string') {
		if (!name.endsWith('.properties')) return undefined
		const id = machine.newObject('instance', { isOpen: true })
		machine.store.ownObject(id)?.fields.set(fileField, constant(name.replace(/^\//, '')))
		return { ...ofObject(id), paths: [isNew ? path : 'java.io.InputStream'] }
	}
	return given.objects.some((id) => machine.store.object(id)?.fields.has(fileField)) ? given : undefined
}

/** `properties.load(stream)`: what the file says, where it is one of the program. */
export const loadsSettings: Native = ({ machine, state, values }) => {
	state.isOpen = true
	for (const id of values.positional[0]?.objects ?? []) {
		const name = constantOf(machine.store.object(id)?.fields.get(fileField) ?? constant(null))
		const settings = typeof name === 'string' ? machine.program.settings(name) : undefined
		for (const [key, value] of settings ?? []) state.fields.set(key, constant(value))
	}
	return constant(null)
}
