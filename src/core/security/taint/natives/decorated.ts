import { assign, isTarget } from '../assign.ts'
import { writeField } from '../fields.ts'
import { type LibraryCall, lastName } from '../library/libraryCall.ts'
import type { Machine } from '../machine.ts'
import { constantOf } from '../value.ts'

/** `server.decorate('name', value)` is `server.name = value` (Fastify). */
export function decorated(machine: Machine, call: LibraryCall): void {
	const { receiver, holder, values, at } = call
	if (machine.language !== 'javascript' || !receiver || !holder || lastName(call.paths) !== 'decorate') return
	const [named, value] = values.positional
	const name = named && constantOf(named)
	if (typeof name !== 'string' || !value || values.positional.length > 3) return
	const object = writeField(machine, receiver, name, value, at)
	if (object !== receiver && isTarget(holder)) assign(machine, holder, object)
}
