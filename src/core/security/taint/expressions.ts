import type { Binary, Comprehension, Expression, ListLiteral, Logical, ObjectLiteral, Unary } from '../ir/ir.ts'
import { assign, isTarget } from './assign.ts'
import { evaluateCall } from './calls.ts'
import { baseMember, defineClass, initializeFields } from './classes.ts'
import { conditionsHold } from './conditions.ts'
import { foldBinary, foldUnary } from './constants.ts'
import { assume, combined, factsOf, maskWithout, negated, withFacts } from './facts.ts'
import { append, leavesArray, readField, readIndex } from './fields.ts'
import { checkAttribute, checkProperty, checkRegex, checkString } from './finds.ts'
import { importValue, moduleIn } from './imports.ts'
import { deepTaints, itemsOf, keyText, knownItems, newBag, newList } from './items.ts'
import { type Machine, noArguments } from './machine.ts'
import { undefinedName } from './names.ts'
import { addAll } from './natives/lists.ts'
import { reportTaint, subjectOf } from './sinks.ts'
import { addSource } from './sources.ts'
import type { ObjectState } from './store.ts'
import { derived, joinTaints, maskOf, type Taint } from './taint.ts'
import {
	boolean,
	type ClassValue,
	constant,
	constantOf,
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
		case 'name':
			return read(machine, nameValue(machine, it), it)
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
			return read(machine, readIndex(machine, object, index, it), it)
		}
		case 'slice':
			return sliceValue(machine, it)
		case 'call':
			return evaluateCall(machine, it)
		case 'closure': {
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
			return { ...unknown, objects: [id], paths: ['RegExp'] }
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
			return machine.parts.withType(machine, machine.evaluate(it.value), it.type)
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
			let taints: readonly Taint[] = []
			for (const part of it.parts) taints = joinTaints(taints, machine.evaluate(part).taint)
			return ofTaint(derived(taints))
		}
	}
}

// ---------- names and fields

function nameValue(machine: Machine, it: Extract<Expression, { kind: 'name' }>): Value {
	const cell = machine.cellOf(it)
	if (cell !== undefined) {
		const value = machine.valueIn(cell)
		if (value) return value
		if (machine.language !== 'javascript') return undefinedName(machine, it.name)
		return unknown
	}
	if (machine.language === 'javascript') {
		if (it.name === 'undefined') return nothing
		if (it.name === 'exports' && !machine.frame.parent)
			return machine.unit.exports.get('=') ?? { ...unknown, objects: [machine.unit.object] }
		if (it.name === 'arguments' && machine.frame.function) return newList(machine, machine.frame.arguments)
	}
	return undefinedName(machine, it.name)
}

/** A value that is read at a place where rules may name a source. */
function read(machine: Machine, value: Value, at: Expression): Value {
	if (value.paths.length === 0) return value
	let result = value
	for (const path of value.paths) {
		for (const entry of machine.rules.reads.lookUp(path)) {
			if (entry.form === 'source') {
				if (conditionsHold(machine, entry.source.when, subjectOf(value)))
					result = addSource(machine, result, entry.source, at)
			} else if (conditionsHold(machine, entry.find.when, subjectOf(value)))
				machine.reporter.find(entry, machine.place(at))
		}
	}
	return result
}

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
	if (it.name === 'length') {
		const text = constantOf(object)
		if (typeof text === 'string') return constant(text.length)
		const [id] = object.objects
		const state = id === undefined ? undefined : machine.store.object(id)
		if (state?.form === 'list' && state.length !== undefined && object.objects.length === 1)
			return constant(state.length)
		if (state?.form === 'list' || object.taint.length > 0) return unknown
	}
	return read(machine, readField(machine, object, it.name, it), it)
}

function sliceValue(machine: Machine, it: Extract<Expression, { kind: 'slice' }>): Value {
	const object = machine.evaluate(it.object)
	const from = it.from ? constantOf(machine.evaluate(it.from)) : 0
	const to = it.to ? constantOf(machine.evaluate(it.to)) : null
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
	// A check of a part counts as one of the whole: most who check one have looked at the rest.
	return ofTaint(object.taint)
}

// ---------- literals

