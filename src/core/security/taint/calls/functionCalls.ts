import type { Call, FunctionIr } from '../../ir/ir.ts'
import { nodesOf } from '../../ir/irNodes.ts'
import { exported } from '../fields.ts'
import type { Machine } from '../machine.ts'
import { findMember } from '../members.ts'
import type { FunctionValue, Value } from '../value.ts'
import { namedCallable } from './namedCallable.ts'

/** Functions that are still looked at, from one to those that it calls. */
const mostFollowed = 12

/** Whether a value is a function that calls something of such a name, itself or in the functions of the program that it calls. */
export function functionCalls(machine: Machine, value: Value, pattern: Pick<RegExp, 'test'>): boolean {
	const found = namedCallable(machine, value) ?? value
	const waiting = found.functions.flatMap((it) => ('native' in it ? [] : [it]))
	const seen = new Set<FunctionIr>()
	for (let at = 0; at < waiting.length && seen.size < mostFollowed; at++) {
		const one = waiting[at] as FunctionValue
		if (seen.has(one.function)) continue
		seen.add(one.function)
		machine.ran?.add(one.function)
		for (const { name, isOwn } of calledIn(one.function)) {
			if (pattern.test(name)) return true
			waiting.push(...ofProgram(machine, one, name, isOwn))
		}
	}
	return false
}

interface CalledName {
	readonly name: string
	/** Whether it is called on the object itself. */
	readonly isOwn: boolean
}

function calledIn({ body }: FunctionIr): readonly CalledName[] {
	return nodesOf<Call>(body, 'call').flatMap(({ callee }) => {
		const { name, object } = callee as { readonly name?: unknown; readonly object?: { readonly kind?: unknown } }
		return typeof name === 'string' ? [{ name, isOwn: object?.kind === 'self' || object?.kind === 'name' }] : []
	})
}

function ofProgram(machine: Machine, { home, frame }: FunctionValue, name: string, isOwn: boolean): FunctionValue[] {
	const member = isOwn && home ? findMember(machine, home, name, undefined) : undefined
	const unit = frame.unit as typeof machine.unit
	// A function of the file, or one that it imports, is no part of what the file hands on.
	const slot = isOwn ? undefined : unit.scopes.topSlots.get(name)
	const value =
		member ??
		(isOwn ? undefined : exported(machine, unit.object, name)) ??
		(slot === undefined ? undefined : machine.valueIn(unit.frame.base + slot))
	return (value?.functions ?? []).flatMap((it) => ('native' in it ? [] : [it]))
}
