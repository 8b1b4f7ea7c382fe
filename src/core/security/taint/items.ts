import type { CodeSpan } from '../tree/codeNode.ts'
import type { Machine } from './machine.ts'
import { shortened } from './paths.ts'
import { type ObjectState, startOf } from './store.ts'
import { derived, fieldTaints, joinTaints, type Taint } from './taint.ts'
import { constant, constantOf, joinValues, onlyTaint, type Scalar, unknown, type Value, withTaint } from './value.ts'

/** The items of a list or map that is known whole, in order. */
export function knownItems(
	machine: Machine,
	value: Value,
): readonly { readonly key: Value; readonly value: Value }[] | undefined {
	if (value.objects.length !== 1 || value.taint.length > 0) return undefined
	const state = machine.store.object(value.objects[0] as number)
	if (!state || state.isOpen || state.other !== unknown || state.form === 'instance') return undefined
	if (state.form === 'list' || state.form === 'set') {
		if (state.length === undefined) return undefined
		const items: { key: Value; value: Value }[] = []
		for (let at = 0; at < state.length; at++)
			items.push({ key: constant(at), value: state.fields.get(String(at)) ?? unknown })
		return items
	}
	return [...state.fields].map(([name, it]) => ({ key: withTaint(constant(name), state.keys.taint), value: it }))
}

/** The items at the front of a list that are known by their place, and what else may be in it; of several lists that it may be, in all of them. */
export function knownStart(
	machine: Machine,
	{ objects, taint }: Value,
): { readonly items: readonly Value[]; readonly rest: Value } | undefined {
	const states = objects.map((id) => machine.store.object(id))
	if (taint.length > 0 || states.length === 0 || states.length > mostLists) return undefined
	let count = Number.POSITIVE_INFINITY
	for (const it of states) count = Math.min(count, it ? startOf(it) : 0)
	if (count === 0) return undefined
	const items: Value[] = []
	let rest = unknown
	for (const state of states as readonly ObjectState[]) {
		for (let at = 0; at < count; at++) {
			const item = state.fields.get(String(at)) ?? unknown
			items[at] = items[at] ? joinValues(items[at] as Value, item) : item
		}
		for (const it of [state.other, ...behind(state, count)]) rest = rest === unknown ? it : joinValues(rest, it)
	}
	return { items, rest }
}

const mostLists = 8

function behind({ fields }: ObjectState, count: number): readonly Value[] {
	return [...fields].filter(([name]) => !(Number(name) < count)).map(([, it]) => it)
}

/** The name of what a key leads to: a constant, or of PHP a constant of a library (`CURLOPT_URL`), whose value nobody needs to know. */
export function fixedKey({ language }: Machine, key: Value): Scalar | undefined {
	const known = constantOf(key)
	if (known !== undefined || language !== 'php' || key.paths.length !== 1 || key.taint.length > 0) return known
	// `RequestOptions::VERIFY`: each constant of this class is its name in small letters.
	const option = /^GuzzleHttp\.RequestOptions\.([A-Z_]+)$/.exec(key.paths[0] as string)?.[1]
	if (option) return option.toLowerCase()
	const [name] = key.paths
	const isConstant = key.constants === undefined && key.objects.length === 0 && /^[A-Z][A-Z0-9_]+$/.test(name as string)
	return isConstant ? name : undefined
}

/** What an item of it may be. */
export function itemsOf(machine: Machine, value: Value, _at: CodeSpan): Value {
	let items: Value | undefined
	for (const id of value.objects) {
		const state = machine.store.object(id)
		if (!state) continue
		const all = allOf(state)
		items = items ? joinValues(items, all) : all
	}
	const paths = value.paths.flatMap((path) => shortened(machine, `${path}[]`))
	const found = items ?? { ...unknown, paths }
	return value.taint.length === 0 ? found : withTaint(found, fieldTaints(value.taint, '*'))
}

export function keysOf(machine: Machine, value: Value): Value {
	let keys = unknown
	for (const id of value.objects) {
		const state = machine.store.object(id)
		if (!state) continue
		keys = joinValues(keys, onlyTaint(unknown, state.keys.taint))
	}
	return withTaint(keys, fieldTaints(value.taint, '[key]'))
}

/** All that is in an object, as one value. */
export function allOf(state: ObjectState): Value {
	let all: Value | undefined = state.other === unknown && state.fields.size > 0 ? undefined : state.other
	for (const it of state.fields.values()) all = all ? joinValues(all, it) : it
	return all ?? unknown
}

const deepest = 12
const mostVisited = 60

/** All taint that a value carries, also in what it holds. */
export function deepTaints(machine: Machine, value: Value): readonly Taint[] {
	if (value.objects.length === 0 || !machine.sawTaint) return value.taint
	const visited = new Set<number>()
	let taints = value.taint
	const visit = (it: Value, depth: number): void => {
		taints = joinTaints(taints, depth === 0 ? it.taint : derived(it.taint))
		if (depth >= deepest) return
		for (const id of it.objects) {
			if (visited.has(id) || visited.size > mostVisited) continue
			visited.add(id)
			const state = machine.store.object(id)
			if (!state) continue
			taints = joinTaints(taints, state.keys.taint)
			if (state.other !== unknown) visit(state.other, depth + 1)
			for (const field of state.fields.values()) visit(field, depth + 1)
		}
	}
	visit(value, 0)
	return taints
}

/** Whether it holds functions, so that who gets it may call them. */
export function holdsFunctions(machine: Machine, value: Value): boolean {
	if (value.functions.length > 0) return true
	return value.objects.some((id) => {
		const state = machine.store.object(id)
		if (!state || state.class) return false
		for (const it of state.fields.values()) if (it.functions.length > 0) return true
		return false
	})
}

export function newList(machine: Machine, items: readonly Value[], form: 'list' | 'set' = 'list'): Value {
	const id = machine.newObject(form, { length: items.length })
	const state = machine.store.ownObject(id)
	for (const [at, it] of items.entries()) state?.fields.set(String(at), it)
	return { ...unknown, objects: [id] }
}

/** A list that begins with these items, and whose others are not known one by one. */
export function newStart(machine: Machine, items: readonly Value[], rest: Value): Value {
	const list = newList(machine, items)
	const state = machine.store.ownObject(list.objects[0] as number)
	if (state) {
		state.other = rest
		openFrom(state)
	}
	return list
}

/** What follows may be any number of items. */
export function openFrom(state: ObjectState): void {
	state.start = startOf(state)
	state.length = undefined
	state.isOpen = true
}

/** A list of items that are not known one by one. */
export function newBag(
	machine: Machine,
	item: Value,
	keys: Value = unknown,
	form: 'list' | 'map' | 'set' = 'list',
): Value {
	const id = machine.newObject(form, { isOpen: true })
	const state = machine.store.ownObject(id)
	if (state) {
		state.other = item
		state.keys = keys
	}
	return { ...unknown, objects: [id] }
}

export function keyText(value: Scalar): string {
	return String(value)
}
