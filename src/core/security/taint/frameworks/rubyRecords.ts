import type { Call } from '../../ir/ir.ts'
import { deepTaints } from '../items.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { basePaths } from '../members.ts'
import { nothing, onlyTaint, type Value } from '../value.ts'

/** Methods of a model or of what belongs to a record that give one with these values. */
const making =
	/^(?:create!?|build|create_or_find_by!?|find_or_create_by!?|find_or_initialize_by|first_or_create!?|first_or_initialize)$/

const mark = '@record'

const models = /(?:^|\.)(?:ApplicationRecord|ActiveRecord\.Base|Sequel\.Model|Mongoid\.Document)$/

/** `room.bookings.create!(title: title)` gives a record whose title is that. What else it has is not known. */
export function recordMade(machine: Machine, call: Call, values: ArgumentValues, result: Value): Value {
	const { callee, isNew } = call
	const name = isNew ? '' : callee.kind === 'field' ? callee.name : undefined
	// Of a class that has a name more is known than that it is a record.
	const isMaking = isNew ? callee.kind === 'call' : name !== undefined && making.test(name)
	if (!isMaking || result.objects.length > 0 || values.keywords.size === 0) return result
	if (![...values.keywords.values()].some((it) => deepTaints(machine, it).length > 0)) return result
	if (result.paths.some((it) => machine.rules.knows(it))) return result
	const id = machine.newObject('instance', { isOpen: true })
	const state = machine.store.ownObject(id)
	state?.fields.set(mark, nothing)
	for (const [key, value] of values.keywords) if (key !== '&block') state?.fields.set(key, value)
	// What it was not given it has not of them.
	const known = values.positional.every((it) => it.functions.length > 0) ? onlyTaint(result, []) : result
	return { ...known, objects: [id] }
}

/** What of a value is no record: where one is handed over as a whole, its address or its template is meant, and not what it holds. */
export function withoutRecords(machine: Machine, value: Value): Value {
	const others = value.objects.filter((id) => {
		const state = machine.store.object(id)
		if (state?.fields.has(mark)) return false
		return !state?.class || !basePaths(state.class).some((it) => models.test(it))
	})
	return others.length === value.objects.length ? value : { ...value, objects: others }
}
