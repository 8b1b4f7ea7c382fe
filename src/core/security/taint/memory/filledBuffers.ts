import { deepTaints } from '../items.ts'
import { type LibraryCall, lastName } from '../library/libraryCall.ts'
import { pour } from '../library/propagation.ts'
import type { Machine } from '../machine.ts'
import { joinTaints, stepped, type Taint, weakened } from '../taint.ts'
import { constantOf, unknown } from '../value.ts'
import { addressed } from './addressed.ts'
import { roomBehind } from './memory.ts'

/** What makes other data of it, or makes it harmless. */
const makesOther =
	/esc|enc(?:ode|rypt)|quot|saniti|clean|strip|hash|digest|hex|md5|sha\d|crypt|hmac|sign|verif|valid|check|compar|equal|log|print|warn|error/i

const takesApart = /unesc|unquot|decode|parse/i

/**
 * A function that nothing is known of gets outside data and a room to fill: an array with its size (`parameter(query, "id", id, sizeof(id))`), or the address of a
 * pointer or structure. What it leaves there is taken of the data.
 */
export function fillBuffers(machine: Machine, call: LibraryCall): void {
	const { positional } = call.values
	const name = lastName(call.paths)
	if (!machine.sawTaint || positional.length < 2 || (makesOther.test(name) && !takesApart.test(name))) return
	for (let at = 1; at < positional.length; at++) {
		if (!isRoom(machine, call, at)) continue
		let sent: readonly Taint[] = []
		for (const it of positional.slice(0, at)) sent = joinTaints(sent, deepTaints(machine, it))
		if (sent.length === 0) continue
		const place = machine.place(call.at)
		pour(
			machine,
			call,
			at,
			weakened(sent).map((it) => stepped({ ...it, isWhole: false }, place, 'step', `${name}()`)),
		)
	}
}

/** An array whose size is handed over behind it, or what was declared to get a pointer. */
function isRoom(machine: Machine, { values: { positional, written } }: LibraryCall, at: number): boolean {
	const argument = written[at]?.value
	const value = positional[at]
	if (!argument || !value) return false
	const [id] = value.objects
	if (id === undefined || value.objects.length > 1) return false
	const state = machine.store.object(id)
	if (state?.form !== 'list') return addressed(argument) !== argument && state?.form === 'instance'
	if (argument.kind !== 'name' && argument.kind !== 'field') return false
	const size = written[at + 1]
	if (!size) return false
	const text = machine.unit.text.slice(size.start, size.end).replace(/\s+/g, '')
	const own = machine.unit.text.slice(argument.start, argument.end)
	if (text.startsWith(`sizeof(${own})`) || text === `sizeof${own}`) return true
	const count = constantOf(positional[at + 1] ?? unknown)
	const room = roomBehind(machine, value)
	return typeof count === 'number' && room !== undefined && count >= room - 1 && count <= room
}
