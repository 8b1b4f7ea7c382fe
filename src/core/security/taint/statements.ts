import type { Expression, FunctionIr, Statement, Switch, SwitchCase, Try } from '../ir/ir.ts'
import { startConcurrent, withArguments } from './calls/laterCalls.ts'
import { checkTruth } from './checks/comparisons.ts'
import { isCharacterLiteral, numberFacts } from './checks/equalFacts.ts'
import { assume, checkedResult, hostFacts } from './checks/facts.ts'
import { narrow } from './checks/narrowing.ts'
import { defineClass } from './classes.ts'
import { looselyEqual } from './constants.ts'
import { checkOpenFailures } from './defects/openFailures.ts'
import { checkUnused } from './defects/unusedAnswers.ts'
import { fillReturned } from './frameworks/models.ts'
import { declareRequired, runExport, runImport } from './imports.ts'
import { forEach, loop } from './loops.ts'
import type { Machine, TryContext, Way } from './machine.ts'
import { asked, hasPointers } from './memory/memory.ts'
import { forgetGiven, forgetView } from './memory/views.ts'
import { typeNamed } from './names.ts'
import { checkReturn } from './sinks.ts'
import { constantOf, type FunctionValue, joinValues, nothing, truthOf, unknown, type Value } from './value.ts'
import { inContext, join, jump } from './ways.ts'

/** @returns whether the end is reached */
export function execute(machine: Machine, statements: readonly Statement[]): boolean {
	if (machine.isTooDeep) return true
	machine.nesting++
	const isAlive = executeAll(machine, statements)
	machine.nesting--
	return isAlive
}

function executeAll(machine: Machine, statements: readonly Statement[]): boolean {
	hoist(machine, statements)
	for (const statement of statements) {
		machine.charge()
		if (machine.budget <= 0) return true
		if (!step(machine, statement)) return false
		if (machine.isDead) {
			machine.isDead = false
			return false
		}
	}
	return true
}

/** Languages in which a class is a statement like others: what was required before it is known in it. */
const definesInOrder: ReadonlySet<string> = new Set(['javascript', 'python', 'ruby'])

/** Functions and classes are known in all of their block. */
function hoist(machine: Machine, statements: readonly Statement[]): void {
	const definesFirst = !definesInOrder.has(machine.language)
	// Bases of classes are named by imports.
	if (definesFirst && statements.some((it) => it.kind === 'class'))
		for (const it of statements) if (it.kind === 'import') runImport(machine, it)
	for (const it of statements) {
		if (it.kind === 'class' && definesFirst) defineClass(machine, it.class)
	}
	for (const it of statements) {
		if (it.kind === 'function') {
			if (it.function.receiverType !== undefined) attach(machine, it.function)
			const binding = machine.unit.scopes.functionSlots.get(it.function)
			const cell = binding && machine.cellAt(binding.hops, binding.slot)
			if (cell === undefined) continue
			machine.captured.add(machine.frame.base)
			const made = { function: it.function, frame: machine.frame, self: undefined, home: undefined }
			machine.waiting.add(made)
			machine.store.set(cell, { ...unknown, functions: [...overloaded(machine, cell, it.function), made] })
		}
	}
}

const mostOverloads = 5

/** Functions of C++ that have the name of one, and take another number of arguments. */
function overloaded(machine: Machine, cell: number, { parameters }: FunctionIr): readonly FunctionValue[] {
	if (!hasPointers(machine)) return []
	return (machine.store.value(cell)?.functions ?? [])
		.filter((it): it is FunctionValue => !('native' in it) && it.function.parameters.length !== parameters.length)
		.slice(-mostOverloads)
}

/** A method that is declared beside its class. */
function attach(machine: Machine, ir: FunctionIr): void {
	const named = ir.receiverType === undefined ? undefined : typeNamed(machine, ir.receiverType)
	for (const one of named?.classes ?? [])
		one.more.push({ function: ir, frame: machine.frame, self: undefined, home: one })
}

