import { assign, isTarget } from '../assign.ts'
import { checkedHere, factsOf, withFacts } from '../checks/facts.ts'
import { allOf, knownItems, newBag, newList } from '../items.ts'
import type { ObjectState } from '../store.ts'
import {
	boolean,
	constant,
	constantOf,
	joinValues,
	nothing,
	ofTaint,
	unknown,
	type Value,
	withTaint,
} from '../value.ts'
import { callWith } from './callbacks.ts'
import { flattened, rounds } from './eachItem.ts'
import { contains, copyOf } from './lists.ts'
import { argument, type Native, type NativeCall } from './native.ts'
import { bySection } from './sections.ts'
import { loadsSettings } from './settings.ts'

const gets: Native = (given) => {
	const call = bySection(given)
	const key = argument(call, 0)
	if (!key) return undefined
	const name = constantOf(key)
	const last = argument(call, 1)
	// `names.fetch(key) { |it| … }` (Ruby)
	const fallback =
		last && last.functions.length > 0 && call.machine.language === 'ruby'
			? callWith(call.machine, last, [key], call.at)
			: last
	const { state } = call
	// `pages.get(name) ?? name` may be the name.
	if (name === undefined && call.machine.language === 'javascript') return joinValues(allOf(state), nothing)
	if (name === undefined) return fallback ? joinValues(allOf(state), fallback) : allOf(state)
	const own = state.fields.get(String(name))
	if (own) return state.other === unknown ? own : joinValues(own, state.other)
	if (state.other !== unknown) return fallback ? joinValues(state.other, fallback) : state.other
	return state.isOpen ? (fallback ?? unknown) : (fallback ?? nothing)
}

/** `map.TryGetValue(key, out value)`: of a map that is known, it says what the key is. */
const triesGet: Native = (call) => {
	const { machine, state, values } = call
	const key = argument(call, 0)
	const into = values.written[1]?.value
	if (machine.language !== 'csharp' || !key || !into) return gets(call)
	const found = gets({ ...call, values: { ...values, positional: [key] } }) ?? unknown
	if (isTarget(into)) assign(machine, into, found)
	const isFixed = state.other === unknown && state.keys.taint.length === 0 && !state.isOpen
	return isFixed ? withFacts(factsOf(key.taint, true)) : boolean
}

const puts: Native = (given) => {
	const call = bySection(given)
	const [givenKey, givenValue] = call.values.positional
	if (!givenKey || !givenValue) return undefined
	// What was checked before it was put there stays checked.
	const key = checkedHere(call.machine, givenKey)
	const value = checkedHere(call.machine, givenValue)
	const { state } = call
	const name = constantOf(key)
	const before = name === undefined ? unknown : (state.fields.get(String(name)) ?? nothing)
	if (name !== undefined) state.fields.set(String(name), value)
	else {
		state.other = state.other === unknown ? value : joinValues(state.other, value)
		state.isOpen = true
	}
	if (key.taint.length > 0) state.keys = withTaint(state.keys, key.taint)
	return call.machine.language === 'javascript' ? call.self : before
}

const removes: Native = (call) => {
	const key = argument(call, 0)
	const name = key && constantOf(key)
	const { state } = call
	if (name === undefined) return allOf(state)
	const before = state.fields.get(String(name)) ?? nothing
	state.fields.delete(String(name))
	return call.machine.language === 'javascript' ? boolean : before
}

const setsDefault: Native = (call) => {
	const known = gets({ ...call, values: { ...call.values, positional: call.values.positional.slice(0, 1) } })
	const value = argument(call, 1) ?? nothing
	const isMaker = value.functions.length > 0 && makers.has(call.name)
	if (known && !isMaker && (known.constants?.[0] !== null || known.constants.length !== 1)) return known
	const key = argument(call, 0)
	// Of a key that is not known nobody can say that it is there.
	if (known && isMaker && key && constantOf(key) !== undefined && call.state.fields.has(String(constantOf(key))))
		return known
	const made = isMaker ? callWith(call.machine, value, [key ?? unknown], call.at) : value
	puts({ ...call, values: { ...call.values, positional: [key ?? unknown, made] } })
	return known && isMaker ? joinValues(known, made) : made
}

/** What makes a value for a key that is not there. */
const makers = new Set(['computeIfAbsent', 'GetOrAdd'])

const keys: Native = (call) => {
	const known = knownItems(call.machine, { ...unknown, objects: [call.id] })
	if (known)
		return newList(
			call.machine,
			known.map((it) => it.key),
		)
	return newBag(call.machine, call.state.keys)
}

const values: Native = (call) => {
	const known = knownItems(call.machine, { ...unknown, objects: [call.id] })
	return known
		? newList(
				call.machine,
				known.map((it) => it.value),
			)
		: newBag(call.machine, allOf(call.state))
}

