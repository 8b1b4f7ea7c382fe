import { assign, isTarget } from '../assign.ts'
import { configuredFacts } from '../checks/configured.ts'
import { checkedHere, factsOf, hostFacts, withFacts } from '../checks/facts.ts'
import { append } from '../fields.ts'
import { allOf, deepTaints, knownItems, knownStart, newBag, newList, newStart, openFrom } from '../items.ts'
import type { Machine } from '../machine.ts'
import { type ObjectState, startOf } from '../store.ts'
import { maskOf } from '../taint.ts'
import { position } from '../texts/positions.ts'
import { partsFacts } from '../texts/splitParts.ts'
import {
	boolean,
	constant,
	constantOf,
	joinValues,
	nothing,
	ofTaint,
	type Scalar,
	unknown,
	type Value,
} from '../value.ts'
import { argument, type Native, type NativeCall } from './native.ts'

/** Whether an index is none of a list that is known whole. */
function isOutside(state: ObjectState, at: Scalar | undefined, more = 0): boolean {
	if (typeof at !== 'number' || state.length === undefined || state.isOpen || state.other !== unknown) return false
	return at < 0 || at >= state.length + more
}

/** What comes after it is not reached. */
function throwing({ machine }: NativeCall): Value {
	machine.throwValue(unknown)
	machine.isDead = true
	return unknown
}

export const pushes: Native = ({ machine, state, values, self }) => {
	for (const it of values.positional) append(state, checkedHere(machine, it))
	if (values.rest) {
		state.other = joinValues(state.other, values.rest)
		openFrom(state)
	}
	return { ...self, facts: [] }
}

export const unshifts: Native = ({ state, values }) => {
	insertAt(state, 0, values.positional)
	return unknown
}

export const adds: Native = (call) => {
	const { state, values } = call
	const at = values.positional.length === 2 ? constantOf(values.positional[0] as Value) : undefined
	if (values.positional.length !== 2) return pushes(call)
	if (typeof at === 'number' && call.machine.language === 'java' && isOutside(state, at, 1)) return throwing(call)
	if (typeof at === 'number') insertAt(state, at, values.positional.slice(1))
	else {
		state.other = joinValues(state.other, values.positional[1] as Value)
		loseOrder(state)
	}
	return boolean
}

export const pops: Native = (call) => {
	const at = argument(call, 0)
	if (at) return removeAt(call.state, constantOf(at))
	return takeAt(call.state, (call.state.length ?? 0) - 1)
}

export const shifts: Native = ({ state }) => takeAt(state, 0)

function takeAt(state: ObjectState, at: number): Value {
	if (state.length === undefined) {
		const all = allOf(state)
		if (startOf(state) > 0) loseOrder(state)
		return all
	}
	if (at < 0 || at >= state.length) return nothing
	const value = state.fields.get(String(at)) ?? unknown
	closeGap(state, at)
	return value
}

function removeAt(state: ObjectState, at: Scalar | undefined): Value {
	if (state.length === undefined || typeof at !== 'number') {
		const all = allOf(state)
		loseOrder(state)
		return all
	}
	return takeAt(state, at < 0 ? state.length + at : at)
}

export const removes: Native = (call) => {
	const { state } = call
	const what = argument(call, 0)
	if (!what) return takeAt(state, 0)
	const wanted = constantOf(what)
	if (typeof wanted === 'number' && call.machine.language !== 'python') return removeAt(state, wanted)
	if (state.length !== undefined) {
		for (let at = 0; at < state.length; at++) {
			const item = state.fields.get(String(at))
			const isIt =
				item !== undefined &&
				(item === what || (wanted !== undefined && constantOf(item) === wanted) || isSame(item, what))
			if (isIt) {
				closeGap(state, at)
				return boolean
			}
		}
	}
	return boolean
}

function isSame(a: Value, b: Value): boolean {
	const [taint] = a.taint
	return (
		taint !== undefined &&
		a.taint.length === 1 &&
		b.taint.length === 1 &&
		b.taint[0]?.root === taint.root &&
		taint.isWhole &&
		b.taint[0]?.isWhole === true
	)
}

export const gets: Native = (call) => {
	const index = argument(call, 0)
	const { state } = call
	// `get()` of what holds one value.
	if (!index) return state.fields.get('0') ?? allOf(state)
	const at = constantOf(index)
	if (call.machine.language === 'java' && isOutside(state, at)) return throwing(call)
	if (typeof at !== 'number' || state.length === undefined) return allOf(state)
	return state.fields.get(String(at < 0 ? state.length + at : at)) ?? nothing
}