function objectValue(machine: Machine, it: ObjectLiteral): Value {
	const isMap = machine.language !== 'javascript' && it.type === undefined
	let value: Value | undefined
	if (it.type !== undefined) {
		const typed = machine.parts.withType(machine, unknown, it.type)
		const [id] = typed.objects
		if (id !== undefined) {
			value = typed
			const of = machine.store.object(id)?.class
			if (of) initializeFields(machine, of, typed, 0)
		} else value = { ...typed, objects: [machine.newObject('object')] }
	}
	value ??= { ...unknown, objects: [machine.newObject(isMap ? 'map' : 'object')] }
	const id = value.objects[0] as number
	for (const entry of it.entries) {
		const item = machine.evaluate(entry.value)
		const state = machine.store.ownObject(id)
		if (!state) continue
		if (!entry.key) {
			spreadInto(machine, state, item)
			continue
		}
		const key = machine.evaluate(entry.key)
		const name = constantOf(key)
		if (name === undefined) {
			state.other = state.other === unknown ? item : joinValues(state.other, item)
			state.isOpen = true
		} else {
			state.fields.set(entry.accessor === undefined ? keyText(name) : `${entry.accessor} ${keyText(name)}`, item)
			if (typeof name === 'string') checkProperty(machine, name, item, entry)
		}
		if (key.taint.length > 0) state.keys = withTaint(state.keys, key.taint)
	}
	return value
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
	if (from.taint.length > 0) state.other = withTaint(state.other, from.taint)
}

