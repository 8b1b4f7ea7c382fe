import type { FunctionIr } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { runConcurrent } from './calls/laterCalls.ts'
import { withoutUsedAnswers } from './defects/unusedAnswers.ts'
import type { Remembered } from './entryRecords.ts'
import { parameterSources } from './entrySources.ts'
import { forgetObjects } from './forgetObjects.ts'
import { deepTaints, holdsFunctions, newBag, newList, newStart } from './items.ts'
import { nestsClasses } from './languages/enclosing.ts'
import { givenTo } from './languages/ruby.ts'
import {
	type ArgumentValues,
	budgetWithoutTaint,
	type FunctionContext,
	type Machine,
	noArguments,
	type TryContext,
	type Way,
} from './machine.ts'
import { basePaths } from './members.ts'
import { freedByResult } from './memory/freedByResult.ts'
import { hasPointers, settle } from './memory/memory.ts'
import { typeNamed } from './names.ts'
import { namedSource } from './sources.ts'
import { Store } from './store.ts'
import { derived, joinTaints, stepped, type Taint, weakened } from './taint.ts'
import {
	type Fact,
	type Frame,
	type FunctionValue,
	joinValues,
	nothing,
	ofObject,
	ofTaint,
	onlyTaint,
	unknown,
	type Value,
	withTaint,
} from './value.ts'

const deepestCall = 14
const deepestUntainted = 4
const mostRecursion = 2
const leastShare = 200

/** What a call gives whose function is not followed: all that went in may come out. */
export function unfollowed(machine: Machine, self: Value | undefined, values: ArgumentValues): Value {
	let taints: readonly Taint[] = self ? deepTaints(machine, self) : []
	for (const it of allValues(values)) {
		taints = joinTaints(taints, deepTaints(machine, it))
		settle(machine, it)
	}
	return ofTaint(derived(weakened(taints)))
}

export function allValues({ positional, keywords, rest }: ArgumentValues): readonly Value[] {
	return keywords.size === 0 && !rest ? positional : [...positional, ...keywords.values(), ...(rest ? [rest] : [])]
}

/** Runs a function of the program with these arguments, from where the program is now. */
export function callFunction(
	machine: Machine,
	called: FunctionValue,
	self: Value | undefined,
	values: ArgumentValues,
	at: CodeSpan,
): Value {
	const { function: ir } = called
	machine.called.add(ir)
	const depth = machine.stack.length
	// Where nothing tainted was met, a source that is further away than this is found where it is.
	if (!machine.sawTaint && depth >= deepestUntainted) return unfollowed(machine, self, values)
	if (machine.budget <= 0 || depth >= deepestCall || machine.stack.filter((it) => it === ir).length >= mostRecursion) {
		return unfollowed(machine, self, values)
	}
	machine.followed?.add(ir)
	// What a call may take, so that the rest of the function is looked at whatever it leads to.
	const rest = machine.sawTaint ? 0 : machine.budget - shareOf(machine)
	machine.budget -= rest
	const known = machine.sawTaint ? undefined : remembered(machine, called, values, self)
	const value = known ?? run(machine, called, self, values, at).value
	if (machine.budget <= 0) machine.followed?.delete(ir)
	if (rest > 0) machine.budget = Math.max(0, machine.budget) + rest
	return value
}

/** Evaluations that a call may take as long as nothing tainted was met. The functions of a top level are called where it is written that they are. */
function shareOf({ budget, stack }: Machine): number {
	return stack.length === 0 ? budget : Math.min(budget, Math.max(leastShare, budget >> 2))
}

