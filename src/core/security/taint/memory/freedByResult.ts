import { foldBinary } from '../constants.ts'
import type { Machine, Way } from '../machine.ts'
import { boolean, constant, constantOf, ofObject, type Scalar, type Value } from '../value.ts'
import { changeMemory, hasPointers, memoryOf } from './memory.ts'

/** How a result says which memory the call gave back: `@freed:-1:-42`, the constant and the object. */
const freed = '@freed:'
const most = 4

/**
 * What the result of a function says of memory that some of its ways gave back: where each of them gives a constant which no other way gives,
 * who gets that constant has the memory no more.
 */
export function freedByResult(machine: Machine, exits: readonly Way[]): readonly string[] {
	if (!hasPointers(machine) || exits.length < 2) return []
	const constants = exits.map(({ value }) => constantOf(value))
	if (constants.some((it) => typeof it !== 'number')) return []
	const ids = exits.map(({ changes }) => freedIn(changes))
	const told: string[] = []
	for (const id of new Set(ids.flatMap((it) => [...it]))) {
		// What an earlier call gave back was given back on all of them.
		if (ids.every((it) => it.has(id)) || memoryOf(machine, id)?.freedIn !== undefined) continue
		for (const constant of new Set(constants)) {
			const same = ids.filter((_, at) => constants[at] === constant)
			if (same.every((it) => it.has(id))) told.push(`${freed}${constant}:${id}`)
		}
	}
	return told.slice(0, most)
}

function freedIn(changes: Way['changes']): ReadonlySet<number> {
	const ids = new Set<number>()
	for (const [key, cell] of changes)
		if (
			typeof key === 'number' &&
			key < 0 &&
			typeof cell === 'object' &&
			'fields' in cell &&
			cell.memory?.freedIn !== undefined
		)
			ids.add(key)
	return ids
}

/** A condition leaves these constants of a result: memory that was given back where it is any of them is gone. */
export function freeBy(machine: Machine, constants: readonly Scalar[], paths: readonly string[]): void {
	for (const id of freedFor(constants, paths))
		changeMemory(machine, ofObject(id), (memory) => ({ ...memory, freedIn: memory.freedIn ?? machine.frame.base }))
}

/** Objects that are gone whichever of the constants it is. */
function freedFor(constants: readonly Scalar[], paths: readonly string[]): readonly number[] {
	const told = paths.filter((it) => it.startsWith(freed)).map((it) => it.slice(freed.length).split(':'))
	if (told.length === 0 || constants.length === 0) return []
	return [...new Set(told.map(([, it]) => Number(it)))].filter((id) =>
		constants.every((it) => told.some(([constant, of]) => Number(of) === id && constant === String(it))),
	)
}

/** What is compared is such a result: so says the outcome, as the result did. Undefined where it is none. */
export function comparedResult(machine: Machine, operator: string, result: Value, other: Value): Value | undefined {
	const { constants, paths } = result
	if (!hasPointers(machine) || constants === undefined || !paths.some((it) => it.startsWith(freed))) return undefined
	const told: string[] = []
	for (const outcome of [true, false]) {
		const left = constants.filter(
			(it) => constantOf(foldBinary(operator, constant(it), other, machine.language)) === outcome,
		)
		for (const id of freedFor(left, paths)) told.push(`${freed}${outcome}:${id}`)
	}
	return told.length === 0 ? undefined : { ...boolean, paths: told }
}

/** A condition that is such a result turned out to be so. */
export function freeWhen(machine: Machine, { constants, paths }: Value, truth: boolean): void {
	if (paths.some((it) => it.startsWith(freed)))
		freeBy(machine, constants?.filter((it) => Boolean(it) === truth) ?? [], paths)
}