function step(machine: Machine, it: Statement): boolean {
	machine.budget--
	switch (it.kind) {
		case 'expression': {
			const value = machine.evaluate(it.expression)
			if (it.expression.kind === 'call' || it.expression.kind === 'await') checkUnused(machine, it.expression, value)
			return true
		}
		case 'declare':
			declare(machine, it.target, it.initial, it.type)
			return true
		case 'function':
			decorate(machine, it)
			return true
		case 'class':
			// Elsewhere it was defined with its block.
			if (definesInOrder.has(machine.language)) defineClass(machine, it.class)
			return true
		case 'import':
			runImport(machine, it)
			return true
		case 'export':
			runExport(machine, it)
			return true
		case 'scope':
			return true
		case 'block':
			return it.label === undefined ? execute(machine, it.body) : labelled(machine, it.label, it.body)
		case 'if':
			return branch(machine, it.test, it.then, it.otherwise)
		case 'loop':
			return loop(machine, it)
		case 'forEach':
			return forEach(machine, it)
		case 'switch':
			return select(machine, it)
		case 'try':
			return attempt(machine, it)
		case 'return': {
			// What was checked on this way stays checked behind the call.
			const value = checkedResult(machine, it.value, it.value ? machine.evaluate(it.value) : nothing)
			if (machine.isDead) return true
			checkReturn(machine, value, it)
			fillReturned(machine, value, it.value ?? it)
			const { base, exits } = machine.function
			exits.push({ changes: machine.store.changesSince(base), value })
			return false
		}
		case 'throw':
			machine.throwValue(it.value ? machine.evaluate(it.value) : unknown)
			return false
		case 'jump':
			return jump(machine, it.form, it.label)
		case 'defer':
			if (it.isConcurrent) startConcurrent(machine, it.call)
			else machine.function.deferred.push(withArguments(machine, it.call))
			return true
	}
}

/** A decorator of the program itself is called with the function, and what it gives takes its place. */
function decorate(machine: Machine, it: Extract<Statement, { kind: 'function' }>): void {
	const binding = machine.unit.scopes.functionSlots.get(it.function)
	const cell = binding && machine.cellAt(binding.hops, binding.slot)
	if (cell === undefined) return
	for (const { expression } of [...it.function.annotations].reverse()) {
		if (!expression) continue
		const decorator = machine.evaluate(expression)
		const value = machine.store.value(cell)
		if (!value || (decorator.functions.length === 0 && decorator.paths.length === 0 && decorator.classes.length === 0))
			continue
		const result = machine.parts.callValue(
			machine,
			decorator,
			undefined,
			{ positional: [value], keywords: new Map(), rest: undefined, written: [] },
			it.function.head,
		)
		if (decorator.functions.length > 0 || decorator.classes.length > 0) {
			if (result.functions.length > 0 || result.objects.length > 0) machine.store.set(cell, result)
		}
	}
}

function declare(
	machine: Machine,
	target: Parameters<Machine['parts']['assign']>[1],
	initial: Expression | undefined,
	type: string | undefined,
): void {
	if (initial && declareRequired(machine, target, initial)) return
	const value = initial ? machine.evaluate(initial) : undefined
	if (machine.isDead) return
	if (machine.language === 'c' && target.kind === 'name') forgetGiven(machine, machine.cellOf(target))
	if (machine.views.size > 0 && target.kind === 'name') forgetView(machine, machine.cellOf(target))
	machine.parts.assign(machine, target, typed(machine, value, type))
}

/** What a declared type says where the value says nothing. */
function typed(machine: Machine, value: Value | undefined, type: string | undefined): Value {
	return machine.parts.withType(machine, value ?? (type === undefined ? nothing : unknown), type)
}

function branch(
	machine: Machine,
	test: Expression,
	then: readonly Statement[],
	otherwise: readonly Statement[],
): boolean {
	const value = machine.evaluate(test)
	if (machine.isDead) return true
	asked(machine, value)
	checkTruth(machine, value, test)
	const truth = truthOf(value, machine.language)
	const run = (outcome: boolean): boolean => {
		assume(machine, value, outcome)
		if (hasPointers(machine)) narrow(machine, test, outcome)
		machine.conditions.push({ unit: machine.unit, test })
		const isAlive = execute(machine, outcome ? then : otherwise)
		machine.conditions.pop()
		return isAlive
	}
	if (truth !== undefined) return run(truth)
	return join(machine, [() => run(true), () => run(false)])
}

function labelled(machine: Machine, label: string, body: readonly Statement[]): boolean {
	return inContext(machine, label, true, () => execute(machine, body))
}

function select(machine: Machine, it: Switch): boolean {
	const subject = it.subject ? machine.evaluate(it.subject) : undefined
	if (machine.isDead) return true
	const chosen = chosenCase(machine, it, subject)
	return inContext(machine, it.label, true, () => {
		if (chosen !== undefined) return chosen < 0 || runCases(machine, it, subject, chosen)
		const ways = it.cases.map((_, at) => () => {
			const one = it.cases[at] as SwitchCase
			if (subject && one.values.length > 0) assumeEqual(machine, subject, one)
			return runCases(machine, it, subject, at)
		})
		const hasDefault = it.cases.some((one) => one.values.length === 0 && !one.guard)
		return join(machine, hasDefault ? ways : [...ways, () => true])
	})
}

