import { deepTaints } from '../items.ts'
import { type LibraryCall, lastName } from '../library/libraryCall.ts'
import type { Machine } from '../machine.ts'
import { constantOf, joinValues, unknown } from '../value.ts'

const emitters =
	/^(?:events|eventemitter2|eventemitter3|tiny-emitter|nanoevents|mitt|emittery|tseep|@nestjs\/event-emitter|electron\.ipcMain)(?:[.(]|$)/
const listening = /^(?:on|once|addListener|prependListener|prependOnceListener|subscribe)$/
const telling = /^(?:emit|emitAsync|emitSerial|emitReserved)$/

/** `bus.on('job', handler)`, and what `bus.emit('job', data)` hands to it: what goes from one part of a program to another by the name of an event. */
export function emitted(machine: Machine, { paths, values, at }: LibraryCall): void {
	if (machine.language !== 'javascript') return
	const name = lastName(paths)
	const isListening = listening.test(name)
	if (!isListening && !telling.test(name)) return
	if (!paths.some((it) => emitters.test(it))) return
	const [named, ...given] = values.positional
	const event = named && constantOf(named)
	if (typeof event !== 'string') return
	if (machine.record) machine.record.isShared = true
	const known = machine.listeners.get(event)
	if (isListening) {
		// Of what a function hands over the variables may be gone when the event comes.
		const functions = (given[0]?.functions ?? []).filter((it) => !('native' in it) && !it.frame.function)
		if (functions.length === 0) return
		const listener = { ...unknown, functions: functions.slice(0, mostListeners) }
		machine.listeners.set(event, known ? joinValues(known, listener) : listener)
		return
	}
	if (!known || known.functions.length > mostListeners) return
	if (!given.some((it) => deepTaints(machine, it).length > 0)) return
	const { isDead } = machine
	machine.parts.callValue(
		machine,
		known,
		undefined,
		{ ...values, positional: given, written: values.written.slice(1) },
		at,
	)
	machine.isDead = isDead
}

const mostListeners = 8