const items: Native = (call) => {
	const known = knownItems(call.machine, { ...unknown, objects: [call.id] })
	const pairs = rounds(call).map(({ key, value }) =>
		newList(call.machine, [withTaint(key, call.state.keys.taint), value]),
	)
	return known ? newList(call.machine, pairs) : newBag(call.machine, pairs[0] ?? unknown)
}

const updates: Native = (call) => {
	for (const from of call.values.positional) mergeInto(call, call.state, from)
	for (const [key, value] of call.values.keywords) call.state.fields.set(key, value)
	return call.self
}

function mergeInto(call: NativeCall, state: ObjectState, from: Value): void {
	const known = knownItems(call.machine, from)
	if (known) {
		for (const { key, value } of known) state.fields.set(String(constantOf(key)), value)
		return
	}
	for (const id of from.objects) {
		const other = call.machine.store.object(id)
		if (!other) continue
		for (const [name, value] of other.fields) state.fields.set(name, value)
		state.other = joinValues(state.other, other.other)
		state.keys = joinValues(state.keys, other.keys)
	}
	state.other = joinValues(state.other, ofTaint(from.taint))
	state.isOpen = true
}

const clears: Native = ({ state }) => {
	state.fields.clear()
	state.other = unknown
	state.keys = unknown
	state.isOpen = false
	return nothing
}

const each: Native = (call) => {
	const isPair = call.machine.language !== 'javascript'
	for (const { key, value } of rounds(call))
		callWith(call.machine, argument(call, 0), isPair ? [key, value] : [value, key, call.self], call.at)
	return unknown
}

/** What a function makes of each pair, as a list. */
const mapped: Native = (call) => {
	const results = rounds(call).map(({ key, value }) =>
		callWith(call.machine, argument(call, 0), [withTaint(key, call.state.keys.taint), value], call.at),
	)
	if (call.name === 'flat_map') return flattened(call.machine, results)
	const known = knownItems(call.machine, { ...unknown, objects: [call.id] })
	return known ? newList(call.machine, results) : newBag(call.machine, results[0] ?? unknown)
}

/** A map of a part of the pairs, or of other keys. */
const partly: Native = (call) => {
	const callee = argument(call, 0)
	if (callee && callee.functions.length > 0)
		for (const { key, value } of rounds(call)) callWith(call.machine, callee, [key, value], call.at)
	return copyOf(call.machine, call.state)
}

const sizes: Native = ({ state }) => (state.isOpen || state.other !== unknown ? unknown : constant(state.fields.size))
const empties: Native = ({ state }) =>
	state.isOpen || state.other !== unknown ? boolean : constant(state.fields.size === 0)

function named(native: Native, ...names: readonly string[]): readonly (readonly [string, Native])[] {
	return names.map((name) => [name, native] as const)
}

export const mapMethods: ReadonlyMap<string, Native> = new Map([
	...named(gets, 'get', 'getOrDefault', 'getProperty', 'Load', 'fetch', 'dig', 'GetValueOrDefault', '__getitem__'),
	...named(triesGet, 'TryGetValue'),
	...named(puts, 'put', 'set', 'Store', 'store', 'setProperty', 'Add', 'add', 'replace', '__setitem__', 'TryAdd'),
	...named(removes, 'remove', 'delete', 'Delete', 'pop', 'Remove'),
	...named(setsDefault, 'setdefault', 'putIfAbsent', 'computeIfAbsent', 'LoadOrStore', 'GetOrAdd'),
	...named(keys, 'keys', 'keySet', 'Keys', 'navigableKeySet', 'propertyNames', 'stringPropertyNames'),
	...named(values, 'values', 'Values', 'elements'),
	...named(items, 'items', 'entries', 'entrySet', 'iteritems', 'to_a'),
	...named(updates, 'update', 'putAll', 'merge', 'merge!', 'update!', 'reverse_merge', 'deep_merge'),
	...named(mapped, 'map', 'collect', 'flat_map', 'filter_map'),
	...named(
		partly,
		'select',
		'filter',
		'reject',
		'slice',
		'except',
		'compact',
		'to_h',
		'to_hash',
		'with_indifferent_access',
		'symbolize_keys',
		'stringify_keys',
		'deep_symbolize_keys',
		'deep_dup',
	),
	...named(({ self }) => self, 'freeze', 'itself', 'presence'),
	...named(clears, 'clear', 'Clear'),
	...named(loadsSettings, 'load'),
	...named(each, 'forEach', 'each', 'each_pair', 'Range'),
	...named(contains, 'has', 'containsKey', 'ContainsKey', 'has_key', 'key?', 'has_key?', 'containsValue', 'include?'),
	...named(sizes, 'size', 'length', 'Count', 'count'),
	...named(empties, 'isEmpty', 'empty?'),
	...named((call) => copyOf(call.machine, call.state), 'copy', 'clone', 'dup'),
])
