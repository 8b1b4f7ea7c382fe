import type { CodeSpan } from '../tree/codeNode.ts'
import { checkedHere, factsOf, hostFacts, keyFacts, withFacts } from './checks/facts.ts'
import { asDeclared, asField, asOneField } from './declaredTypes.ts'
import { annotatedType } from './frameworks/annotatedTypes.ts'
import { configuredBean } from './frameworks/configuredBeans.ts'
import { allOf, fixedKey, itemsOf } from './items.ts'
import { enclosingHolder, nestsClasses, staticOwner } from './languages/enclosing.ts'
import { constantIn, modulesOf } from './languages/rubyConstants.ts'
import { argumentsOf, type Machine, noArguments } from './machine.ts'
import { basePaths, deepestBase, findMember } from './members.ts'
import { hasPointers, settle } from './memory/memory.ts'
import { extendPaths, shortened } from './paths.ts'
import { serviceField } from './serviceFields.ts'
import type { ObjectState } from './store.ts'
import { fieldTaints } from './taint.ts'
import { runUnit } from './units.ts'
import {
	boolean,
	type ClassValue,
	constantOf,
	joinValues,
	nothing,
	onlyTaint,
	type Scalar,
	unknown,
	type Value,
	withTaint,
} from './value.ts'

/**
 * The value of `object.name`.
 * @param isCalled whether it is called: in Java a field and a method may have the same name
 */
export function readField(machine: Machine, object: Value, name: string, at: CodeSpan, isCalled = false): Value {
	// Where it is read, it may be to write behind it.
	settle(machine, object, name)
	if (machine.language === 'csharp' && isEndOfChannel(object, name)) return object
	let found: Value | undefined
	for (const id of object.objects) {
		const value = fieldOf(machine, id, name, at, isCalled)
		if (value) found = found ? joinValues(found, value) : value
	}
	for (const one of object.classes) {
		const value =
			enclosingMember(machine, one, undefined, name, at, isCalled) ??
			(isMethod(machine, one, name, isCalled) ? undefined : fieldOf(machine, one.object, name, at, isCalled)) ??
			findMember(machine, one, name, undefined)
		if (value) found = found ? joinValues(found, value) : value
	}
	if (!found && machine.language === 'ruby' && /^[A-Z]/.test(name)) {
		for (const one of object.classes) found ??= constantIn(machine, one, name) ?? constantOfLibrary(machine, one, name)
	}
	// What a module of the program defines is no library's because of the module's name.
	const isDefined = found !== undefined && object.objects.some((id) => machine.program.unitOf(id) !== undefined)
	if (object.paths.length > 0 && !isDefined) {
		const paths = extendPaths(machine, object.paths, `.${name}`)
		// What the program's own class says of a member goes before what is not known of the library class that it extends.
		const isOwn = found !== undefined && object.objects.length > 0 && !paths.some((path) => hasRules(machine, path))
		const value: Value = { ...unknown, paths }
		// A literal of a library's struct has methods that are not written in it.
		if (machine.language === 'go' && found === nothing) found = value
		else if (!isOwn) found = found ? joinValues(found, value) : value
	}
	if (!found && name === 'getClass' && machine.language === 'java')
		found = { ...unknown, paths: ['java.lang.Object.getClass'] }
	found ??= object.objects.length > 0 || object.functions.length > 0 ? unknown : { ...unknown, paths: [`?.${name}`] }
	if (object.taint.length === 0) return found
	const read = asField(machine, object, name, onlyTaint(unknown, fieldTaints(object.taint, name)))
	if (machine.language === 'go') return withTaint(found, asOneField(read).taint)
	const isNumber = machine.language === 'csharp' && numbers.has(name)
	return withTaint(found, (isNumber ? asDeclared(machine, read, 'int') : read).taint)
}

/** A program may say more of a library's module, which has what the library has (Ruby). */
function constantOfLibrary(machine: Machine, of: ClassValue, name: string): Value | undefined {
	const path = [...(modulesOf(of) ?? ['?']), name].join('.')
	return machine.rules.knows(path) ? { ...unknown, paths: shortened(machine, path) } : undefined
}

/** Both ends of a channel lead to what is in it. */
function isEndOfChannel({ objects, paths }: Value, name: string): boolean {
	return (
		(name === 'Writer' || name === 'Reader') && objects.length > 0 && paths.some((it) => /(?:^|\.)Channel$/.test(it))
	)
}

