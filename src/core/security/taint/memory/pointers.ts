import type { Binary, Call, Expression, Name, Unary } from '../../ir/ir.ts'
import { assign, isTarget } from '../assign.ts'
import { takes } from '../calls/overloads.ts'
import { readIndex } from '../fields.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { checkIndex } from '../sinks.ts'
import { escapedItem } from '../texts/escapes.ts'
import { constant, constantOf, ofTaint, unknown, type Value } from '../value.ts'
import { addressed } from './addressed.ts'
import {
	advanced,
	checkAsked,
	checkBounds,
	checkUse,
	hasPointers,
	isFreed,
	isUninitialized,
	memoryOf,
	reportMemory,
} from './memory.ts'

/** `p + n`, `p - n`, `p - q`; undefined where no pointer is in it. */
export function pointerSum(it: Binary, left: Value, right: Value): Value | undefined {
	if (it.operator !== '+' && it.operator !== '-') return undefined
	const isLeft = left.objects.length > 0
	if (isLeft && right.objects.length > 0) return it.operator === '-' ? unknown : undefined
	const base = isLeft ? left : it.operator === '+' ? right : unknown
	if (base.objects.length === 0) return undefined
	const steps = constantOf(isLeft ? right : left)
	const count = typeof steps === 'number' ? (it.operator === '-' ? -steps : steps) : undefined
	return advanced(base, count)
}

/** `p++` of a pointer; undefined where it is a number. */
export function pointerStep(machine: Machine, it: Unary, operand: Value): Value | undefined {
	if (operand.objects.length === 0) return undefined
	const after = advanced(operand, it.operator === '++' ? 1 : -1)
	if (isTarget(it.operand)) assign(machine, it.operand, after)
	return it.isPostfix ? operand : after
}

/** What a pointer leads to. */
export function pointee(machine: Machine, operand: Value, at: Expression): Value {
	checkUse(machine, operand, at)
	checkAsked(machine, operand, at)
	if (!leadsToArray(machine, operand)) return escapedItem(machine, operand)
	checkBounds(machine, operand, constant(0), at)
	return escapedItem(machine, readIndex(machine, operand, operand.pointer?.at === 0 ? constant(0) : unknown, at))
}

export function leadsToArray(machine: Machine, value: Value): boolean {
	return value.objects.some((id) => machine.store.object(id)?.form === 'list')
}

/** `&x`: of an item it is a pointer to it; a variable may get a value through its address. */
export function addressOf(machine: Machine, it: Unary): Value {
	const { operand } = it
	if (operand.kind === 'index') {
		const object = machine.evaluate(operand.object)
		const index = operand.index ? machine.evaluate(operand.index) : unknown
		const steps = constantOf(index)
		if (index.taint.length > 0) checkIndex(machine, object, index, unknown, it)
		if (leadsToArray(machine, object)) return advanced(object, typeof steps === 'number' ? steps : undefined)
		return readIndex(machine, object, index, it)
	}
	if (operand.kind === 'name') {
		const cell = machine.cellOf(operand)
		const value = cell === undefined ? undefined : machine.store.value(cell)
		if (cell !== undefined && value && isUninitialized(value)) {
			machine.store.set(cell, unknown)
			return unknown
		}
	}
	return machine.evaluate(operand)
}

/** A library may write what it likes through an address that it gets. */
export function forgetPointees(machine: Machine, written: readonly { readonly value: Expression }[]): void {
	for (const { value: argument } of written) {
		const operand = addressed(argument)
		if (operand === argument) continue
		if (operand.kind !== 'name' && operand.kind !== 'field') continue
		const value = machine.evaluate(operand)
		if (value.objects.length > 0) {
			// A pointer whose address is handed over may lead elsewhere afterwards.
			if (value.objects.every((id) => memoryOf(machine, id)?.place === 'heap'))
				assign(machine, operand, ofTaint(value.taint))
			continue
		}
		if (value.constants === undefined) continue
		assign(machine, operand, { ...value, constants: undefined, paths: value.paths.filter((it) => !it.startsWith('@')) })
	}
}

/**
 * Variables without a value that a call gets: where it may be a macro or take them by reference, they have one afterwards.
 */
export function forgetUninitialized(machine: Machine, call: Call, target: Value | undefined): void {
	const { callee } = call
	if (target && target.classes.length > 0) return
	const called = (target?.functions ?? []).flatMap((it) => ('native' in it ? [] : [it.function]))
	const fitting = called.filter((it) => takes(it, call.arguments.length))
	const isKnown =
		fitting.length > 0 ||
		(callee.kind === 'name' &&
			(machine.rules.knows(callee.name) || machine.unit.ir.declares?.has(callee.name) === true))
	for (const [at, { value, byReference }] of call.arguments.entries()) {
		if (value.kind !== 'name') continue
		const isReference =
			byReference === true ||
			fitting.some((it) => it.parameters[at]?.byReference) ||
			(fitting.length === 0 && callee.kind === 'name' && isFilled(machine, callee.name, at))
		if (isKnown && !isReference) continue
		const cell = machine.cellOf(value)
		const held = cell === undefined ? undefined : machine.store.value(cell)
		if (cell !== undefined && held && isUninitialized(held)) machine.store.set(cell, unknown)
	}
}

/** `get_user(length, from)` is a macro: what it fills is the variable itself. */
function isFilled({ rules }: Machine, name: string, at: number): boolean {
	return rules.calls.lookUp(name).some((it) => it.form === 'source' && it.source.argument === at)
}

/**
 * Variables that hold what was given back, where a call gets their address, or a macro gets them that is not known: something else is put
 * into them, as the loops over lists do.
 */
export function forgetFreed(machine: Machine, call: Call, target: Value | undefined): void {
	const { callee } = call
	const isKnown = target !== undefined && (target.functions.length > 0 || target.classes.length > 0)
	const isMacro = !isKnown && callee.kind === 'name' && /^[A-Z][A-Z\d_]*$/.test(callee.name)
	for (const { value } of call.arguments) {
		const operand = addressed(value)
		if ((operand === value && !isMacro) || operand.kind !== 'name') continue
		const cell = machine.cellOf(operand)
		const held = cell === undefined ? undefined : machine.store.value(cell)
		if (cell !== undefined && held && held.objects.length > 0 && held.objects.every((id) => isFreed(machine, id)))
			machine.store.set(cell, unknown)
	}
}

/** Freed memory is not to be handed on. */
export function checkHandedOn(machine: Machine, { positional, written }: ArgumentValues): void {
	if (!hasPointers(machine)) return
	for (const [at, value] of positional.entries()) {
		const argument = written[at]
		// Through its address a pointer gets a new value.
		if (argument && addressed(argument.value) === argument.value) checkUse(machine, value, argument)
	}
}

/** A variable is read that nothing was assigned to. */
export function checkInitialized(machine: Machine, value: Value, at: Name): void {
	if (!isUninitialized(value)) return
	// In a loop around which it was declared, an earlier round may have given it a value that this way does not know.
	const cell = machine.cellOf(at)
	const isOlder = machine.loops.some((it) => !it.isSwitch && cell !== undefined && it.base.find(cell) !== undefined)
	if (!isOlder) reportMemory(machine, 'uninitialized', at)
}
