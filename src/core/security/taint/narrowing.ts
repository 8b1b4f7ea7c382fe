import type { Expression } from '../ir/ir.ts'
import { foldBinary } from './constants.ts'
import type { Machine } from './machine.ts'
import { constantOf, unknown } from './value.ts'

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
	if (test.kind !== 'binary' || test.left.kind !== 'name' || !comparisons.has(test.operator)) return
	const cell = machine.cellOf(test.left)
	const value = cell === undefined ? undefined : machine.store.value(cell)
	if (cell === undefined || !value?.constants || value.constants.length < 2 || value.objects.length > 0) return
	const right = machine.evaluate(test.right)
	const left = value.constants.filter((it) => {
		const holds = constantOf(foldBinary(test.operator, { ...unknown, constants: [it] }, right, machine.language))
		return holds === undefined || holds === outcome
	})
	if (left.length > 0 && left.length < value.constants.length) machine.store.set(cell, { ...value, constants: left })
}
