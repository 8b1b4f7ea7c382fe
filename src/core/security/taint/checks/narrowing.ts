import type { Expression, FieldAccess, Name } from '../../ir/ir.ts'
import { foldBinary } from '../constants.ts'
import type { Machine } from '../machine.ts'
import { freeBy } from '../memory/freedByResult.ts'
import { counted, countIn } from '../memory/memory.ts'
import { constantOf, type Scalar, unknown, type Value } from '../value.ts'

const comparisons: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!='])

/** Of several numbers that a variable may be, those that a condition leaves. */
export function narrow(machine: Machine, test: Expression, outcome: boolean): void {
	if (test.kind === 'logical' && (test.operator === '&&') === outcome) {
		narrow(machine, test.left, outcome)
		narrow(machine, test.right, outcome)
		return
	}
	if (test.kind === 'unary' && test.operator === '!') {
		narrow(machine, test.operand, !outcome)
		return
	}
	if (test.kind === 'name') {
		narrowTo(machine, test, (it) => Boolean(it) === outcome)
		return
	}
	if (test.kind !== 'binary' || !comparisons.has(test.operator)) return
	if (test.left.kind !== 'name' && test.left.kind !== 'field') return
	const held = heldBy(machine, test.left)
	if (!held) return
	const { value, put } = held
	const right = machine.evaluate(test.right)
	if (countIn(value) !== undefined && !isNoCount(right)) {
		put({ ...value, paths: value.paths.filter((it) => !it.startsWith(counted)) })
		return
	}
	if (!value.constants || value.constants.length < 2 || value.objects.length > 0) return
	const left = value.constants.filter((it) => {
		const holds = constantOf(foldBinary(test.operator, { ...unknown, constants: [it] }, right, machine.language))
		return holds === undefined || holds === outcome
	})
	putLeft(machine, { value, put }, left)
}

/** `if (failed)` */
function narrowTo(machine: Machine, test: Name, isLeft: (it: Scalar) => boolean): void {
	const held = heldBy(machine, test)
	const { constants, objects } = held?.value ?? unknown
	if (!held || !constants || constants.length < 2 || objects.length > 0) return
	putLeft(machine, held, constants.filter(isLeft))
}

function putLeft(machine: Machine, { value, put }: Held, left: readonly Scalar[]): void {
	if (left.length === 0 || left.length >= (value.constants?.length ?? 0)) return
	put({ ...value, constants: left })
	freeBy(machine, left, value.paths)
}

interface Held {
	readonly value: Value
	readonly put: (value: Value) => void
}

/** A variable, or a field of one object that is known. */
function heldBy(machine: Machine, at: Name | FieldAccess): Held | undefined {
	if (at.kind === 'name') {
		const cell = machine.cellOf(at)
		const value = cell === undefined ? undefined : machine.store.value(cell)
		return cell === undefined || !value ? undefined : { value, put: (it) => machine.store.set(cell, it) }
	}
	const { objects } = machine.evaluate(at.object)
	const [id] = objects
	const value = id === undefined || objects.length > 1 ? undefined : machine.store.object(id)?.fields.get(at.name)
	return id === undefined || !value
		? undefined
		: { value, put: (it) => machine.store.ownObject(id)?.fields.set(at.name, it) }
}

/** `n > 0` and `n == -1` ask whether there is a count at all. */
function isNoCount(value: Value): boolean {
	const constant = constantOf(value)
	return constant === null || constant === 0 || constant === -1
}
