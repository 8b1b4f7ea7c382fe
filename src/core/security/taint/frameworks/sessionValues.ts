import type { Machine } from '../machine.ts'
import { constantOf, joinValues, type Value } from '../value.ts'
import { type SessionWrites, sessionWrites } from './sessionWrites.ts'

export function readsSession(name: string): boolean {
	return name === 'delete' || name === 'fetch' || name === '[]' || name === 'dig'
}

/**
 * What the session holds under a key: it came there with another request. Where the program puts something of a request there, as it
 * is, that is what is read.
 */
export function sessionValue(machine: Machine, session: Value, key: Value | undefined): Value | undefined {
	const name = key && constantOf(key)
	if (typeof name !== 'string' || !session.paths.some((it) => /(?:^|\.)session\(\)$/.test(it))) return undefined
	// What this request put there itself is known better.
	for (const id of session.objects) {
		const own = machine.store.object(id)?.fields.get(name)
		if (own) return own
	}
	let value: Value | undefined
	for (const written of writesOf(machine).get(name)?.slice(0, mostWrites) ?? []) {
		const one = machine.evaluate(written)
		value = value ? joinValues(value, one) : one
	}
	return value && { ...value, constants: undefined }
}

const mostWrites = 3

function writesOf({ unit, sessions }: Machine): SessionWrites {
	const known = sessions.get(unit)
	if (known) return known
	const found = sessionWrites(unit.ir)
	sessions.set(unit, found)
	return found
}