/** A function that touches no tainted data gives the same whenever it is called without any: it is looked at once. */
function remembered(
	machine: Machine,
	called: FunctionValue,
	values: ArgumentValues,
	self: Value | undefined,
): Value | undefined {
	if (machine.sawTaint || called.frame.parent || called.function.form === 'constructor') return undefined
	// What a method of C++ does to its object's memory matters to whoever called it.
	if (hasPointers(machine) && self && self.objects.length > 0) return undefined
	for (const it of allValues(values)) {
		if (
			holdsFunctions(machine, it) ||
			it.objects.length > 0 ||
			// A source may be read of it.
			it.paths.some((path) => !path.startsWith('?') || (machine.language === 'ruby' && isRecord(path))) ||
			(it.constants !== undefined && machine.stack.length < 3)
		)
			return undefined
	}
	const { function: ir } = called
	const known = machine.memo.get(ir)
	if (known) {
		for (const it of known.ran ?? []) machine.ran?.add(it)
		if (machine.record?.remembered.has(ir) === false) machine.record.used.set(ir, known)
		if (known.value === 'running' || known.value === 'follow') return undefined
		if (known.throws) machine.mayThrow()
		return known.value
	}
	const memory: Remembered = { value: 'running', throws: false, ran: undefined }
	machine.memo.set(ir, memory)
	const { ran: ranBefore } = machine
	machine.ran &&= new Set()
	const { budget, sawTaint } = machine
	machine.budget = Math.min(budget, budgetWithoutTaint)
	const before = machine.budget
	const { value } = isolated(machine, () => {
		const context: TryContext = { base: machine.store, throws: [], mayThrow: false }
		machine.tries.push(context)
		const result = run(machine, called, bareSelf(machine, called) ?? self, { ...noArguments, rest: unknown }, ir.head)
		memory.throws = context.mayThrow || context.throws.length > 0
		return result
	})
	memory.ran = machine.ran
	for (const it of machine.ran ?? []) ranBefore?.add(it)
	machine.ran = ranBefore
	machine.budget = budget - Math.max(0, before - machine.budget)
	const isPlain =
		!machine.sawTaint &&
		value.objects.length === 0 &&
		value.functions.length === 0 &&
		value.classes.length === 0 &&
		value.facts.length === 0
	machine.sawTaint = sawTaint
	memory.value = isPlain ? value : 'follow'
	machine.record?.remembered.set(ir, memory)
	if (isPlain && memory.throws) machine.mayThrow()
	return isPlain ? value : undefined
}

/** What a query of Ruby's libraries for databases gives, whatever it is called on, and one of many that it gives. */
function isRecord(path: string): boolean {
	return /\.(?:find|find_by|find_by_id|first|last|take|sole|find_sole_by)!?\(\)$|\(\)\[\]$/.test(path)
}

/** What is made apart knows no object of the program: one of the method's class, of which nothing else is known. */
function bareSelf(machine: Machine, { function: ir, home, self }: FunctionValue): Value | undefined {
	if (!home || ir.isStatic || !self || self.objects.length === 0 || !nestsClasses(machine.language)) return undefined
	const id = machine.newObject('instance', { ofClass: home, isOpen: true })
	return { ...ofObject(id), paths: basePaths(home).slice(0, 4) }
}

/**
 * Runs apart from what the program does here: nothing of it is left afterwards.
 * @param base what the program is there
 */
export function isolated<T>(machine: Machine, run: () => T, base = machine.root): T {
	const { store, loops, tries, function: context, isDead } = machine
	machine.store = new Store(base)
	machine.loops = []
	machine.tries = []
	machine.isDead = false
	const result = run()
	machine.store = store
	machine.loops = loops
	machine.tries = tries
	machine.function = context
	machine.isDead = isDead
	return result
}

export interface RunResult {
	readonly value: Value
	/** Where its variables are. */
	readonly frame: Frame
}

