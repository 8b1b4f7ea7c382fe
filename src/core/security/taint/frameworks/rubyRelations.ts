import type { Expression } from '../../ir/ir.ts'
import { readField } from '../fields.ts'
import type { Machine } from '../machine.ts'
import { basePaths } from '../members.ts'
import { type ClassValue, unknown, type Value } from '../value.ts'

/** Methods of a model that give a relation. */
const asking =
	/^(?:all|where|not|rewhere|and|or|order|reorder|group|having|joins|left_joins|left_outer_joins|includes|preload|eager_load|references|limit|offset|distinct|select|reselect|readonly|lock|from|merge|none|unscoped|unscope|extending|in_order_of|with|page|per)$/

const models = /(?:^|\.)(?:ApplicationRecord|ActiveRecord\.Base)$/

/** So many questions behind each other are looked through. */
const longest = 12

/** `Order.includes(:lines).newest(n)`: a relation has the scopes and other methods of the class whose records it gives. */
export function relationMethod(
	machine: Machine,
	holder: Expression,
	target: Value,
	name: string,
	at: Expression,
): Value | undefined {
	if (holder.kind !== 'call' || target.functions.length + target.objects.length + target.classes.length > 0)
		return undefined
	const of = modelOf(machine, holder)
	if (!of || !hasStatic(of, name)) return undefined
	const found = readField(machine, { ...unknown, classes: [of] }, name, at, true)
	return found.functions.length > 0 ? found : undefined
}

/** The model that a chain of questions begins with: by its name, or in a method of the class. */
function modelOf(machine: Machine, chain: Expression): ClassValue | undefined {
	const names: string[] = []
	let at = chain
	while (at.kind === 'call' && at.callee.kind === 'field' && names.length < longest) {
		names.push(at.callee.name)
		at = at.callee.object
	}
	let of: ClassValue | undefined
	if (at.kind === 'name' && /^[A-Z]/.test(at.name)) of = machine.evaluate(at).classes[0]
	else if (at.kind === 'call' && at.callee.kind === 'name') {
		names.push(at.callee.name)
		of = machine.frame.home
	}
	if (!of || !basePaths(of).some((it) => models.test(it))) return undefined
	const known = of
	return names.every((it) => asking.test(it) || hasStatic(known, it)) ? known : undefined
}

function hasStatic(of: ClassValue, name: string, depth = 0): boolean {
	if (of.class.methods.some((it) => it.isStatic && it.name === name)) return true
	return depth < 3 && of.bases.some((base) => base.classes.some((it) => hasStatic(it, name, depth + 1)))
}
