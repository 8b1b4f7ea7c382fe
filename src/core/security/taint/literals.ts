import type { Expression, ListLiteral, ObjectLiteral } from '../ir/ir.ts'
import { rerooted } from './assign.ts'
import { checkedHere } from './checks/facts.ts'
import { initializeFields } from './classes.ts'
import { append } from './fields.ts'
import { checkAttribute, checkProperty } from './finds.ts'
import { deepTaints, fixedKey, keyText, newList } from './items.ts'
import { type Machine, noArguments } from './machine.ts'
import { hasPointers } from './memory/memory.ts'
import { addAll } from './natives/lists.ts'
import { reportTaint } from './sinks.ts'
import { namedSource } from './sources.ts'
import type { ObjectState } from './store.ts'
import { cleaned, derived, fieldTaints, joinTaints, maskOf, type Taint } from './taint.ts'
import { temporaryPath } from './temporaryFiles.ts'
import { inPage } from './texts/pages.ts'
import { beginsText, behindParts, emptyLine } from './texts/prefixes.ts'
import { withoutQuotes } from './texts/quotes.ts'
import { constant, constantOf, joinValues, onlyTaint, unknown, type Value, withTaint } from './value.ts'

export function literalValue(machine: Machine, it: ObjectLiteral): Value {
	const isMap = machine.language !== 'javascript' && it.type === undefined
	let value: Value | undefined
	if (it.type !== undefined) {
		const typed = machine.parts.withType(machine, unknown, it.type)
		const [id] = typed.objects
		if (id !== undefined) {
			value = typed
			const of = machine.store.object(id)?.class
			if (of) initializeFields(machine, of, typed, 0)
		} else if (hasPointers(machine) && it.entries.length === 0) return typed
		else value = { ...typed, objects: [machine.newObject('object')] }
	}
	value ??= { ...unknown, objects: [machine.newObject(isMap ? 'map' : 'object')] }
	const id = value.objects[0] as number
	for (const entry of it.entries) {
		const item = ofEntry(machine, entry, behindHost(it, entry, machine.evaluate(entry.value)))
		const state = machine.store.ownObject(id)
		if (!state) continue
		if (!entry.key) {
			spreadInto(machine, state, item)
			continue
		}
		const key = machine.evaluate(entry.key)
		const name = fixedKey(machine, key)
		if (name === undefined) {
			state.other = state.other === unknown ? item : joinValues(state.other, item)
			state.isOpen = true
		} else {
			const named = it.type === undefined ? item : namedSource(machine, item, keyText(name), entry)
			state.fields.set(entry.accessor === undefined ? keyText(name) : `${entry.accessor} ${keyText(name)}`, named)
			if (typeof name === 'string') checkProperty(machine, name, item, entry)
		}
		if (key.taint.length > 0) state.keys = withTaint(state.keys, key.taint)
	}
	return value
}

/** What was checked where an object is made stays checked in it; in JavaScript, where a property is what others have variables for, it is data of its own as well. */
function ofEntry(machine: Machine, entry: ObjectLiteral['entries'][number], item: Value): Value {
	if (item.taint.length === 0) return item
	const value = checkedHere(machine, item, true)
	return machine.language === 'javascript' && entry.key ? rerooted(machine, value, `@0${entry.start}`) : value
}

/** `url.URL{Host: "…", Path: path}`: which server it is of is decided. */
function behindHost(literal: ObjectLiteral, { key }: ObjectLiteral['entries'][number], item: Value): Value {
	if (literal.type !== 'url.URL' || item.taint.length === 0 || key?.kind !== 'constant') return item
	if (!/^(?:Path|RawPath|RawQuery|Fragment|RawFragment)$/.test(String(key.value))) return item
	const host = literal.entries.find((it) => it.key?.kind === 'constant' && it.key.value === 'Host')?.value
	const isFixed = host?.kind === 'constant' && host.value !== ''
	return isFixed ? onlyTaint(item, cleaned(item.taint, maskOf(['url', 'redirect']))) : item
}

/** Data of somebody else may have any field, also one that is there already. */
export function taintFields(state: ObjectState, taints: readonly Taint[]): void {
	for (const [name, value] of state.fields)
		if (!name.startsWith('@')) state.fields.set(name, withTaint(value, fieldTaints(taints, name)))
}