export const sets: Native = (call) => {
	const [index, value] = call.values.positional
	const { state } = call
	if (index && !value && call.machine.language === 'java') {
		state.fields.set('0', index)
		state.length ??= 1
		return nothing
	}
	if (!index || !value) return undefined
	const at = constantOf(index)
	const before = allOf(state)
	if (typeof at === 'number') {
		state.fields.set(String(at), value)
		if (state.length !== undefined && at >= state.length) state.length = at + 1
	} else {
		state.other = joinValues(state.other, value)
		loseOrder(state)
	}
	return before
}

export const clears: Native = ({ state }) => {
	state.fields.clear()
	state.other = unknown
	state.keys = unknown
	state.isOpen = false
	if (state.form !== 'map') state.length = 0
	return nothing
}

export const extendsWith: Native = (call) => {
	for (const it of call.values.positional) addAll(call.machine, call.state, it)
	return call.self
}

export function addAll(machine: Machine, state: ObjectState, from: Value): void {
	const items = knownItems(machine, from)
	if (items && state.length !== undefined) for (const { value } of items) append(state, value)
	else if (state.length !== undefined && state.other === unknown) {
		// What was in it stays where it is; so does the front of what is added.
		const start = knownStart(machine, from)
		for (const it of start?.items ?? []) append(state, it)
		state.other = start?.rest ?? joinValues(itemsIn(machine, from), ofTaint(from.taint))
		openFrom(state)
	} else {
		for (const id of from.objects) {
			const other = machine.store.object(id)
			if (other) state.other = joinValues(state.other, allOf(other))
		}
		state.other = joinValues(state.other, ofTaint(from.taint))
		loseOrder(state)
	}
}

function itemsIn(machine: Machine, { objects }: Value): Value {
	let all: Value | undefined
	for (const id of objects) {
		const state = machine.store.object(id)
		if (state) all = all ? joinValues(all, allOf(state)) : allOf(state)
	}
	return all ?? unknown
}

export const concats: Native = (call) => {
	const { machine, state, values } = call
	if (machine.language === 'ruby') return extendsWith(call)
	const result = copyOf(machine, state)
	const id = result.objects[0] as number
	const copy = machine.store.ownObject(id) as ObjectState
	for (const it of values.positional) {
		if (it.objects.length > 0) addAll(machine, copy, it)
		else append(copy, it)
	}
	return result
}

export const copies: Native = ({ machine, state }) => copyOf(machine, state)

export function copyOf(machine: Machine, state: ObjectState): Value {
	const id = machine.newObject(state.form === 'set' ? 'set' : state.form === 'map' ? 'map' : 'list')
	machine.store.set(id, { ...state, fields: new Map(state.fields) })
	return { ...unknown, objects: [id] }
}

export const slices: Native = (call) => {
	const { machine, state, values } = call
	const [from, to] = values.positional
	const first = from ? constantOf(from) : 0
	const last = to ? constantOf(to) : state.length
	if (state.length === undefined || typeof first !== 'number' || typeof last !== 'number')
		return behind(call, first, to)
	const items = Array.from({ length: state.length }, (_, at) => state.fields.get(String(at)) ?? unknown)
	return newList(machine, items.slice(first, last))
}

/** `list[1:]` of a list of which only the front is known. */
function behind({ machine, state, self }: NativeCall, first: Scalar | undefined, to: Value | undefined): Value {
	const start = to || typeof first !== 'number' || first < 0 ? undefined : knownStart(machine, { ...self, taint: [] })
	if (!start || start.items.length <= (first as number)) return newBag(machine, allOf(state))
	return newStart(machine, start.items.slice(first as number), start.rest)
}

export const splices: Native = ({ machine, state, values }) => {
	const [from, count, ...items] = values.positional
	const first = from && constantOf(from)
	const removed = count ? constantOf(count) : state.length
	if (state.length === undefined || typeof first !== 'number' || typeof removed !== 'number') {
		for (const it of items) state.other = joinValues(state.other, it)
		const all = allOf(state)
		loseOrder(state)
		return newBag(machine, all)
	}
	const list = Array.from({ length: state.length }, (_, at) => state.fields.get(String(at)) ?? unknown)
	const gone = list.splice(first, removed, ...items)
	refill(state, list)
	return newList(machine, gone)
}

export const reverses: Native = ({ state, self }) => {
	if (state.length === undefined) {
		loseOrder(state)
		return self
	}
	refill(state, Array.from({ length: state.length }, (_, at) => state.fields.get(String(at)) ?? unknown).reverse())
	return self
}

export const sorts: Native = ({ state, self }) => {
	if (state.length === undefined || state.length > 1) {
		state.other = allOf(state)
		loseOrder(state)
	}
	return self
}