/** How long texts, files and lists are. */
const numbers = new Set(['Length', 'LongLength', 'Count'])

function hasRules({ rules }: Machine, path: string): boolean {
	return rules.calls.lookUp(path).length > 0 || rules.reads.lookUp(path).length > 0
}

/** Whether what is called is a method of the class, whatever a field of this name holds. */
function isMethod(machine: Machine, of: ClassValue | undefined, name: string, isCalled: boolean, depth = 0): boolean {
	if (!isCalled || !of || !(nestsClasses(machine.language) || machine.language === 'php')) return false
	if (of.class.methods.some((it) => it.name === name)) return true
	if (depth >= deepestBase) return false
	return of.bases.some((base) => base.classes.some((one) => isMethod(machine, one, name, isCalled, depth + 1)))
}

/** What a container puts into a field of a service is kept there: all that read it have the same. */
function withBean(machine: Machine, id: number, { class: of }: ObjectState, name: string, value: Value): Value {
	const bean = of ? configuredBean(machine, value) : undefined
	if (bean) machine.store.ownObject(id)?.fields.set(name, bean)
	return bean ?? value
}

function fieldOf(machine: Machine, id: number, name: string, at: CodeSpan, isCalled = false): Value | undefined {
	const unit = machine.program.unitOf(id)
	if (unit) return exported(machine, id, name)
	const state = machine.store.object(id)
	if (!state) return undefined
	const own = state.fields.get(name) ?? state.fields.get(`#${name}`)
	if (own && !isMethod(machine, state.class, name, isCalled)) return withBean(machine, id, state, name, own)
	const getter = state.fields.get(`get ${name}`)
	if (getter) return machine.parts.callValue(machine, getter, { ...unknown, objects: [id] }, noArguments, at)
	if (state.class && machine.language === 'go') {
		const declared = state.class.more.length > 0 ? ownMethod(state.class, name, id) : undefined
		if (declared) return declared
	}
	const promoted = state.class && machine.language === 'go' ? embeddedField(machine, state, name, at) : undefined
	if (promoted) return promoted
	if (state.class) {
		const around = enclosingMember(machine, state.class, state.fields.get('@outer'), name, at, isCalled)
		if (around) return around
		const made = isCalled ? undefined : serviceField(machine, id, state, name)
		if (made) return withBean(machine, id, state, name, made)
		// What is read and not called is the field, also where a method has its name, as those of records have.
		const read = isCalled || machine.language !== 'java' ? undefined : fieldNamed(machine, state.class, name)
		// What the object's class extends says in its methods, too, what `self.request` is.
		const self = { ...unknown, objects: [id], paths: basePaths(state.class).slice(0, 4) }
		const member = read ?? findMember(machine, state.class, name, self, at)
		if (member) {
			if (state.other === unknown) return member
			return joinValues(member, asField(machine, { ...unknown, objects: [id] }, name, state.other))
		}
	}
	const prototype = state.fields.get('__proto__') ?? state.fields.get('prototype')
	if (prototype) {
		for (const parent of prototype.objects) {
			const value = parent === id ? undefined : fieldOf(machine, parent, name, at)
			if (value) return value
		}
	}
	if (state.other !== unknown && state.form === 'list') return ofArray(machine, state.other, name)
	// A check of one member of a structure that was filled says nothing of the others.
	if (state.other !== unknown)
		return hasPointers(machine) && state.form === 'instance'
			? onlyTaint(state.other, fieldTaints(state.other.taint, name))
			: state.other
	if (!state.isOpen && state.form !== 'instance' && state.form !== 'list' && !methodNames.has(name)) return nothing
	return undefined
}

/** A member of a class around the object's own. */
function enclosingMember(
	machine: Machine,
	of: ClassValue,
	around: Value | undefined,
	name: string,
	at: CodeSpan,
	isCalled: boolean,
): Value | undefined {
	const holder = enclosingHolder(machine, of, around, name)
	return holder && readField(machine, holder, name, at, isCalled)
}

/** What a struct declares hides what it embeds. */
function ownMethod(of: ClassValue, name: string, id: number): Value | undefined {
	const own = of.more.filter((it) => it.function.name === name)
	return own.length === 0
		? undefined
		: { ...unknown, functions: own.map((it) => ({ ...it, self: { ...unknown, objects: [id] } })) }
}