function listValue(machine: Machine, it: ListLiteral): Value {
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

function templateValue(machine: Machine, it: Extract<Expression, { kind: 'template' }>): Value {
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

/** A text that was made of parts. */
function joinedText(machine: Machine, values: readonly Value[]): Value {
	let taints: readonly Taint[] = []
	let text: string | undefined = ''
	for (const value of values) {
		taints = joinTaints(taints, deepTaints(machine, value))
		const one = constantOf(value)
		text = text === undefined || one === undefined || value.objects.length > 0 ? undefined : text + String(one)
	}
	const made = text !== undefined && text.length < 4_000 ? constant(text) : unknown
	const [only] = values
	return withTaint(made, values.length === 1 && only ? taints : derived(taints))
}

// ---------- operators

function binaryValue(machine: Machine, it: Binary): Value {
	const left = machine.evaluate(it.left)
	const right = machine.evaluate(it.right)
	if (machine.isDead) return unknown
	const folded = foldBinary(it.operator, left, right, machine.language)
	switch (it.operator) {
		case '==':
		case '===':
		case 'is':
		case '!=':
		case '!==':
		case 'isNot': {
			if (folded.constants?.length === 1 && left.taint.length === 0 && right.taint.length === 0) return folded
			const isEqual = it.operator === '==' || it.operator === '===' || it.operator === 'is'
			return withFacts(equalFacts(it, left, right, isEqual))
		}
		case 'in':
		case 'notIn':
			return membership(machine, left, right, it.operator === 'in', folded)
		case '<':
		case '<=':
		case '>':
		case '>=':
		case 'instanceof':
			if (it.operator === 'instanceof') return instanceOf(machine, left, right)
			if (left.taint.length === 0 && right.taint.length === 0) return folded
			return withFacts(sizeFacts(it.operator, left, right))
		default: {
			const taints = joinTaints(deepTaints(machine, left), deepTaints(machine, right))
			if (it.operator === '+' && left.objects.length > 0 && right.objects.length > 0)
				return joinedLists(machine, left, right)
			return withTaint(folded, derived(taints))
		}
	}
}

/** Whether a value is of a class, where that is known. */
function instanceOf(machine: Machine, left: Value, right: Value): Value {
	if (constantOf(left) === null && left.taint.length === 0 && left.objects.length === 0) return constant(false)
	if (right.paths.includes('java.lang.Object') && left.constants === undefined) return constant(true)
	if (left.objects.length !== 1 || left.constants !== undefined || right.classes.length !== 1) return boolean
	const state = machine.store.object(left.objects[0] as number)
	if (!state?.class) return boolean
	const isOne = isSubclass(state.class, right.classes[0] as ClassValue)
	return isOne || !state.isOpen ? constant(isOne) : boolean
}

function isSubclass(of: ClassValue, base: ClassValue, depth = 0): boolean {
	if (of.class === base.class) return true
	return depth < 10 && of.bases.some((it) => it.classes.some((one) => isSubclass(one, base, depth + 1)))
}

function joinedLists(machine: Machine, left: Value, right: Value): Value {
	const list = newList(machine, [])
	const state = machine.store.ownObject(list.objects[0] as number) as ObjectState
	addAll(machine, state, left)
	addAll(machine, state, right)
	return list
}

/** Data that equals a constant is that constant; `typeof x === 'number'` says that it is no text. */
function equalFacts(it: Binary, left: Value, right: Value, isEqual: boolean): ReturnType<typeof factsOf> {
	const isConstant = (value: Value): boolean =>
		value.constants !== undefined &&
		value.taint.length === 0 &&
		value.objects.length === 0 &&
		value.constants.every((one) => one !== null)
	if (isConstant(right)) {
		const type = it.left.kind === 'unary' && it.left.operator === 'typeof' ? constantOf(right) : undefined
		if (type !== undefined) return type === 'number' || type === 'boolean' ? factsOf(left.taint, isEqual) : []
		return [...factsOf(left.taint, isEqual), ...polluting(left, right, isEqual)]
	}
	if (isConstant(left)) return [...factsOf(right.taint, isEqual), ...polluting(right, left, isEqual)]
	return []
}

/** A key that is not `__proto__` leads to no prototype. */
function polluting({ taint }: Value, name: Value, isEqual: boolean): ReturnType<typeof factsOf> {
	return constantOf(name) === '__proto__' ? factsOf(taint, !isEqual, maskOf(['prototype'])) : []
}

/** A number that is below a limit is no danger by its size. */
function sizeFacts(operator: string, left: Value, right: Value): ReturnType<typeof factsOf> {
	const mask = maskOf(['size'])
	const isBelow = operator === '<' || operator === '<='
	if (right.taint.length === 0) return sizesOf(left, isBelow, mask)
	return left.taint.length === 0 ? sizesOf(right, !isBelow, mask) : []
}

function sizesOf({ taint }: Value, when: boolean, mask: number): ReturnType<typeof factsOf> {
	return taint.map(({ root }) => ({ when, root, mask }))
}

function membership(machine: Machine, item: Value, container: Value, isIn: boolean, folded: Value): Value {
	if (folded.constants?.length === 1 && item.taint.length === 0) return folded
	const text = constantOf(item)
	// A text that must not occur in the data: where it does not, the data is safe for what the text is needed for.
	if (typeof text === 'string' && container.taint.length > 0)
		return withFacts(factsOf(container.taint, !isIn, maskWithout(text)))
	const items = knownItems(machine, container)
	if (!items) return boolean
	const isMap = container.objects.some(
		(id) => machine.store.object(id)?.form === 'map' || machine.store.object(id)?.form === 'object',
	)
	const members = items.map((it) => (isMap ? it.key : it.value))
	if (!members.every((it) => it.constants !== undefined && it.taint.length === 0)) return boolean
	const wanted = constantOf(item)
	if (wanted !== undefined && item.taint.length === 0)
		return constant(members.some((it) => it.constants?.includes(wanted)) === isIn)
	return withFacts(factsOf(item.taint, isIn))
}

function unaryValue(machine: Machine, it: Unary): Value {
	const operand = machine.evaluate(it.operand)
	switch (it.operator) {
		case '!': {
			const folded = operand.taint.length === 0 ? foldUnary('!', operand) : boolean
			return withFacts(negated(operand.facts), folded)
		}
		case '&':
		case '*':
			return operand
		case '++':
		case '--': {
			const after = withTaint(
				foldBinary(it.operator === '++' ? '+' : '-', operand, constant(1), 'javascript'),
				operand.taint,
			)
			if (isTarget(it.operand)) assign(machine, it.operand, after)
			return it.isPostfix ? operand : after
		}
		case 'delete':
			removeField(machine, it)
			return boolean
		case 'typeof':
			return onlyTaint(foldUnary('typeof', operand), operand.taint)
		case 'void':
			return nothing
		default:
			return withTaint(foldUnary(it.operator, operand), derived(operand.taint))
	}
}

function removeField(machine: Machine, { operand }: Unary): void {
	if (operand.kind !== 'field' && operand.kind !== 'index') return
	const object = machine.evaluate(operand.object)
	const name = operand.kind === 'field' ? operand.name : operand.index && constantOf(machine.evaluate(operand.index))
	if (name === undefined || object.objects.length !== 1) return
	const state = machine.store.ownObject(object.objects[0] as number)
	state?.fields.delete(String(name))
}

function logicalValue(machine: Machine, it: Logical): Value {
	const left = machine.evaluate(it.left)
	if (machine.isDead) return unknown
	if (it.operator === '??') {
		const isNull =
			left.constants?.every((one) => one === null) === true && left.objects.length === 0 && left.functions.length === 0
		if (isNull) return machine.evaluate(it.right)
		if (left.constants !== undefined && !left.constants.includes(null)) return left
		return joinValues(left, machine.evaluate(it.right))
	}
	const isAnd = it.operator === '&&'
	const truth = truthOf(left, machine.language)
	if (truth !== undefined && left.taint.length === 0) return truth === isAnd ? machine.evaluate(it.right) : left
	let right = unknown
	const { layer } = machine.inLayer(() => {
		assume(machine, left, isAnd)
		right = machine.evaluate(it.right)
		return true
	})
	const wasDead = machine.isDead
	machine.isDead = false
	machine.store.absorb(wasDead ? [new Map()] : [new Map(), layer.cells])
	const facts = combined(it.operator as '&&' | '||', left.facts, right.facts)
	// Of `a && b` a is a result only where it is false: then it is no text.
	const kept = isAnd ? onlyFalse(left) : left
	const value = wasDead ? kept : joinValues(kept, right)
	return { ...value, facts }
}

function onlyFalse(value: Value): Value {
	return value.constants === undefined ? { ...unknown, constants: [false] } : { ...value, taint: [] }
}

function conditionalValue(machine: Machine, it: Extract<Expression, { kind: 'conditional' }>): Value {
	const test = machine.evaluate(it.test)
	if (machine.isDead) return unknown
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
	return values.length === 0 ? unknown : values.reduce(joinValues)
}

/** What was checked in a branch of an expression stays checked in its value. */
function checkedHere(machine: Machine, value: Value): Value {
	if (value.taint.length === 0) return value
	const taint = value.taint.flatMap((it) => {
		const mask = machine.store.checked(it.root)
		return mask === 0 ? [it] : [{ ...it, clean: it.clean | mask }]
	})
	return onlyTaint(value, taint)
}

function assignment(machine: Machine, it: Extract<Expression, { kind: 'assign' }>): Value {
	if (it.operator === undefined) {
		const value = machine.evaluate(it.value)
		if (machine.isDead) return unknown
		assign(machine, it.target, value)
		return value
	}
	// `a, b += c` is no code.
	if (it.target.kind === 'listPattern' || it.target.kind === 'objectPattern') return machine.evaluate(it.value)
	const target: Expression = it.target
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
	assign(machine, it.target, value)
	return value
}

function yielded(machine: Machine, it: Extract<Expression, { kind: 'yield' }>): Value {
	const value = it.value ? machine.evaluate(it.value) : nothing
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
			if (it.key) keys.push(machine.evaluate(it.key))
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
		}
		return { ...unknown, objects: [id] }
	}
	if (isKnown) return newList(machine, elements, it.form === 'set' ? 'set' : 'list')
	return newBag(machine, elements.length > 0 ? elements.reduce(joinValues) : unknown)
}

function elementValue(machine: Machine, it: Extract<Expression, { kind: 'element' }>): Value {
	const tag = machine.evaluate(it.tag)
	const id = machine.newObject('object')
	for (const { name, value: expression } of it.attributes) {
		const value = machine.evaluate(expression)
		const state = machine.store.ownObject(id)
		if (name === undefined) {
			if (state) spreadInto(machine, state, value)
			continue
		}
		state?.fields.set(name, value)
		checkAttribute(machine, tag, name, value, expression, reportTaint)
	}
	for (const child of it.children) machine.evaluate(child)
	if (tag.functions.length > 0) {
		const result = machine.parts.callValue(
			machine,
			{ ...tag, paths: [] },
			undefined,
			{ ...noArguments, positional: [{ ...unknown, objects: [id] }] },
			it,
		)
		return { ...result, taint: [] }
	}
	return { ...unknown, paths: ['@element'] }
}