export const joins: Native = (call) => {
	// Ruby joins lists in the list as well.
	const all = ofTaint(call.machine.language === 'ruby' ? deepTaints(call.machine, call.self) : allOf(call.state).taint)
	const separator = argument(call, 0)
	return ofTaint(
		joinValues(ofTaint(all.taint), ofTaint(separator?.taint ?? [])).taint.map((it) => ({ ...it, isWhole: false })),
	)
}

/** Data that is in a list of constants is one of them. */
export const contains: Native = (call) => {
	const what = argument(call, 0)
	if (!what) return boolean
	const { state } = call
	const items = call.name.endsWith('Value')
		? [...state.fields.values()]
		: state.form === 'map'
			? []
			: [...state.fields.values()]
	const isFixed =
		state.other === unknown && (state.form === 'map' ? state.keys.taint.length === 0 : state.length !== undefined)
	const isConstant = isFixed && items.every((it) => it.constants !== undefined && it.taint.length === 0)
	const wanted = constantOf(what)
	if (isConstant && wanted !== undefined && what.taint.length === 0) {
		const has =
			state.form === 'map' ? state.fields.has(String(wanted)) : items.some((it) => it.constants?.includes(wanted))
		return constant(has)
	}
	if (!isConstant) {
		const list = allOf(state)
		return withFacts([...partsFacts(what, list, true), ...configuredFacts(call.machine, what, call.self, true)])
	}
	const excluded = items.some((it) => it.constants?.includes('__proto__') === true)
	const others = excluded ? factsOf(what.taint, false, maskOf(['prototype'])) : []
	return withFacts([...factsOf(what.taint, true), ...hostFacts(what, true), ...others])
}

export const sizes: Native = ({ state }) =>
	state.length !== undefined && !state.isOpen ? constant(state.length) : unknown

export const empties: Native = ({ state }) =>
	state.length !== undefined && !state.isOpen ? constant(state.length === 0) : boolean

export const finds: Native = (call) => position(contains(call)?.facts ?? [])

export const whole: Native = ({ self }) => self

export const last: Native = ({ state }) =>
	state.length === undefined ? allOf(state) : (state.fields.get(String(state.length - 1)) ?? nothing)

export const first: Native = ({ state }) =>
	state.length === undefined ? allOf(state) : (state.fields.get('0') ?? nothing)

export const peeks: Native = (call) =>
	call.self.paths.some((it) => it.includes('Stack')) || call.machine.language === 'csharp' ? last(call) : first(call)

export const nexts: Native = (call) => {
	const value = shifts(call) ?? unknown
	if (call.machine.language !== 'javascript') return value
	const id = call.machine.newObject('object')
	const state = call.machine.store.ownObject(id)
	state?.fields.set('value', value)
	state?.fields.set('done', boolean)
	return { ...unknown, objects: [id] }
}

export const keyOf: Native = ({ state }) => state.fields.get('0') ?? allOf(state)

export const itemOfPair: Native = ({ state }) => state.fields.get('1') ?? allOf(state)

function insertAt(state: ObjectState, at: number, items: readonly Value[]): void {
	if (state.length === undefined) {
		for (const it of items) state.other = joinValues(state.other, it)
		loseOrder(state)
		return
	}
	const list = Array.from({ length: state.length }, (_, position) => state.fields.get(String(position)) ?? unknown)
	list.splice(at, 0, ...items)
	refill(state, list)
}

function refill(state: ObjectState, items: readonly Value[]): void {
	state.fields.clear()
	for (const [at, it] of items.entries()) state.fields.set(String(at), it)
	state.length = items.length
}

function closeGap(state: ObjectState, at: number): void {
	const length = state.length ?? 0
	for (let position = at; position < length - 1; position++)
		state.fields.set(String(position), state.fields.get(String(position + 1)) ?? unknown)
	state.fields.delete(String(length - 1))
	state.length = length - 1
}

/** Items can be at any place from now on. */
function loseOrder(state: ObjectState): void {
	for (const value of state.fields.values()) state.other = joinValues(state.other, value)
	state.fields.clear()
	state.length = undefined
	delete state.start
	state.isOpen = true
}

/** `queue.TryDequeue(out item)`. */
export const triesTake: Native = (call) => {
	const into = call.values.written[0]?.value
	if (into && isTarget(into)) assign(call.machine, into, shifts(call) ?? unknown)
	return boolean
}

/** Some of the items, or all in another order: any of them may stand anywhere. */
export const someOf: Native = ({ machine, state, self }) =>
	state.length !== undefined && state.length < 2 && !state.isOpen ? self : newBag(machine, allOf(state))
