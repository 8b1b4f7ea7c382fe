import type { Comprehension, Expression } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { assign } from './assign.ts'
import { evaluateCall } from './calls/calls.ts'
import { checkTruth } from './checks/comparisons.ts'
import { assume, checkedHere, negated } from './checks/facts.ts'
import { baseMember, defineClass, initializeFields } from './classes.ts'
import { isTextField } from './declaredTypes.ts'
import { checkChanged } from './defects/changedFields.ts'
import { checkShared } from './defects/sharedState.ts'
import { leavesArray, readField, readIndex } from './fields.ts'
import { checkRegex, checkString } from './finds.ts'
import { declaredParameter } from './frameworks/declaredParameters.ts'
import { noteCheckedFields } from './frameworks/formFields.ts'
import { sessionValue } from './frameworks/sessionValues.ts'
import { keptUnder } from './frameworks/typedKeys.ts'
import { importValue, moduleIn } from './imports.ts'
import { itemsOf, knownItems, newBag, newList } from './items.ts'
import { checkCall } from './library/callLibrary.ts'
import { elementValue, listValue, templateValue } from './literals.ts'
import { argumentsOf, type Machine } from './machine.ts'
import { checkAsked, checkBounds, checkUse, hasPointers } from './memory/memory.ts'
import { checkInitialized } from './memory/pointers.ts'
import { checkView, containerChanged } from './memory/views.ts'
import { typeNamed, undefinedName } from './names.ts'
import { binaryValue, logicalValue, unaryValue } from './operators.ts'
import { ownMember } from './ownMembers.ts'
import { extendPaths } from './paths.ts'
import { read } from './reads.ts'
import { checkIndex } from './sinks.ts'
import { namedSource } from './sources.ts'
import type { ObjectState } from './store.ts'
import { derived, fieldTaints, joinTaints, type Taint } from './taint.ts'
import { chosenBy, reachedBy } from './texts/chosenItems.ts'
import { escapedItem, hasCharacters } from './texts/escapes.ts'
import { pathPart } from './texts/pathParts.ts'
import { objectValue } from './typedLiterals.ts'
import {
	constant,
	constantOf,
	joinFallback,
	joinValues,
	nothing,
	ofTaint,
	onlyTaint,
	truthOf,
	unknown,
	type Value,
	withTaint,
} from './value.ts'

