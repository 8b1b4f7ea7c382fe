import type { CodeSpan } from '../../tree/codeNode.ts'
import { valueOfType } from '../entryValues.ts'
import { argumentsOf, type Machine } from '../machine.ts'
import { extendPaths } from '../paths.ts'
import { unknown, type Value } from '../value.ts'

/** `socket.onmessage = (event) => …`: what is assigned is called as a function is that was handed over. */
export function callHandler(
	machine: Machine,
	object: Value,
	name: string | undefined,
	value: Value,
	at: CodeSpan,
): void {
	if (machine.language !== 'javascript' || value.functions.length === 0) return
	const paths = name === undefined ? object.paths : extendPaths(machine, object.paths, `.${name}`)
	for (const path of paths) {
		if (path.startsWith('?')) continue
		for (const entry of machine.rules.calls.lookUp(path)) {
			if (entry.form !== 'callback' || entry.callback.property !== undefined) continue
			const given = entry.callback.parameters.map((it) => (it === '' ? unknown : valueOfType(machine, it, at)))
			machine.parts.callValue(machine, { ...unknown, functions: value.functions }, undefined, argumentsOf(...given), at)
			machine.isDead = false
		}
	}
}