/** Data that equals one of the constants of a case is safe in it. */
function assumeEqual(machine: Machine, subject: Value, one: SwitchCase): void {
	if (!one.values.every((it) => constantOf(machine.evaluate(it)) !== undefined)) return
	if (hasPointers(machine)) {
		const isCharacter = one.values.every((it) => isCharacterLiteral(machine, it))
		assume(machine, { ...subject, facts: numberFacts(subject, true, isCharacter) }, true)
		return
	}
	assume(machine, { ...subject, facts: hostFacts(subject, true) }, true)
	for (const taint of subject.taint) if (taint.isWhole) machine.store.set(taint.root, -1)
}

/** The number of the only case that can be it, -1 for none of them; undefined where that is not known. */
function chosenCase(machine: Machine, it: Switch, subject: Value | undefined): number | undefined {
	const wanted = subject && constantOf(subject)
	if (subject && wanted === undefined) return undefined
	let isDefault = -1
	for (const [at, one] of it.cases.entries()) {
		if (one.values.length === 0) {
			if (one.guard || one.binding) return undefined
			isDefault = at
			continue
		}
		for (const expression of one.values) {
			const value = machine.evaluate(expression)
			if (subject) {
				const constant = constantOf(value)
				if (constant === undefined || one.guard) return undefined
				if (looselyEqual(constant, wanted ?? null)) return at
			} else {
				const truth = truthOf(value, machine.language)
				if (truth === undefined) return undefined
				if (truth) return at
			}
		}
	}
	return isDefault
}

function runCases(machine: Machine, it: Switch, subject: Value | undefined, from: number): boolean {
	for (let at = from; at < it.cases.length; at++) {
		const one = it.cases[at] as SwitchCase
		if (one.binding) machine.parts.assign(machine, one.binding, subject ?? unknown)
		if (one.guard) assume(machine, machine.evaluate(one.guard), true)
		if (!execute(machine, one.body)) return false
		const last = one.body.at(-1)
		const goesOn = it.fallsThrough || (last?.kind === 'jump' && last.form === 'fallthrough')
		if (!goesOn) return true
	}
	return true
}

function attempt(machine: Machine, it: Try): boolean {
	const base = machine.store
	const context: TryContext = { base, throws: [], mayThrow: false }
	machine.tries.push(context)
	const body = machine.inLayer(() => execute(machine, it.body))
	machine.tries.pop()
	const ways: Way[] = []
	const starts = [...context.throws]
	if (context.mayThrow && it.handlers.length > 0) {
		starts.push({ changes: new Map(), value: unknown })
		if (body.isAlive) starts.push({ changes: new Map(body.layer.cells), value: unknown })
	}
	if (body.isAlive) {
		const { layer, isAlive } = machine.inLayer(() => {
			machine.store.absorb([body.layer.cells])
			return it.otherwise.length === 0 || execute(machine, it.otherwise)
		})
		if (isAlive) ways.push({ changes: layer.cells, value: unknown })
	}
	for (const handler of it.handlers) checkOpenFailures(machine, handler)
	if (starts.length > 0 && it.handlers.length > 0) handle(machine, it, starts, ways)
	base.absorb(ways.map((way) => way.changes))
	if (it.handlers.length === 0)
		for (const thrown of context.throws) machine.tries.at(-1)?.throws.push(rebased(machine, thrown))
	if (ways.length === 0) {
		// What comes last also happens on the way out.
		if (it.finally.length > 0) machine.inLayer(() => execute(machine, it.finally))
		return false
	}
	return execute(machine, it.finally)
}

/** A way out of an inner try block, as the outer one sees it. */
function rebased(machine: Machine, way: Way): Way {
	const context = machine.tries.at(-1)
	if (!context) return way
	const changes = new Map(machine.store.changesSince(context.base))
	for (const [key, cell] of way.changes) changes.set(key, cell)
	return { changes, value: way.value }
}

/** Rules of C# ask what an exception says of the program: `catch (Exception e)` tells that it is one. */
function caught(machine: Machine, thrown: Value, types: readonly string[]): Value {
	return machine.language === 'csharp' && types.length === 1
		? machine.parts.withType(machine, thrown, types[0])
		: thrown
}

function handle(machine: Machine, it: Try, starts: readonly Way[], ways: Way[]): void {
	const thrown = starts.map((way) => way.value).reduce(joinValues)
	for (const handler of it.handlers) {
		const { layer, isAlive } = machine.inLayer(() => {
			machine.store.absorb(starts.map((way) => way.changes))
			if (handler.binding) machine.parts.assign(machine, handler.binding, caught(machine, thrown, handler.types))
			return execute(machine, handler.body)
		})
		if (isAlive) ways.push({ changes: layer.cells, value: unknown })
	}
}