/** A field or method of a struct that stands in this one without a name. */
function embeddedField(machine: Machine, state: ObjectState, name: string, at: CodeSpan): Value | undefined {
	for (const base of state.class?.bases ?? []) {
		const names = [
			...base.classes.map((it) => it.class.name ?? ''),
			...base.paths.map((it) => it.slice(it.lastIndexOf('.') + 1)),
		]
		for (const inner of names) {
			const held = state.fields.get(inner)
			if (!held || held.objects.length === 0) continue
			const value = readField(machine, held, name, at)
			const method = value.functions.map((it) => ('native' in it ? it : { ...it, self: it.self ?? held }))
			if (
				value !== unknown &&
				(value.paths.length > 0 ||
					value.functions.length > 0 ||
					value.objects.length > 0 ||
					value.taint.length > 0 ||
					value.constants)
			) {
				return method.length > 0 ? { ...value, functions: method } : value
			}
		}
	}
	return undefined
}

/** What all objects have. */
const methodNames = new Set([
	'toString',
	'hasOwnProperty',
	'valueOf',
	'constructor',
	'length',
	'keys',
	'values',
	'items',
	'get',
	'set',
	'size',
])

/** What a file exports under a name; undefined where it does not. */
export function exported(machine: Machine, id: number, name: string): Value | undefined {
	const unit = machine.program.unitOf(id)
	if (!unit) return undefined
	const own = unit.exports.get(name)
	if (own) return own
	const slot = unit.ir.exportsAll ? unit.scopes.topSlots.get(name) : undefined
	const value = slot === undefined ? undefined : machine.valueIn(unit.frame.base + slot)
	if (value) return value
	const neighbour = unit.ir.exportsAll ? machine.program.packageUnit(unit, name) : undefined
	if (neighbour && neighbour !== unit && neighbour.scopes.topSlots.has(name)) {
		runUnit(machine, neighbour)
		const other = machine.valueIn(neighbour.frame.base + (neighbour.scopes.topSlots.get(name) as number))
		if (other) return other
	}
	const all = unit.exports.get('*')
	const fallback = all ? readField(machine, all, name, { start: 0, end: 0 }) : undefined
	if (fallback && !fallback.paths.every((it) => it.startsWith('?'))) return fallback
	// CommonJS: what `module.exports` became.
	const state = machine.store.object(id)
	return state?.fields.get(name)
}

/** The value of `object[index]`. */
export function readIndex(machine: Machine, object: Value, index: Value, at: CodeSpan): Value {
	// An element of an array of structures is taken for all of them.
	if (hasPointers(machine) && object.objects.length > 0 && object.objects.every((id) => isStructures(machine, id)))
		return { ...object, pointer: { at: undefined, unit: undefined } }
	const annotated = annotatedType(machine, object, index)
	if (annotated) return annotated
	const key = fixedKey(machine, index)
	const text = constantOf(object)
	if (typeof text === 'string' && typeof key === 'number' && object.objects.length === 0) {
		return { ...unknown, constants: [text.charAt(key < 0 ? text.length + key : key)], taint: object.taint }
	}
	if (key !== undefined && object.objects.length > 0) {
		let found: Value | undefined
		for (const id of object.objects) {
			const value = itemOf(machine, id, key, at)
			if (value) found = found ? joinValues(found, value) : value
		}
		if (found) {
			const item = ofArray(machine, found, String(key))
			return object.taint.length === 0 ? item : withTaint(item, fieldTaints(object.taint, String(key)))
		}
	}
	if (index.constants && index.constants.length > 1 && object.objects.length > 0) {
		return index.constants
			.map((it) => readIndex(machine, object, { ...unknown, constants: [it] }, at))
			.reduce(joinValues)
	}
	if (object.objects.length > 0) {
		// `$given['a']` of what was sent, or else of an empty array: another one than `$given['b']`.
		const isOne = key !== undefined && object.taint.length > 0 && !hasPointers(machine)
		const items = isOne
			? withTaint(itemsOf(machine, { ...object, taint: [] }, at), fieldTaints(object.taint, String(key)))
			: ofArray(machine, itemsOf(machine, object, at), '*')
		if (machine.language === 'go') return ofKnownMap(machine, object, index, items)
		if (machine.language === 'javascript' && index.taint.length > 0 && items.paths.length === 0)
			return joinValues({ ...items, paths: [chosenKey] }, nothing)
		return mayMiss(machine, object) ? joinValues(items, nothing) : items
	}
	const name = key === undefined ? '*' : String(key)
	// What is found under a key that somebody chose may be what all objects come from (JavaScript).
	const isAny = index.taint.length > 0 && object.paths.length === 0 && machine.language === 'javascript'
	const paths = isAny ? [chosenKey] : extendPaths(machine, object.paths, typeof key === 'string' ? `.${key}` : '[]')
	return ofOwnMap(machine, object, index, withTaint({ ...unknown, paths }, fieldTaints(object.taint, name)))
}