export function evaluate(machine: Machine, it: Expression): Value {
	machine.budget--
	if (machine.isDead || machine.budget < 0) return unknown
	switch (it.kind) {
		case 'constant':
			if (typeof it.value === 'string') checkString(machine, it.value, it)
			return constant(it.value)
		case 'name': {
			const value = nameValue(machine, it)
			if (hasPointers(machine)) checkInitialized(machine, value, it)
			return read(machine, value, it)
		}
		case 'self':
			return machine.frame.self
		case 'super':
			return baseMember(machine, undefined)
		case 'field':
			return fieldValue(machine, it)
		case 'index': {
			const object = machine.evaluate(it.object)
			const index = it.index ? machine.evaluate(it.index) : unknown
			if (leavesArray(machine, object, index)) return unknown
			checkBounds(machine, object, index, it)
			if (hasPointers(machine) && index.taint.length > 0) checkIndex(machine, object, index, unknown, it)
			checkUse(machine, object, it)
			checkAsked(machine, object, it)
			const kept = machine.language === 'ruby' ? sessionValue(machine, object, index) : undefined
			if (kept) return kept
			const declared = machine.language === 'ruby' ? declaredParameter(machine, object, index) : undefined
			if (declared) return declared
			const item = chosenBy(machine, object, index, read(machine, readIndex(machine, object, index, it), it))
			if (hasCharacters(machine, object)) return escapedItem(machine, item)
			if (hasPointers(machine)) return escapedItem(machine, oneByte(object, item))
			return reachedBy(
				machine,
				object,
				index,
				machine.language === 'python' ? keptUnder(machine, index, item, it) : item,
			)
		}
		case 'slice':
			return sliceValue(machine, it)
		case 'call':
			return evaluateCall(machine, it)
		case 'closure': {
			machine.captured.add(machine.frame.base)
			const made = { function: it.function, frame: machine.frame, self: undefined, home: machine.frame.home }
			machine.waiting.add(made)
			return { ...unknown, functions: [made] }
		}
		case 'class':
			return defineClass(machine, it.class)
		case 'object':
			return objectValue(machine, it)
		case 'list':
			return listValue(machine, it)
		case 'template':
			return templateValue(machine, it)
		case 'regex': {
			checkRegex(machine, it)
			const id = machine.newObject('instance')
			const fields = machine.store.ownObject(id)?.fields
			fields?.set('@pattern', constant(it.pattern))
			fields?.set('@flags', constant(it.flags))
			return { ...unknown, objects: [id], paths: [machine.language === 'ruby' ? 'Regexp' : 'RegExp'] }
		}
		case 'binary':
			return binaryValue(machine, it)
		case 'unary':
			return unaryValue(machine, it)
		case 'logical':
			return logicalValue(machine, it)
		case 'conditional':
			return conditionalValue(machine, it)
		case 'assign':
			return assignment(machine, it)
		case 'await':
			return machine.evaluate(it.value)
		case 'yield':
			return yielded(machine, it)
		case 'cast':
			return castValue(machine, it)
		case 'import':
			return importValue(machine, it)
		case 'sequence': {
			let value = unknown
			for (const item of it.items) value = machine.evaluate(item)
			return value
		}
		case 'comprehension':
			return comprehensionValue(machine, it)
		case 'element':
			return elementValue(machine, it)
		case 'opaque': {
			const held = machine.held.get(it)
			if (held) return held
			let taints: readonly Taint[] = []
			for (const part of it.parts) taints = joinTaints(taints, machine.evaluate(part).taint)
			return ofTaint(derived(taints))
		}
	}
}

/** A small number out of an array is not what the array is: once it is kept, a check of it says nothing of its neighbours. */
function oneByte({ pointer }: Value, item: Value): Value {
	const isSmall = pointer?.unit !== undefined && pointer.unit <= 4 && item.objects.length === 0
	return isSmall ? onlyTaint(item, derived(item.taint)) : item
}

/** Memory that was allocated for a structure has its fields. */
function castValue(machine: Machine, it: Extract<Expression, { kind: 'cast' }>): Value {
	const value = machine.evaluate(it.value)
	// What a library gave as anything is one of the program's structs.
	if (machine.language === 'go' && value.objects.length === 0 && value.constants === undefined) {
		const named = typeNamed(machine, it.type)
		const [of] = named?.classes ?? []
		if (of && of.class.form === 'struct' && of.class.fields.length > 0)
			return machine.parts.withType(machine, { ...value, paths: [] }, it.type)
		// `pool.Get().(*gzip.Reader)`
		if (!of && named && named.paths.length > 0) return { ...value, paths: [...named.paths, ...value.paths] }
	}
	if (!hasPointers(machine) || value.objects.length !== 1) return machine.parts.withType(machine, value, it.type)
	const state = machine.store.object(value.objects[0] as number)
	if (state?.memory?.place !== 'heap' || state.class || state.form !== 'list') return value
	const [of] = typeNamed(machine, it.type)?.classes ?? []
	const own = of && machine.store.ownObject(value.objects[0] as number)
	if (!of || !own) return value
	own.class = of
	initializeFields(machine, of, value, 0)
	return value
}