function spreadInto(machine: Machine, state: ObjectState, from: Value): void {
	for (const id of from.objects) {
		const other = machine.store.object(id)
		if (!other) continue
		for (const [name, value] of other.fields) state.fields.set(name, value)
		if (other.other !== unknown) state.other = joinValues(state.other, other.other)
		state.isOpen ||= other.isOpen
	}
	if (from.objects.length === 0) state.isOpen = true
	if (from.taint.length === 0) return
	state.other = withTaint(state.other, from.taint)
	taintFields(state, from.taint)
}

export function listValue(machine: Machine, it: ListLiteral): Value {
	const list = newList(machine, [], it.form === 'set' ? 'set' : 'list')
	const id = list.objects[0] as number
	for (const item of it.items) {
		const value = machine.evaluate(item.value)
		const state = machine.store.ownObject(id)
		if (!state) continue
		if (item.isSpread) addAll(machine, state, value)
		else append(state, value)
	}
	return list
}

export function templateValue(machine: Machine, it: Extract<Expression, { kind: 'template' }>): Value {
	const values = it.parts.map((part) => machine.evaluate(part))
	if (machine.isDead) return unknown
	if (it.tag) {
		const tag = machine.evaluate(it.tag)
		const texts = values.filter((_, at) => it.parts[at]?.kind === 'constant')
		const given = values.filter((_, at) => it.parts[at]?.kind !== 'constant')
		return machine.parts.callValue(
			machine,
			tag,
			undefined,
			{ ...noArguments, positional: [newList(machine, texts), ...given] },
			it,
		)
	}
	return joinedText(machine, values)
}

const ofHeaders = maskOf(['header'])
const ofOptions = maskOf(['option'])

/** Languages in which what stands at no beginning of a text is no option. */
const keepsOptions: ReadonlySet<string> = new Set(['python', 'php', 'ruby'])

/** A text that was made of parts. */
function joinedText(machine: Machine, values: readonly Value[]): Value {
	let taints: readonly Taint[] = []
	let text: string | undefined = ''
	let clean = 0
	let before: unknown
	const hasPages = machine.language === 'javascript' || machine.language === 'php' || machine.language === 'python'
	for (const value of values) {
		const whole = cleaned(deepTaints(machine, value), clean)
		const shown = hasPages ? inPage(machine, before, whole) : whole
		const own = machine.language === 'php' ? withoutQuotes(before, shown) : shown
		if (keepsOptions.has(machine.language) && beginsText(value)) clean |= ofOptions
		taints = joinTaints(taints, behindParts(text, before, taints, own, machine.language))
		const one = constantOf(value)
		before = one
		if (typeof one === 'string' && emptyLine.test(one)) clean |= ofHeaders
		text = text === undefined || one === undefined || value.objects.length > 0 ? undefined : text + String(one)
	}
	const made = text !== undefined && text.length < 4_000 ? constant(text) : unknown
	const [only] = values
	if (machine.language === 'php' && text === undefined) {
		const paths = temporaryPath(values)
		if (paths.length > 0) return withTaint({ ...made, paths }, derived(taints))
	}
	return withTaint(made, values.length === 1 && only ? taints : derived(taints))
}

export function elementValue(machine: Machine, it: Extract<Expression, { kind: 'element' }>): Value {
	const tag = machine.evaluate(it.tag)
	const id = machine.newObject('object')
	const named: { readonly name: string; readonly value: Value; readonly at: Expression }[] = []
	for (const { name, value: expression } of it.attributes) {
		const value = machine.evaluate(expression)
		const state = machine.store.ownObject(id)
		if (name === undefined) {
			if (state) spreadInto(machine, state, value)
			continue
		}
		state?.fields.set(name, value)
		named.push({ name, value, at: expression })
	}
	// What an attribute means may depend on those that stand behind it.
	const element = { ...unknown, objects: [id] }
	for (const { name, value, at } of named) checkAttribute(machine, { tag, element, name, value, at }, reportTaint)
	for (const child of it.children) machine.evaluate(child)
	if (tag.functions.length > 0) {
		const result = machine.parts.callValue(
			machine,
			{ ...tag, paths: [] },
			undefined,
			{ ...noArguments, positional: [element] },
			it,
		)
		return { ...result, taint: [] }
	}
	return { ...unknown, paths: ['@element'] }
}