/** What was found under a key that somebody chose, as rules name it. */
const chosenKey = '?[@key]'

/** A map gives nil for a key that it has not: `HOSTS[name] || name` may be the name. */
function mayMiss(machine: Machine, { objects }: Value): boolean {
	if (machine.language !== 'ruby' && machine.language !== 'javascript') return false
	return objects.every((id) => {
		const state = machine.store.object(id)
		return (state?.form === 'map' || state?.form === 'object') && !state.class
	})
}

/** In C, data that fills an array is one thing, and each item another: a check of one of them says nothing of the rest. */
function ofArray(machine: Machine, item: Value, name: string): Value {
	return hasPointers(machine) && item.taint.length > 0 ? onlyTaint(item, fieldTaints(item.taint, name)) : item
}

/** `allowed[name]` of a map of what is allowed: that it is true says that the name is one of its keys. */
function ofKnownMap(machine: Machine, map: Value, index: Value, items: Value): Value {
	const state = map.objects.length === 1 ? machine.store.object(map.objects[0] as number) : undefined
	if ((state?.form !== 'map' && state?.form !== 'object') || items.taint.length > 0) return items
	if (state.keys.taint.length > 0) return items.constants?.every((it) => typeof it === 'boolean') ? boolean : items
	// A field that holds a map is filled elsewhere.
	if (items === unknown) return ofOwnMap(machine, map, index, items)
	if (!items.constants?.every((it) => typeof it === 'boolean')) return items
	const isFixed = state.other === unknown && !state.isOpen
	return isFixed ? withFacts([...factsOf(index.taint, true), ...hostFacts(index, true)]) : boolean
}

/** `allowed[name]` of a map that is not known but the program's own, such as one of its settings: a condition is one of true and false. */
function ofOwnMap(machine: Machine, map: Value, index: Value, item: Value): Value {
	if (machine.language !== 'go' || index.taint.length === 0 || map.taint.length > 0) return item
	return withFacts(keyFacts(index), item)
}

function isStructures(machine: Machine, id: number): boolean {
	const state = machine.store.object(id)
	return state?.class !== undefined && state.memory !== undefined && !state.fields.has('0')
}

/** An index that is none of an array which is known whole throws (Java, C#): what comes after is not reached. */
export function leavesArray(machine: Machine, object: Value, index: Value): boolean {
	const key = constantOf(index)
	if (!nestsClasses(machine.language) || typeof key !== 'number' || object.objects.length !== 1) return false
	const state = machine.store.object(object.objects[0] as number)
	if (state?.form !== 'list' || state.length === undefined || state.isOpen || state.other !== unknown) return false
	if (key >= 0 && key < state.length) return false
	machine.throwValue(unknown)
	machine.isDead = true
	return true
}

function itemOf(machine: Machine, id: number, key: Scalar, at: CodeSpan): Value | undefined {
	const state = machine.store.object(id)
	if (!state) return fieldOf(machine, id, String(key), at)
	const name =
		typeof key === 'number' && key < 0 && state.length !== undefined ? String(state.length + key) : String(key)
	const own = state.fields.get(name)
	if (own) return own
	if (state.form === 'list' && typeof key === 'number')
		return state.length === undefined || state.other !== unknown ? allOf(state) : nothing
	return fieldOf(machine, id, name, at)
}

