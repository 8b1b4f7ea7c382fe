import type { Expression } from '../../ir/ir.ts'
import { someNode } from '../../ir/irNodes.ts'
import type { Machine } from '../machine.ts'
import { extendPaths } from '../paths.ts'
import { checkAssign } from '../sinks.ts'
import { unknown, type Value } from '../value.ts'

type Assign = Extract<Expression, { kind: 'assign' }>
type Field = Extract<Expression, { kind: 'field' }>

/**
 * `wallet.balance -= 5`, `wallet.balance = wallet.balance - 5`: what becomes of a field was made of what it was. Rules know that as an assignment to
 * `balance.@changed` of the object.
 */
export function checkChanged(machine: Machine, { target, operator, value: written }: Assign, value: Value): void {
	const isRuby = machine.language === 'ruby'
	if ((!isRuby && machine.language !== 'python') || target.kind !== 'field' || machine.rules.assigns.isEmpty) return
	if (operator === undefined && !readsField(machine, written, target)) return
	// `@count += 1` is a variable of the object and no field of a record (Ruby).
	if (isRuby && (target.name.startsWith('@') || target.object.kind === 'self')) return
	const known = machine.evaluate(target.object).paths
	const paths = isRuby && known.length === 0 ? ['?'] : known
	if (paths.length === 0) return
	checkAssign(machine, { ...unknown, paths: extendPaths(machine, paths, `.${target.name}`) }, '@changed', value, target)
}

function readsField({ unit: { text } }: Machine, written: Assign['value'], target: Field): boolean {
	const own = text.slice(target.start, target.end)
	return someNode(
		written,
		({ kind, name, start, end }) =>
			kind === 'field' && name === target.name && text.slice(start as number, end as number) === own,
	)
}
