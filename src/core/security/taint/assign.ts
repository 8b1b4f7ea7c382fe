import type { Expression, ObjectPattern, Target } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { callHandler } from './calls/handlers.ts'
import { checkedHere } from './checks/facts.ts'
import { leavesArray, readField, readIndex, writeField, writeIndex } from './fields.ts'
import { noteCarried } from './frameworks/carried.ts'
import { noteLocal } from './frameworks/models.ts'
import { itemsOf, keysOf, knownItems, newBag, newList } from './items.ts'
import { nestsClasses } from './languages/enclosing.ts'
import type { Machine } from './machine.ts'
import { changeMemory, checkAsked, checkBounds, checkUse, hasPointers } from './memory/memory.ts'
import { forgetGiven, renewView } from './memory/views.ts'
import { ownMember } from './ownMembers.ts'
import { extendPaths } from './paths.ts'
import { read } from './reads.ts'
import { checkAssign, checkIndex } from './sinks.ts'
import { namedSource } from './sources.ts'
import { exactly } from './store.ts'
import { stepped, type Taint } from './taint.ts'
import { constant, constantOf, joinValues, onlyTaint, type Scalar, unknown, type Value } from './value.ts'

/** A variable of Java that was declared with a type keeps it: `ZipEntry entry; while ((entry = zip.getNextEntry()) != null)`. */
function asHeld(machine: Machine, cell: number, value: Value): Value {
	if (machine.language !== 'java' || value.objects.length > 0 || value.functions.length > 0) return value
	if (value.classes.length > 0 || !value.paths.every(isResult)) return value
	const types = (machine.store.value(cell)?.paths ?? []).filter((it) => !isResult(it) && !value.paths.includes(it))
	return types.length === 0 ? value : { ...value, paths: [...types, ...value.paths] }
}

/** Whether it names what a call gives, and no type. */
function isResult(path: string): boolean {
	return path.startsWith('?') || path.endsWith('()') || path.endsWith('[]')
}

/** A name in capitals at the top of a module of Python is what others read as a setting. */
function isSetting(machine: Machine, name: string): boolean {
	return machine.language === 'python' && machine.frame.function === undefined && /^[A-Z][A-Z0-9_]+$/.test(name)
}

