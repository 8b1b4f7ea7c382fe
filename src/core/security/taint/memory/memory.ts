import type { FindRule } from '../../rules/ruleTypes.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine } from '../machine.ts'
import type { Memory, ObjectState } from '../store.ts'
import { ofObject, type Scalar, type Value } from '../value.ts'

/** Defects that are seen in what a program does to memory, not in one call: a rule says what each is. */
export type MemoryDefect = NonNullable<FindRule['memory']>

export function hasPointers(machine: Machine): boolean {
	return machine.language === 'c'
}

export function reportMemory(machine: Machine, defect: MemoryDefect, at: CodeSpan): void {
	for (const it of machine.rules.memory.get(defect) ?? []) machine.reporter.find(it, machine.place(at))
}

export function memoryOf(machine: Machine, id: number): Memory | undefined {
	return machine.store.object(id)?.memory
}

/** Of all objects that a pointer may lead to, the one with the most room behind it: bytes; undefined where one is not known. */
export function roomBehind(machine: Machine, value: Value): number | undefined {
	const at = value.pointer ? value.pointer.at : 0
	if (at === undefined || value.objects.length === 0) return undefined
	let most: number | undefined
	for (const id of value.objects) {
		const bytes = memoryOf(machine, id)?.bytes
		if (bytes === undefined) return undefined
		most = Math.max(most ?? 0, bytes - at)
	}
	return most
}

/** The text that a pointer leads to, where it is known; a literal is its own. */
export function textBehind(machine: Machine, value: Value): string | undefined {
	const { constants, objects } = value
	if (objects.length === 0) {
		const [only] = constants ?? []
		return constants?.length === 1 && typeof only === 'string' ? only : undefined
	}
	if (objects.length > 1 || (value.pointer && value.pointer.at !== 0)) return undefined
	return memoryOf(machine, objects[0] as number)?.text
}

/** The pointer some elements further on. */
export function advanced(value: Value, count: number | undefined): Value {
	const { at, unit } = value.pointer ?? { at: 0, unit: undefined }
	const moved =
		at === undefined || count === undefined
			? undefined
			: unit === undefined && count !== 0
				? undefined
				: at + count * (unit ?? 0)
	return { ...value, pointer: { at: moved, unit } }
}

export function changeMemory(
	machine: Machine,
	value: Value,
	change: (memory: Memory, state: ObjectState) => Memory,
): void {
	for (const id of value.objects) {
		const state = machine.store.ownObject(id)
		if (state) state.memory = change(state.memory ?? noMemory, state)
	}
}

export const noMemory: Memory = { bytes: undefined, text: undefined, freedIn: undefined, place: undefined }

/** How many bytes were read at most, as the path of what a read gave: `@count:512`. */
export const counted = '@count:'

export function countIn({ paths, constants }: Value): number | undefined {
	const path = constants === undefined ? paths.find((it) => it.startsWith(counted)) : undefined
	return path === undefined ? undefined : Number(path.slice(counted.length))
}

/** As many were read as there is room for: what is written behind the last one is written beyond the array. */
function isBehindLast(machine: Machine, object: Value, index: Value): boolean {
	const count = countIn(index)
	const { pointer } = object
	return count !== undefined && pointer?.unit === 1 && pointer.at === 0 && roomBehind(machine, object) === count
}

/** `object[index]`: whether it lies in what the pointer leads to. */
export function checkBounds(machine: Machine, object: Value, index: Value, at: CodeSpan): void {
	if (!hasPointers(machine)) return
	if (isBehindLast(machine, object, index)) reportMemory(machine, 'outOfBounds', at)
	if (index.constants === undefined || index.taint.length > 0) return
	const unit = object.pointer?.unit
	if (unit === undefined) return
	const room = roomBehind(machine, object)
	if (room === undefined) return
	const before = object.pointer?.at ?? 0
	const leaves = (it: Scalar): boolean => typeof it === 'number' && ((it + 1) * unit > room || before + it * unit < 0)
	// What a loop counts up to is often more than it comes to.
	const isInLoop = machine.loops.some((it) => !it.isSwitch)
	const isOutside = isInLoop ? index.constants.every(leaves) : index.constants.some(leaves)
	if (isOutside && index.constants.length > 0) reportMemory(machine, 'outOfBounds', at)
}

/** A condition asks whether a pointer leads anywhere. */
export function asked(machine: Machine, value: Value): void {
	if (!hasPointers(machine)) return
	if (value.objects.some((id) => memoryOf(machine, id)?.isUnasked === true))
		changeMemory(machine, value, (memory) => ({ ...memory, isUnasked: false }))
}

/** What memory that was asked for is read or written, before it is known whether there was any. */
export function checkAsked(machine: Machine, value: Value, at: CodeSpan): void {
	if (value.objects.length === 0 || !hasPointers(machine)) return
	if (!value.objects.every((id) => memoryOf(machine, id)?.isUnasked === true)) return
	reportMemory(machine, 'unasked', at)
	asked(machine, value)
}

/** What a pointer leads to is read, written or handed over. */
export function checkUse(machine: Machine, value: Value, at: CodeSpan): void {
	if (value.objects.length === 0) return
	if (value.objects.every((id) => isFreed(machine, id))) reportMemory(machine, 'useAfterFree', at)
}

/**
 * Whether it was given back by this call of a function or one that it made. What another call gave back is left out: between the two, pointers
 * may have been changed in ways that are not seen.
 */
export function isFreed(machine: Machine, id: number): boolean {
	const freedIn = memoryOf(machine, id)?.freedIn
	return freedIn !== undefined && machine.frame.base <= freedIn
}

/** A variable that has no value yet is read. */
export function isUninitialized(value: Value): boolean {
	return value.constants?.length === 0 && value.paths[0] === '@uninitialized'
}

/** A text was read or copied into what a pointer leads to, without its end. */
export function isUnended(machine: Machine, { objects, pointer }: Value): boolean {
	if (objects.length === 0 || (pointer && pointer.at !== 0)) return false
	return objects.every((id) => memoryOf(machine, id)?.isUnended === true)
}

/** A structure of which a member has no value yet. */
export function hasUnset(machine: Machine, { objects, pointer }: Value): boolean {
	const [id] = objects
	if (id === undefined || objects.length > 1 || (pointer && pointer.at !== 0)) return false
	const unset = memoryOf(machine, id)?.unset
	return unset !== undefined && unset.size > 0 && !unset.has('[]')
}

/** Something is written into an array or structure, at a member or at places that are not known: it counts as having a value. */
export function settle(machine: Machine, { objects }: Value, member?: string): void {
	if (!hasPointers(machine) && machine.language !== 'go') return
	for (const id of objects) {
		const memory = memoryOf(machine, id)
		if (memory?.isFixed) changeMemory(machine, ofObject(id), (it) => ({ ...it, isFixed: false }))
		if (!memory?.isUnended && !memory?.unset?.size) continue
		if (member !== undefined && !memory.unset?.has(member)) continue
		const unset = new Set(member === undefined ? [] : memory.unset)
		if (member !== undefined) unset.delete(member)
		const state = machine.store.ownObject(id)
		if (state)
			state.memory = { ...memory, isFixed: false, unset, ...(member === undefined ? { isUnended: false } : {}) }
	}
}
