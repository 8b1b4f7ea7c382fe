import type { CodeSpan } from '../../tree/codeNode.ts'
import { valueOfType } from '../entryValues.ts'
import { argumentsOf, type Machine } from '../machine.ts'
import { extendPaths } from '../paths.ts'
import { unknown, type Value } from '../value.ts'

/** Languages in which who is told of something is kept in a field: JavaScript, and events of C#. */
const events: ReadonlySet<string> = new Set(['javascript', 'csharp'])

/** `socket.onmessage = (event) => …`, `consumer.Received += (_, e) => …`: what is assigned is called as a function is that was handed over. */
export function callHandler(
	machine: Machine,
	object: Value,
	name: string | undefined,
	value: Value,
	at: CodeSpan,
): void {
	if (value.functions.length === 0 || !events.has(machine.language)) return
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