export function run(
	machine: Machine,
	called: FunctionValue,
	self: Value | undefined,
	values: ArgumentValues,
	at: CodeSpan,
	keepsVariables = false,
): RunResult {
	const { function: ir } = called
	const { frame: caller, function: outer, loops, store: base } = machine
	const size = (called.frame.unit as typeof machine.unit).scopes.sizes.get(ir) ?? 0
	const own = ir.inheritsSelf ? called.frame.self : (self ?? called.self ?? ownClass(machine, called))
	const place = caller.unit.file === '' ? undefined : machine.place(at)
	const frame: Frame = {
		base: machine.cells(size),
		unit: called.frame.unit,
		parent: called.frame,
		self: own,
		home: called.home ?? called.frame.home,
		arguments: values.positional,
		function: ir,
		calledAt: place,
		calledFor: (takesList(ir) && caller.calledFor) || place,
		calledFrom: caller.unit === machine.analyzed ? place : caller.calledFrom,
	}
	const context: FunctionContext = { base, exits: [], deferred: [], concurrent: [], yields: [], function: ir }
	const { size: captured } = machine.captured
	const { newestObject } = machine
	machine.stack.push(ir)
	machine.ran?.add(ir)
	machine.frame = frame
	machine.function = context
	machine.loops = []
	machine.store = new Store(base)
	const selfSlot = (called.frame.unit as typeof machine.unit).scopes.selfSlots.get(ir)
	if (selfSlot !== undefined) machine.store.set(frame.base + selfSlot, { ...unknown, functions: [called] })
	const given = machine.language === 'ruby' ? givenTo(machine, ir, values, at) : values
	bindParameters(machine, ir, own, given, place)
	if (machine.parts.execute(machine, ir.body)) {
		context.exits.push({ changes: machine.store.changesSince(base), value: implicit(ir) })
	}
	const after = new Store(base)
	machine.store = after
	const { exits } = context
	after.absorb(exits.map((it) => it.changes))
	if (exits.length > 0) {
		runConcurrent(machine)
		for (const it of context.deferred.splice(0).reverse()) machine.evaluate(it)
	}
	// Pointers lead to variables of functions that have ended, too.
	if (!keepsVariables && !hasPointers(machine)) {
		if (!machine.captured.has(frame.base)) after.forget(frame.base, frame.base + size)
		if (machine.captured.size === captured)
			forgetObjects(after, newestObject, [...exits.map((it) => it.value), ...context.yields, ...machine.keptValues()])
	}
	base.absorb([after.cells])
	machine.isDead = exits.length === 0
	machine.store = base
	machine.frame = caller
	machine.function = outer
	machine.loops = loops
	machine.stack.pop()
	return { value: result(machine, ir, context, exits, called), frame }
}

/** A static method that was handed over still knows the members of its class. */
function ownClass({ language }: Machine, { function: ir, home }: FunctionValue): Value {
	return ir.isStatic && home && nestsClasses(language) ? { ...unknown, classes: [home] } : unknown
}

function implicit(ir: FunctionIr): Value {
	const last = ir.body.at(-1)
	return last?.kind === 'expression' && ir.form === 'lambda' ? unknown : nothing
}

const contextManager = /(?:^|\.)(?:async)?contextmanager$/

function result(
	machine: Machine,
	ir: FunctionIr,
	{ yields }: FunctionContext,
	exits: readonly Way[],
	called: FunctionValue,
): Value {
	// What `with` gets of it (Python).
	if (ir.isGenerator && ir.annotations.some(({ name }) => contextManager.test(name)))
		return yields.length === 0 ? unknown : yields.reduce(joinValues)
	if (ir.isGenerator) return yields.length <= 32 ? newList(machine, yields) : newBag(machine, yields.reduce(joinValues))
	const [first, ...more] = exits
	if (!first) return unknown
	let value = more.reduce((joined, it) => joinValues(joined, it.value), first.value)
	const facts = factsOfWays(exits)
	if (facts.length > 0) value = { ...value, facts }
	value = withoutUsedAnswers(machine, ir, value)
	const told = freedByResult(machine, exits)
	if (told.length > 0) value = { ...value, paths: [...value.paths, ...told] }
	if (ir.returnType === undefined) return value
	const { frame } = machine
	machine.frame = called.frame
	value = machine.parts.withType(machine, value, ir.returnType)
	machine.frame = frame
	return value
}

/** What a function that returns true or false says with it of what it checked. */
function factsOfWays(exits: readonly Way[]): readonly Fact[] {
	const [only] = exits
	if (exits.length === 1) return only?.value.facts ?? []
	const facts: Fact[] = []
	for (const when of [true, false]) {
		// A way that may end with this outcome has to have checked it.
		const ways = exits.filter(
			({ value }) =>
				(value.constants === undefined && (when || !isError(value))) ||
				value.constants?.some((it) => Boolean(it) === when),
		)
		if (ways.length === 0 || ways.length === exits.length) {
			const says = (way: Way): boolean =>
				way.value.constants === undefined || way.value.facts.length > 0 || checkedIn(way, when).size > 0
			if (!ways.every(says)) continue
		}
		const [first, ...more] = ways.map((way) => checkedIn(way, when))
		for (const [root, mask] of first ?? []) {
			const all = more.reduce((joined, it) => joined & (it.get(root) ?? 0), mask)
			if (all !== 0) facts.push({ when, root, mask: all })
		}
	}
	return facts
}

/** An error of Go is not nil: who got nil instead knows that the other way was taken. */
function isError({ paths }: Value): boolean {
	return paths.some((it) =>
		/^(?:errors\.(?:New|Join)|github\.com\/pkg\/errors\.(?:New|Wrapf?))\(\)$|\.(?:Errorf?|New(?:HTTP)?Error)\(\)$|\.(?:Err[A-Z]\w*|EOF)$/.test(
			it,
		),
	)
}

