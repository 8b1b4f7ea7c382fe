import { withFacts } from '../checks/facts.ts'
import { factsOfTests } from '../checks/testedItems.ts'
import { append } from '../fields.ts'
import { allOf, knownItems, newBag, newList } from '../items.ts'
import type { Machine } from '../machine.ts'
import type { ObjectState } from '../store.ts'
import { fieldTaints } from '../taint.ts'
import { constantOf, joinValues, onlyTaint, unknown, type Value } from '../value.ts'
import { callWith } from './callbacks.ts'
import { addAll } from './lists.ts'
import { argument, type Native, type NativeCall } from './native.ts'

/** What a function gets for an item: in Ruby nothing but it, unless its place is asked for. */
function given(call: NativeCall, value: Value, key: Value): readonly Value[] {
	if (call.machine.language !== 'ruby') return [value, key, call.self]
	return call.name.includes('index') ? [value, key] : [value]
}

/** `each_with_object(object)`. */
export const eachWith: Native = (call) => {
	const [callee, object = unknown] = call.values.positional
	for (const { value } of rounds(call)) callWith(call.machine, callee, [value, object], call.at)
	return object
}

export const each: Native = (call) => {
	for (const { key, value } of rounds(call)) callWith(call.machine, argument(call, 0), given(call, value, key), call.at)
	return call.machine.language === 'ruby' ? call.self : unknown
}

export const maps: Native = (call) => {
	const known = rounds(call)
	const results = known.map(({ key, value }) =>
		callWith(call.machine, argument(call, 0), given(call, value, key), call.at),
	)
	if (call.name === 'flatMap' || call.name === 'flat_map') return flattened(call.machine, results)
	return isKnown(call) ? newList(call.machine, results) : newBag(call.machine, results[0] ?? unknown)
}

/** One list of what the lists hold. */
export function flattened(machine: Machine, lists: readonly Value[]): Value {
	const id = machine.newObject('list', { length: 0 })
	const state = machine.store.ownObject(id) as ObjectState
	for (const it of lists) {
		if (it.objects.length > 0) addAll(machine, state, it)
		else append(state, it)
	}
	return { ...unknown, objects: [id] }
}

export const filters: Native = (call) => {
	const kept: Value[] = []
	let isSure = isKnown(call)
	for (const { key, value } of rounds(call)) {
		const result = callWith(call.machine, argument(call, 0), given(call, value, key), call.at)
		const truth = constantOf(result)
		if (truth === false) continue
		if (truth !== true) isSure = false
		const facts = result.facts.filter((it) => it.when)
		kept.push(
			facts.length === 0
				? value
				: { ...value, taint: value.taint.filter((it) => !facts.some((fact) => fact.root === it.root)) },
		)
	}
	if (isSure) return newList(call.machine, kept)
	return newBag(call.machine, kept.length > 0 ? kept.reduce(joinValues) : unknown)
}

export const reduces: Native = (call) => {
	const known = rounds(call)
	let total = call.values.positional[1] ?? known[0]?.value ?? unknown
	const from = call.values.positional[1] ? 0 : 1
	for (const { key, value } of known.slice(from)) {
		total = callWith(call.machine, argument(call, 0), [total, value, key], call.at)
	}
	if (known.length === 1 && from === 1 && !isKnown(call))
		total = callWith(call.machine, argument(call, 0), [total, total], call.at)
	return total
}

export const picks: Native = (call) => {
	for (const { key, value } of rounds(call)) callWith(call.machine, argument(call, 0), given(call, value, key), call.at)
	return allOf(call.state)
}

export const tests: Native = (call) => {
	const results = rounds(call).map(({ key, value }) =>
		callWith(call.machine, argument(call, 0), given(call, value, key), call.at),
	)
	return withFacts(factsOfTests(call.name, results))
}

export const entries: Native = (call) => {
	const pairs = rounds(call).map(({ key, value }) => newList(call.machine, [key, value]))
	return isKnown(call) ? newList(call.machine, pairs) : newBag(call.machine, pairs[0] ?? unknown)
}

/** The items, or one that stands for all of them. */
export function rounds(call: NativeCall): readonly { readonly key: Value; readonly value: Value }[] {
	const known = knownItems(call.machine, { ...unknown, objects: [call.id] }) ?? [
		{ key: unknown, value: allOf(call.state) },
	]
	// The list only stands in for what was not found, or it is joined with another: `text.match(words) ?? []`.
	if (call.machine.language !== 'javascript' || call.beside.length === 0) return known
	return [...known, { key: unknown, value: onlyTaint(unknown, fieldTaints(call.beside, '*')) }]
}

function isKnown(call: NativeCall): boolean {
	return knownItems(call.machine, { ...unknown, objects: [call.id] }) !== undefined
}