function nameValue(machine: Machine, it: Extract<Expression, { kind: 'name' }>): Value {
	const cell = machine.cellOf(it)
	if (cell !== undefined) {
		if (machine.views.size > 0) checkView(machine, cell, it)
		const value = machine.valueIn(cell)
		if (value) return value
		if (machine.language !== 'javascript') return undefinedName(machine, it.name)
		return unknown
	}
	if (machine.language === 'javascript') {
		if (it.name === 'undefined') return nothing
		if (it.name === 'exports' && !machine.frame.parent)
			return machine.unit.exports.get('=') ?? { ...unknown, objects: [machine.unit.object] }
		// What calls it from elsewhere may hand over more than it says.
		if (it.name === 'arguments' && machine.frame.function)
			return machine.stack.length > 1
				? newList(machine, machine.frame.arguments)
				: newBag(machine, machine.frame.arguments.reduce(joinValues, unknown))
	}
	const member = ownMember(machine, it)
	if (member) return fieldValue(machine, member)
	return undefinedName(machine, it.name)
}

/** `found.name` of a tuple. */
function tupleItem(
	machine: Machine,
	{ objects }: Value,
	{ item, name }: Extract<Expression, { kind: 'field' }>,
): Value | undefined {
	const [id] = objects
	if (item === undefined || id === undefined || objects.length !== 1) return undefined
	const state = machine.store.object(id)
	return state?.form === 'list' && !state.fields.has(name) ? state.fields.get(String(item)) : undefined
}

/** A value that is read at a place where rules may name a source. */
function fieldValue(machine: Machine, it: Extract<Expression, { kind: 'field' }>): Value {
	if (it.object.kind === 'super') return baseMember(machine, it.name)
	const object = machine.evaluate(it.object)
	if (machine.isDead) return unknown
	if (it.name === 'exports' && object.paths[0] === 'module' && machine.language === 'javascript') {
		return machine.unit.exports.get('=') ?? { ...unknown, objects: [machine.unit.object] }
	}
	const submodule =
		machine.language === 'python' && object.paths.length === 1
			? moduleIn(machine, object.paths[0] as string, it.name)
			: undefined
	if (submodule) return submodule
	checkUse(machine, object, it)
	checkAsked(machine, object, it)
	if (it.name === 'length') {
		const text = constantOf(object)
		if (typeof text === 'string') return constant(text.length)
		const [id] = object.objects
		const state = id === undefined ? undefined : machine.store.object(id)
		// Of `text.match(words) ?? []` the list is what stands in for what was not found.
		const isOnly = object.objects.length === 1 && object.taint.length === 0 && object.paths.length === 0
		if (state?.form === 'list' && state.length !== undefined && isOnly) return constant(state.length)
		if (state?.form === 'list' || object.taint.length > 0) return unknown
	}
	const value = tupleItem(machine, object, it) ?? readField(machine, object, it.name, it)
	if (machine.language === 'java' && value.paths[0]?.startsWith('java.lang.Boolean.'))
		return it.name === 'TRUE' || it.name === 'FALSE' ? constant(it.name === 'TRUE') : value
	const data = read(machine, value, it)
	// What a decoder or a caller has put into a field of Go was assigned by no name.
	if (machine.language === 'go' && isTextField(machine, object, it.name)) return namedSource(machine, data, it.name, it)
	if (machine.language !== 'python') return data
	noteCheckedFields(machine, object, it.name, data)
	return pathPart(machine, object, it.name, data, it)
}

/** `packet[from:to]` (Go), which ends the program where there is less: as the call of `@slice`. */
function checkSlice(machine: Machine, at: CodeSpan, positional: readonly Value[]): void {
	if (!positional.some((it) => it.taint.length > 0)) return
	const values = argumentsOf(...positional)
	checkCall(machine, {
		paths: ['@slice'],
		receiver: undefined,
		holder: undefined,
		values,
		isNew: false,
		at,
		call: undefined,
	})
}