function checkedIn(way: Way, when: boolean): ReadonlyMap<string, number> {
	const checked = new Map<string, number>()
	for (const [key, cell] of way.changes) if (typeof key === 'string') checked.set(key, cell as number)
	for (const fact of way.value.facts)
		if (fact.when === when) checked.set(fact.root, (checked.get(fact.root) ?? 0) | fact.mask)
	return checked
}

function listOfRest(machine: Machine, items: readonly Value[], rest: Value | undefined): Value {
	if (!rest) return newList(machine, items)
	return items.length === 0 ? newBag(machine, rest) : newStart(machine, items, rest)
}

function bindParameters(
	machine: Machine,
	ir: FunctionIr,
	self: Value,
	{ positional, keywords, rest }: ArgumentValues,
	callPlace: ReturnType<Machine['place']> | undefined,
): void {
	let at = 0
	for (const [position, parameter] of ir.parameters.entries()) {
		if (position === 0 && ir.selfParameter) {
			const own = machine.parts.withType(machine, self, ir.receiverType ?? parameter.type)
			machine.parts.assign(machine, parameter.target, parameter.isCopied ? copied(machine, own) : own)
			continue
		}
		const name = parameter.target.kind === 'name' ? parameter.target.name.replace(/^\$/, '') : undefined
		let value: Value | undefined
		if (parameter.rest === 'list') {
			value = listOfRest(machine, positional.slice(at), rest)
			at = positional.length
		} else if (parameter.rest === 'map') {
			// Ruby hands on what it took, name by name.
			const id = machine.newObject('map', { isOpen: rest !== undefined || machine.language !== 'ruby' })
			for (const [key, it] of keywords) machine.store.ownObject(id)?.fields.set(key, it)
			value = { ...unknown, objects: [id] }
		} else {
			value = (name === undefined ? undefined : keywords.get(name)) ?? positional[at] ?? rest
			if (name === undefined || !keywords.has(name)) at++
		}
		value ??= parameter.initial ? machine.evaluate(parameter.initial) : nothing
		// Who calls it is not known, and may leave it to what stands there.
		if (value === rest && value === unknown && parameter.initial) {
			const { taint } = machine.evaluate(parameter.initial)
			if (taint.length > 0) value = withTaint(value, taint)
		}
		if (value.constants?.length === 1 && value.constants[0] === null && parameter.initial)
			value = machine.evaluate(parameter.initial)
		if (callPlace && value.taint.length > 0) {
			const label = ir.name ?? 'function'
			value = onlyTaint(
				value,
				value.taint.map((taint) => stepped(taint, callPlace, 'call', label)),
			)
		}
		value = machine.parts.withType(machine, value, parameter.type)
		if (parameter.isCopied && isStruct(machine, parameter.type)) value = copied(machine, value)
		// What the program itself hands over, and is known whole, comes from nobody else.
		const isOwn = callPlace !== undefined && value.constants?.some((it) => it !== null) === true
		const isOpen = machine.stack.length === 1 && (ir.visibility === 'public' || ir.visibility === 'protected')
		if (!isOwn) value = parameterSources(machine, parameter, value, isOpen)
		// What is assigned to an attribute of this name is what the name says, whatever the method calls it.
		if (!isOwn && ir.form === 'setter' && ir.name !== undefined && machine.language === 'ruby')
			value = namedSource(machine, value, ir.name, parameter)
		machine.parts.assign(machine, parameter.target, value)
	}
}

function takesList(ir: FunctionIr): boolean {
	return ir.parameters.some(({ type }) => type === 'va_list')
}

/** A type that is no interface: who has a struct as one of those may have a pointer to it. */
function isStruct(machine: Machine, type: string | undefined): boolean {
	return type !== undefined && typeNamed(machine, type)?.classes.some((it) => it.class.form !== 'interface') === true
}

function copied(machine: Machine, value: Value): Value {
	const objects = value.objects.map((id) => {
		const state = machine.store.object(id)
		if (state?.form !== 'instance') return id
		const copy = machine.newObject('instance', { isOpen: state.isOpen })
		machine.store.set(copy, { ...state, fields: new Map(state.fields) })
		return copy
	})
	return objects.length === 0 ? value : { ...value, objects }
}