export function assign(machine: Machine, target: Target, assigned: Value): void {
	const value = checkedHere(machine, assigned, true)
	switch (target.kind) {
		case 'name': {
			const cell = machine.cellOf(target)
			const member = cell === undefined ? ownMember(machine, target) : undefined
			if (member) {
				assign(machine, member, assigned)
				return
			}
			if (cell === undefined) {
				const global = { ...unknown, paths: [target.name] }
				checkAssign(machine, global, undefined, value, target)
				callHandler(machine, global, undefined, value, target)
				return
			}
			if (isSetting(machine, target.name))
				checkAssign(machine, { ...unknown, paths: [`@setting.${target.name}`] }, undefined, value, target)
			if (value.taint.length > 0)
				checkAssign(machine, { ...unknown, paths: [`@variable.${target.name}`] }, undefined, value, target)
			const named = namedSource(machine, asHeld(machine, cell, value), target.name, target)
			if (machine.language === 'c') forgetGiven(machine, cell)
			if (machine.views.size > 0) renewView(machine, cell, target)
			machine.store.set(cell, rerooted(machine, withStep(machine, named, target, target.name), `@${cell}`))
			return
		}
		case 'field': {
			const object = machine.evaluate(target.object)
			checkUse(machine, object, target)
			checkAsked(machine, object, target)
			checkAssign(machine, object, target.name, value, target)
			callHandler(machine, object, target.name, value, target)
			noteLocal(machine, object, target.name, value)
			noteCarried(machine, object, target.name, value)
			checkNested(machine, target.object, target)
			if (exportsOf(machine, target, value)) return
			replace(
				machine,
				target.object,
				object,
				writeField(
					machine,
					object,
					target.name,
					inField(
						machine,
						object,
						withStep(machine, namedSource(machine, value, target.name, target), target, target.name),
						target.name,
					),
					target,
				),
			)
			return
		}
		case 'index': {
			const object = machine.evaluate(target.object)
			const index = target.index ? machine.evaluate(target.index) : undefined
			if (index && leavesArray(machine, object, index)) return
			if (index) checkBounds(machine, object, index, target)
			checkUse(machine, object, target)
			checkAsked(machine, object, target)
			checkIndex(machine, object, index, value, target)
			checkNested(machine, target.object, target)
			const key = index && constantOf(index)
			if (typeof key === 'string') checkAssign(machine, object, key, value, target)
			replace(
				machine,
				target.object,
				object,
				writeIndex(machine, object, index, withStep(machine, value, target, 'item'), target),
			)
			return
		}
		case 'slice': {
			const object = machine.evaluate(target.object)
			replace(
				machine,
				target.object,
				object,
				writeIndex(machine, object, unknown, itemsOf(machine, value, target), target),
			)
			return
		}
		case 'unary':
			// What a pointer leads to is taken as the pointer itself.
			if (hasPointers(machine) && writeThrough(machine, target, value)) return
			if (isTarget(target.operand)) assign(machine, target.operand, value)
			return
		case 'listPattern': {
			const keys = machine.language === 'python' ? keysOfMap(machine, value) : undefined
			if (keys) {
				assign(machine, target, keys)
				return
			}
			const fields = deconstructed(machine, value)
			for (const [at, it] of target.items.entries()) {
				if (!it) continue
				const field = fields?.[at]
				if (field !== undefined) {
					assign(machine, it.target, read(machine, readField(machine, value, field, it), it))
					continue
				}
				const item = hasOneResult(machine, value)
					? resultAt(machine, value, at, target.items.length)
					: it.isRest
						? restOf(machine, value, at, it)
						: readIndex(machine, value, constant(at), it)
				assign(machine, it.target, initialized(machine, item, it.initial))
			}
			return
		}
		case 'objectPattern':
			for (const it of target.entries) {
				const key = it.key && machine.evaluate(it.key)
				const name = key && constantOf(key)
				const item =
					key === undefined
						? withoutKeys(machine, value, target.entries)
						: name === undefined
							? itemsOf(machine, value, it)
							: fieldFor(machine, value, name, it)
				assign(machine, it.target, initialized(machine, item, it.initial))
			}
			return
	}
}

/** What a pattern inside of a pattern takes apart is read here, and by no name. */
function fieldFor(machine: Machine, value: Value, name: Scalar, it: ObjectPattern['entries'][number]): Value {
	const field = readField(machine, value, matchedName(machine, value, String(name)), it)
	return it.target.kind === 'objectPattern' || it.target.kind === 'listPattern' ? read(machine, field, it) : field
}

/** `case Point(x, y)`: the fields that a class says are matched by their place, or those of a data class in their order. */
function matchedName(machine: Machine, value: Value, name: string): string {
	const place = /^@(\d+)$/.exec(name)?.[1]
	const [id] = value.objects
	const of = place === undefined || id === undefined ? undefined : machine.store.object(id)?.class
	if (!of || place === undefined) return name
	const listed = machine.store.object(of.object)?.fields.get('__match_args__')
	const names = listed && knownItems(machine, listed)
	const written = names?.[Number(place)]
	const known = written && constantOf(written.value)
	return typeof known === 'string' ? known : (of.class.fields[Number(place)]?.name ?? name)
}

/** What is left of an object when the entries before were taken of it. */
function withoutKeys(
	machine: Machine,
	value: Value,
	entries: readonly { readonly key: Expression | undefined }[],
): Value {
	const [id] = value.objects
	const state = value.objects.length === 1 && id !== undefined ? machine.store.object(id) : undefined
	if (!state || state.class) return value
	const rest = machine.newObject(state.form)
	const fields = new Map(state.fields)
	for (const { key } of entries) {
		const name = key && constantOf(machine.evaluate(key))
		if (name !== undefined) fields.delete(String(name))
	}
	machine.store.set(rest, { ...state, fields })
	return { ...value, objects: [rest] }
}