function sliceValue(machine: Machine, it: Extract<Expression, { kind: 'slice' }>): Value {
	const object = machine.evaluate(it.object)
	const [begin, end] = [it.from, it.to].map((part) => part && machine.evaluate(part))
	if (machine.language === 'go') checkSlice(machine, it, [begin ?? constant(0), end ?? unknown])
	const from = begin ? constantOf(begin) : 0
	const to = end ? constantOf(end) : null
	// A slice of Go is the memory of what it was cut of: what fills one fills the other.
	if (machine.language === 'go' && object.objects.some((id) => machine.store.object(id)?.memory?.isFixed)) return object
	const text = constantOf(object)
	const last = typeof to === 'number' ? to : undefined
	if (typeof text === 'string' && typeof from === 'number' && to !== undefined)
		return { ...constant(text.slice(from, last)), taint: object.taint }
	const items = knownItems(machine, object)
	if (items && typeof from === 'number' && to !== undefined)
		return newList(
			machine,
			items.slice(from, last).map((item) => item.value),
		)
	if (object.objects.length > 0) return newBag(machine, itemsOf(machine, object, it))
	// `text[1:2]` is one character, and none where there is none.
	const isOne = machine.language === 'python' && typeof from === 'number' && from >= 0 && last === from + 1
	// A check of a part counts as one of the whole: most who check one have looked at the rest.
	const part = ofTaint(isOne ? fieldTaints(object.taint, String(from)) : object.taint)
	// What is cut off the bytes that a library gave is still its own.
	const made = machine.language === 'python' ? object.paths.filter((path) => /^[^?].*\(\)$/.test(path)) : []
	return made.length === 0 ? part : { ...part, paths: extendPaths(machine, made, '[:]') }
}

function conditionalValue(machine: Machine, it: Extract<Expression, { kind: 'conditional' }>): Value {
	const test = machine.evaluate(it.test)
	if (machine.isDead) return unknown
	checkTruth(machine, test, it.test)
	const truth = truthOf(test, machine.language)
	if (truth !== undefined) return machine.evaluate(truth ? it.then : it.otherwise)
	const values: Value[] = []
	const layers = [true, false].flatMap((outcome) => {
		const { layer } = machine.inLayer(() => {
			assume(machine, test, outcome)
			values.push(checkedHere(machine, machine.evaluate(outcome ? it.then : it.otherwise)))
			return true
		})
		const isDead = machine.isDead
		machine.isDead = false
		if (isDead) values.pop()
		return isDead ? [] : [layer.cells]
	})
	machine.store.absorb(layers)
	if (values.length === 0) return unknown
	const [then, otherwise] = values
	const isFallback = then !== undefined && otherwise !== undefined && asksFor(machine, it)
	const value = isFallback ? joinFallback(then, otherwise) : values.reduce(joinValues)
	const outcome = then && otherwise ? outcomeOf(machine, then, otherwise) : undefined
	return outcome === undefined || test.facts.length === 0
		? value
		: { ...value, facts: outcome ? test.facts : negated(test.facts) }
}

/** `isset($given) ? $given : false`, `given !== undefined ? given : false`. */
function asksFor({ unit }: Machine, { test, then }: Extract<Expression, { kind: 'conditional' }>): boolean {
	if ((then.kind !== 'name' && then.kind !== 'field' && then.kind !== 'index') || then.end - then.start > longestAsked)
		return false
	return unit.text.slice(test.start, test.end).includes(unit.text.slice(then.start, then.end))
}

const longestAsked = 100

/** `test ? 0 : -1` says of the test what `!test` does; undefined where it says nothing. */
function outcomeOf(machine: Machine, then: Value, otherwise: Value): boolean | undefined {
	const [one, other] = [truthOf(then, machine.language), truthOf(otherwise, machine.language)]
	return one !== undefined && other !== undefined && one !== other ? one : undefined
}