/** `object.name = value`. @returns the object, with fields where it was not known to have any */
export function writeField(machine: Machine, object: Value, name: string, value: Value, at: CodeSpan): Value {
	settle(machine, object, name)
	let target = object
	if (object.objects.length === 0 && object.classes.length === 0) {
		const id = machine.newObject('object', { isOpen: true })
		target = { ...object, objects: [id] }
	}
	for (const one of object.classes) {
		if (!writeOutside(machine, one, undefined, name, value, at)) writeOwn(machine, one.object, name, value, true)
	}
	for (const id of target.objects) {
		const state = machine.store.object(id)
		if (state?.class && writeOutside(machine, state.class, state.fields.get('@outer'), name, value, at)) continue
		const setter = state?.class
			? findMember(machine, state.class, `set ${name}`, { ...unknown, objects: [id] }, at)
			: state?.fields.get(`set ${name}`)
		// Of a base that is a library's nothing is known but what it is called.
		if (setter && setter.functions.length > 0)
			machine.parts.callValue(machine, setter, { ...unknown, objects: [id] }, argumentsOf(value), at)
		else writeOwn(machine, id, name, value, target.objects.length === 1)
	}
	return target
}

function fieldNamed(machine: Machine, { class: { fields } }: ClassValue, name: string): Value | undefined {
	const field = fields.find((it) => it.name === name && !it.isStatic)
	return field && machine.parts.withType(machine, unknown, field.type)
}

/** To a static field, or to one of a class around the object's own. @returns whether it is one */
function writeOutside(
	machine: Machine,
	of: ClassValue,
	around: Value | undefined,
	name: string,
	value: Value,
	at: CodeSpan,
): boolean {
	if (!nestsClasses(machine.language)) return false
	const owner = staticOwner(of, name)
	if (owner) {
		writeOwn(machine, owner.object, name, value, true)
		return true
	}
	const holder = enclosingHolder(machine, of, around, name)
	if (holder) writeField(machine, holder, name, value, at)
	return holder !== undefined
}

/** @param isStrong whether it is this object for sure, so that what was there is gone */
function writeOwn(machine: Machine, id: number, name: string, value: Value, isStrong: boolean): void {
	const unit = machine.program.unitOf(id)
	const slot = unit?.scopes.topSlots.get(name)
	if (unit && slot !== undefined) machine.store.set(unit.frame.base + slot, value)
	const state = machine.store.ownObject(id)
	if (!state) return
	const known = state.fields.get(name)
	state.fields.set(name, isStrong || !known ? value : joinValues(known, value))
}

/** `object[index] = value`; an absent index is one more at the end. */
export function writeIndex(
	machine: Machine,
	object: Value,
	index: Value | undefined,
	value: Value,
	at: CodeSpan,
): Value {
	const key = index && fixedKey(machine, index)
	let target = object
	if (object.objects.length === 0) {
		const id = machine.newObject(index === undefined || typeof key === 'number' ? 'list' : 'map', { isOpen: true })
		target = { ...object, objects: [id] }
	}
	const isStrong = target.objects.length === 1
	settle(machine, target)
	for (const id of target.objects) {
		const state = machine.store.ownObject(id)
		if (!state) continue
		if (index === undefined) append(state, value)
		else if (key === undefined) {
			state.other = state.other === unknown ? value : joinValues(state.other, value)
			// Where only names of a list come here, the client chose none. In C an index is no part of what an array holds.
			if (index.taint.length > 0 && !(hasPointers(machine) && state.form === 'list'))
				state.keys = withTaint(state.keys, checkedHere(machine, index, true).taint)
			if (state.form === 'list') state.length = undefined
			state.isOpen = true
		} else putItem(machine, id, state, key, value, isStrong, at)
	}
	return target
}

function putItem(
	machine: Machine,
	id: number,
	state: ObjectState,
	key: Scalar,
	value: Value,
	isStrong: boolean,
	at: CodeSpan,
): void {
	if (state.form === 'instance' || state.form === 'object') {
		writeField(machine, { ...unknown, objects: [id] }, String(key), value, at)
		return
	}
	const name =
		typeof key === 'number' && key < 0 && state.length !== undefined ? String(state.length + key) : String(key)
	const known = state.fields.get(name)
	state.fields.set(name, isStrong || !known ? value : joinValues(known, value))
	if (state.form === 'list' && typeof key === 'number' && state.length !== undefined && key >= state.length)
		state.length = key + 1
}

/** One more at the end. */
export function append(state: ObjectState, value: Value): void {
	if (state.length === undefined) {
		state.other = state.other === unknown ? value : joinValues(state.other, value)
		return
	}
	state.fields.set(String(state.length), value)
	state.length++
}