/** The fields of a record in their order: what a record is taken apart into. */
function deconstructed(machine: Machine, { objects }: Value): readonly string[] | undefined {
	const [id] = objects
	const of = id === undefined ? undefined : machine.store.object(id)?.class?.class
	if (of?.isRecord !== true || objects.some((one) => machine.store.object(one)?.class?.class !== of)) return undefined
	return of.fields.filter((it) => !it.isStatic).map((it) => it.name)
}

/** A map that is unpacked gives its keys (Python). */
function keysOfMap(machine: Machine, value: Value): Value | undefined {
	if (value.objects.length !== 1 || machine.store.object(value.objects[0] as number)?.form !== 'map') return undefined
	const items = knownItems(machine, value)
	return items
		? newList(
				machine,
				items.map(({ key }) => key),
			)
		: newBag(machine, keysOf(machine, value))
}

/** `*p = value` where p leads into an array. @returns whether it does */
function writeThrough(machine: Machine, target: Extract<Target, { kind: 'unary' }>, value: Value): boolean {
	const object = machine.evaluate(target.operand)
	checkUse(machine, object, target)
	checkAsked(machine, object, target)
	const isArray = object.objects.some((id) => machine.store.object(id)?.form === 'list')
	if (!isArray) return false
	checkBounds(machine, object, constant(0), target)
	writeIndex(
		machine,
		object,
		object.pointer?.at === 0 ? constant(0) : unknown,
		withStep(machine, value, target, 'item'),
		target,
	)
	changeMemory(machine, object, (memory) => ({ ...memory, text: undefined }))
	return true
}

/** Of a function of a library that gives several results nothing but the first is known. */
function hasOneResult(machine: Machine, value: Value): boolean {
	return machine.language === 'go' && value.objects.length === 0
}

function resultAt(machine: Machine, value: Value, at: number, count: number): Value {
	if (at === 0) return value.facts.length === 0 || count === 1 ? value : { ...value, facts: [] }
	// What comes last is the error, which rules name by the call that gave it; it says whether what was looked at is right, as `ok` does.
	if (at === count - 1) return { ...unknown, paths: extendPaths(machine, value.paths, '.@error'), facts: value.facts }
	return onlyTaint(unknown, value.taint)
}

/** `object[key].name = value`: the key says what is changed. */
function checkNested(machine: Machine, holder: Expression, at: CodeSpan): void {
	if (machine.rules.indexes.isEmpty || !machine.sawTaint || holder.kind !== 'index' || !holder.index) return
	const key = machine.evaluate(holder.index)
	if (key.taint.length > 0) checkIndex(machine, { ...unknown, paths: ['[]'] }, key, unknown, at)
}

export function isTarget(expression: Expression): expression is Extract<Expression, Target> {
	return (
		expression.kind === 'name' ||
		expression.kind === 'field' ||
		expression.kind === 'index' ||
		(expression.kind === 'unary' && expression.operator === '*')
	)
}

/** A variable whose value was not known to be an object is one now. */
function replace(machine: Machine, holder: Expression, before: Value, after: Value): void {
	if (after === before) return
	if (holder.kind === 'name') {
		const cell = machine.cellOf(holder)
		const member = cell === undefined ? ownMember(machine, holder) : undefined
		if (cell !== undefined) machine.store.set(cell, after)
		else if (member) replace(machine, member, before, after)
	} else if (holder.kind === 'field') {
		const object = machine.evaluate(holder.object)
		replace(machine, holder.object, object, writeField(machine, object, holder.name, after, holder))
	} else if (holder.kind === 'index') {
		const object = machine.evaluate(holder.object)
		const index = holder.index ? machine.evaluate(holder.index) : undefined
		replace(machine, holder.object, object, writeIndex(machine, object, index, after, holder))
	}
}