function assignment(machine: Machine, it: Extract<Expression, { kind: 'assign' }>): Value {
	if (it.operator === undefined) {
		const value = machine.evaluate(it.value)
		if (machine.isDead) return unknown
		checkChanged(machine, it, value)
		checkShared(machine, it.target, value)
		assign(machine, it.target, value)
		return value
	}
	// `a, b += c` is no code.
	if (it.target.kind === 'listPattern' || it.target.kind === 'objectPattern') return machine.evaluate(it.value)
	const target: Expression = it.target
	const handler = it.operator === '+' ? addedHandler(machine, it.value) : undefined
	if (handler) {
		assign(machine, it.target, handler)
		return unknown
	}
	const isLogical = it.operator === '&&' || it.operator === '||' || it.operator === '??'
	const value = isLogical
		? logicalValue(machine, {
				kind: 'logical',
				operator: it.operator as '&&',
				left: target,
				right: it.value,
				start: it.start,
				end: it.end,
			})
		: binaryValue(machine, {
				kind: 'binary',
				operator: it.operator,
				left: target,
				right: it.value,
				start: it.start,
				end: it.end,
			})
	if (machine.isDead) return unknown
	checkChanged(machine, it, value)
	assign(machine, it.target, value)
	if (it.operator === '+' && hasPointers(machine)) containerChanged(machine, it.target, '+=', [])
	return value
}

/** `handler.Received += (_, e) => …` (C#): one more function that is called, and no sum. */
function addedHandler(machine: Machine, written: Expression): Value | undefined {
	if (machine.language !== 'csharp' || !['closure', 'name', 'field'].includes(written.kind)) return undefined
	const value = machine.evaluate(written)
	return value.functions.length > 0 ? value : undefined
}

function yielded(machine: Machine, it: Extract<Expression, { kind: 'yield' }>): Value {
	const value = checkedHere(machine, it.value ? machine.evaluate(it.value) : nothing, true)
	const { yields } = machine.function
	if (!it.isDelegated) yields.push(value)
	else {
		const items = knownItems(machine, value)
		if (items) for (const item of items) yields.push(item.value)
		else yields.push(itemsOf(machine, value, it))
	}
	return unknown
}

function comprehensionValue(machine: Machine, it: Comprehension): Value {
	const elements: Value[] = []
	const keys: Value[] = []
	let isKnown = true
	const clause = (at: number): void => {
		const one = it.clauses[at]
		if (!one) {
			if (it.key) keys.push(checkedHere(machine, machine.evaluate(it.key)))
			elements.push(checkedHere(machine, machine.evaluate(it.element)))
			return
		}
		const iterable = machine.evaluate(one.iterable)
		const items = knownItems(machine, iterable)
		if (!items || items.length > 16) isKnown = false
		for (const item of items?.slice(0, 16) ?? [{ value: itemsOf(machine, iterable, it), key: unknown }]) {
			const isMap = items && iterable.objects.some((id) => machine.store.object(id)?.form === 'map')
			assign(machine, one.target, isMap ? item.key : item.value)
			let holds: boolean | undefined = true
			for (const condition of one.conditions) {
				const value = machine.evaluate(condition)
				const truth = truthOf(value, machine.language)
				if (truth === false) holds = false
				else if (truth === undefined) {
					isKnown = false
					assume(machine, value, true)
				}
			}
			if (holds) clause(at + 1)
		}
	}
	clause(0)
	if (it.form === 'map') {
		const id = machine.newObject('map', { isOpen: !isKnown })
		const state = machine.store.ownObject(id) as ObjectState
		for (const [at, value] of elements.entries()) {
			const name = constantOf(keys[at] ?? unknown)
			if (name !== undefined) state.fields.set(String(name), value)
			else state.other = state.other === unknown ? value : joinValues(state.other, value)
			if (keys[at]?.taint.length) state.keys = withTaint(state.keys, keys[at].taint)
		}
		return { ...unknown, objects: [id] }
	}
	if (isKnown) return newList(machine, elements, it.form === 'set' ? 'set' : 'list')
	return newBag(machine, elements.length > 0 ? elements.reduce(joinValues) : unknown)
}