function initialized(machine: Machine, value: Value, initial: Expression | undefined): Value {
	if (!initial || (constantOf(value) !== null && value.constants !== undefined)) return value
	const other = machine.evaluate(initial)
	return constantOf(value) === null && value.objects.length === 0 ? other : joinValues(value, other)
}

function restOf(machine: Machine, value: Value, from: number, at: CodeSpan): Value {
	const [id] = value.objects
	const state = id === undefined ? undefined : machine.store.object(id)
	if (state?.length !== undefined && value.objects.length === 1) {
		const items: Value[] = []
		for (let position = from; position < state.length; position++)
			items.push(state.fields.get(String(position)) ?? unknown)
		return newList(machine, items)
	}
	return newBag(machine, itemsOf(machine, value, at))
}

/**
 * A variable that holds something made of tainted data is data of its own: a check of the variable counts for what is made of it in turn, and
 * a check of the data that it was made of counts as well, for the new root begins with the old one.
 */
export function rerooted(machine: Machine, value: Value, holder: string): Value {
	const part = `.${holder}`
	const stays = ({ isWhole, root }: Taint) => isWhole || root.length > longestRoot || isRepeated(root, part)
	if (value.taint.every(stays)) return value
	const taint = value.taint.map((it) => {
		if (stays(it)) return it
		const root = it.root + part
		machine.store.set(root, 0)
		return { ...it, root, isWhole: true, clean: it.clean | machine.store.checked(exactly(it.root)) }
	})
	return onlyTaint(value, taint)
}

/** A loop that makes data of its data again and again names no new data after the second time. */
function isRepeated(root: string, part: string): boolean {
	const first = endOf(root, part, 0)
	return first > 0 && endOf(root, part, first) > 0
}

function endOf(root: string, part: string, from: number): number {
	for (let at = root.indexOf(part, from); at >= 0; at = root.indexOf(part, at + 1)) {
		const end = at + part.length
		if (end === root.length || root[end] === '.') return end
	}
	return 0
}

/** A field of C holds data of its own as a variable does; one of Java or C# is of the type that it was declared with. */
function inField(machine: Machine, { objects }: Value, value: Value, name: string): Value {
	const of =
		nestsClasses(machine.language) && objects.length === 1
			? machine.store.object(objects[0] as number)?.class
			: undefined
	const type = of?.class.fields.find((it) => it.name === name)?.type
	if (type !== undefined && value.constants === undefined) return machine.parts.withType(machine, value, type)
	return hasPointers(machine) ? rerooted(machine, value, `@${objects[0] ?? ''}${name}`) : value
}

const longestRoot = 160

function withStep(machine: Machine, value: Value, at: CodeSpan, label: string): Value {
	if (value.taint.length === 0) return value
	const place = machine.place(at)
	return onlyTaint(
		value,
		value.taint.map((taint) => stepped(taint, place, 'step', label)),
	)
}

/** `module.exports = x`, `exports.a = x`, `module.exports.a = x`. */
function exportsOf(machine: Machine, target: Extract<Target, { kind: 'field' }>, value: Value): boolean {
	if (machine.language !== 'javascript' || machine.frame.parent) return false
	const { object, name } = target
	if (object.kind === 'name' && object.name === 'module' && name === 'exports') {
		machine.unit.exports.set('=', value)
		return true
	}
	const isExports =
		(object.kind === 'name' && object.name === 'exports') ||
		(object.kind === 'field' &&
			object.name === 'exports' &&
			object.object.kind === 'name' &&
			object.object.name === 'module')
	if (!isExports) return false
	const whole = machine.unit.exports.get('=')
	if (whole) writeField(machine, whole, name, value, target)
	else machine.unit.exports.set(name, value)
	return true
}
