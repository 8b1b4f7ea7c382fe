import type { FunctionIr, Parameter } from '../../ir/ir.ts'
import type { CallEntry } from '../../rules/ruleIndex.ts'
import type { CallbackRule } from '../../rules/ruleTypes.ts'
import { handedArguments } from '../calls/laterTasks.ts'
import { namedCallable } from '../calls/namedCallable.ts'
import { everything } from '../checks/facts.ts'
import { asksItems } from '../checks/testedItems.ts'
import { conditionsHold, propertyOf, type Subject } from '../conditions.ts'
import { methodByName } from '../duckTyped.ts'
import { boundValue, entryValues, valueOfType } from '../entryValues.ts'
import { sharedService } from '../frameworks/services.ts'
import { deepTaints } from '../items.ts'
import { nestsClasses } from '../languages/enclosing.ts'
import { pythonMatchFacts } from '../languages/pythonMatches.ts'
import { type ArgumentValues, argumentsOf, type Machine } from '../machine.ts'
import { allKinds, cleaned, fieldTaints, maskOf, type Taint } from '../taint.ts'
import { regexOf } from '../texts/slowMatches.ts'
import { constantOf, type FunctionValue, joinValues, ofObject, onlyTaint, unknown, type Value } from '../value.ts'
import { type LibraryCall, lastName } from './libraryCall.ts'
import { plain, runsElsewhere } from './methodNames.ts'

/** Functions that were handed over are called: with what rules say, and else with nothing that is known. @param results gets all that they return @returns what they return, where the call gives that */
export function callBack(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	results: Value[] = [],
): Value | undefined {
	const checked = machine.store.checked(everything)
	const returned = callAll(machine, call, entries, subject, results)
	// What a handler makes safe for its answer, it makes safe for no other one.
	if (machine.store.checked(everything) !== checked) machine.store.set(everything, checked)
	return returned
}

function callAll(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	results: Value[],
): Value | undefined {
	let returned: Value | undefined
	if (machine.language === 'java') startThread(machine, call)
	for (const it of entries)
		if (it.form === 'callback' && it.callback.property !== undefined) callProperty(machine, call, it.callback)
	for (const [position, given] of [...call.values.positional.entries(), ...call.values.keywords.entries()]) {
		const handed = handedMethods(machine, given)
		const rules = entries.flatMap((it) =>
			it.form === 'callback' &&
			it.callback.property === undefined &&
			takes(it.callback, position) &&
			conditionsHold(machine, it.callback.when, subject)
				? [it.callback]
				: [],
		)
		const named = rules.length > 0 ? namedCallable(machine, given) : undefined
		const value = named ?? (handed.length === 0 ? given : { ...given, functions: [...given.functions, ...handed] })
		for (const rule of named && named.functions.length === 0 ? rules : []) {
			const result = machine.parts.callValue(machine, value, undefined, callbackArguments(machine, rule, call), call.at)
			results.push(result)
			if (rule.returns) returned = returned ? joinValues(returned, result) : result
		}
		const byName = rules.length === 0 ? methodElsewhere(machine, call, position, value) : undefined
		const functions =
			rules.length > 0 && value.functions.length === 0
				? functionsIn(machine, value)
				: (byName?.target.functions ?? value.functions)
		for (const it of functions) {
			if (rules.length > 0 && !('native' in it)) handOver(machine, it.function, call.paths)
			for (const rule of fitting(rules, it)) {
				const result = machine.parts.callValue(
					machine,
					{ ...unknown, functions: [it] },
					undefined,
					callbackArguments(machine, rule, call, it),
					call.at,
				)
				results.push(result)
				if (rule.returns) returned = returned ? joinValues(returned, result) : result
			}
		}
		if (rules.length === 0 && functions.length === 0 && isMethodReference(machine, call, given)) {
			const [item] = defaultArguments(machine, call, []).positional
			const result = item && machine.parts.callValue(machine, given, item, argumentsOf(item), call.at)
			if (result) results.push(result)
			if (result) returned = returned ? joinValues(returned, result) : result
		}
		if (rules.length > 0 || functions.length === 0 || isAnalyzedApart(machine, call, functions)) continue
		const behind =
			byName?.values ?? argumentsBehind(machine, call, position) ?? defaultArguments(machine, call, functions)
		let result = machine.parts.callValue(machine, { ...unknown, functions }, undefined, behind, call.at)
		// What it made of the first item is what it gets with the next one.
		if (folds(call) && behind.positional.length === 2) {
			const next = argumentsOf(result, behind.positional[1] ?? unknown)
			result = joinValues(result, machine.parts.callValue(machine, { ...unknown, functions }, undefined, next, call.at))
		}
		results.push(result)
		if (
			plain.has(lastName(call.paths)) ||
			call.receiver?.taint.length ||
			(isSupplier(machine, functions) && !throwsGiven(call)) ||
			makesList(machine, call) ||
			runsElsewhere.has(lastName(call.paths))
		)
			returned = returned ? joinValues(returned, result) : result
	}
	return returned
}

const test =
	/(?:^|[./])(?:it|test|specify|[fx]it|[fx]test)(?:\(\)|\.(?:concurrent|each|failing|for|only|sequential|skip|todo))*$/

/**
 * What is called by whoever it is handed to, at the top of a file, and is analyzed by itself as well: tests and components (`observer(Page)`), on
 * which nothing depends that is called later. An edit in one of them costs no more than it.
 */
function isAnalyzedApart(
	{ language, followed, stack }: Machine,
	{ paths, receiver }: LibraryCall,
	functions: Value['functions'],
): boolean {
	if (language !== 'javascript' || !followed || (receiver && receiver.taint.length > 0)) return false
	if (paths.length > 0 && paths.every((it) => test.test(it))) return true
	return stack.length === 0 && functions.every((it) => !('native' in it) && /^[A-Z]/.test(it.function.name ?? ''))
}

const perItem = /^(?:map|flatMap|forEach|filter|some|every|find|findIndex)$/

/** `Integer::parseInt`, handed to a method of something that is tainted. */
function isMethodReference(machine: Machine, { paths, receiver, values }: LibraryCall, given: Value): boolean {
	if (!receiver || deepTaints(machine, receiver).length === 0) return false
	// `map(Number)`
	if (machine.language === 'javascript' && given.functions.length === 0)
		return (
			perItem.test(lastName(paths)) &&
			given.paths.some((it) => machine.rules.knows(it)) &&
			given.taint.length === 0 &&
			given.objects.length === 0
		)
	if (machine.language !== 'java') return false
	if (given.taint.length > 0 || given.objects.length > 0 || given.classes.length > 0) return false
	const written = values.written[values.positional.indexOf(given)]?.value
	return written?.kind === 'field' && given.paths.some((it) => machine.rules.knows(it))
}

/** `n.times.map { … }`, `Array.new(n) { … }`: what the block gives is in the list. */
function makesList({ language }: Machine, { paths }: LibraryCall): boolean {
	return language === 'ruby' && /^(?:Array|map|collect|flat_map|filter_map)$/.test(lastName(paths))
}

/** A function without parameters is handed over for what it gives. */
function isSupplier(machine: Machine, functions: Value['functions']): boolean {
	return (
		nestsClasses(machine.language) &&
		functions.every((it) => !('native' in it) && it.function.form === 'lambda' && it.function.parameters.length === 0)
	)
}

/** What the function gives is thrown, and no result. */
function throwsGiven({ paths }: LibraryCall): boolean {
	return /^(?:orElseThrow|assertThrows)$/.test(lastName(paths))
}

/** A function in a property of an object that is handed over. */
function callProperty(machine: Machine, call: LibraryCall, rule: CallbackRule): void {
	for (const [position, { objects }] of call.values.positional.entries()) {
		if (!takes(rule, position)) continue
		for (const id of objects.flatMap((it) => itemsOf(machine, it))) {
			const held =
				propertyOf(machine, { ...unknown, objects: [id] }, rule.property ?? '') ??
				methodsOf(machine, id, rule.property ?? '')
			const value = held && (namedCallable(machine, held) ?? held)
			if (!value || value.functions.length === 0) continue
			for (const it of value.functions) if (!('native' in it)) handOver(machine, it.function, call.paths)
			const functions = { ...unknown, functions: value.functions }
			machine.parts.callValue(machine, functions, undefined, callbackArguments(machine, rule, call), call.at)
		}
	}
}

/** Methods of an object of the program's that are not its own affair, by their name or, `on_*`, by what it begins with. */
function methodsOf(machine: Machine, id: number, name: string): Value | undefined {
	const of = machine.store.object(id)?.class
	if (!of) return undefined
	const begin = name.endsWith('*') ? name.slice(0, -1) : undefined
	const self = ofObject(id)
	const functions = of.class.methods
		.filter((it) => it.form === 'method' && !it.isStatic && !it.name?.startsWith('_'))
		.filter((it) => (begin === undefined ? it.name === name : it.name?.startsWith(begin)))
		.slice(0, mostHanded * 2)
		.map((it) => ({ function: it, frame: of.frame, self, home: of }))
	return functions.length === 0 ? undefined : { ...unknown, functions }
}

/** An object, or those in a list of them. */
function itemsOf(machine: Machine, id: number): readonly number[] {
	const state = machine.store.object(id)
	return state?.form === 'list' ? [...state.fields.values()].flatMap((it) => it.objects) : [id]
}

function handOver(machine: Machine, ir: FunctionIr, to: readonly string[]): void {
	machine.handed.set(ir, to)
	machine.record?.handed.set(ir, to)
}

/** Functions in a list that is handed over, as handlers of a route are. */
function functionsIn(machine: Machine, value: Value): Value['functions'] {
	return value.objects.flatMap((id) => {
		const state = machine.store.object(id)
		return state?.form === 'list' ? [...state.fields.values()].flatMap((it) => it.functions) : []
	})
}

/** Rules for functions of so many parameters go before those for any. */
function fitting(rules: readonly CallbackRule[], called: Value['functions'][number]): readonly CallbackRule[] {
	const count = 'native' in called ? undefined : called.function.parameters.length
	const exact = rules.filter((it) => it.count !== undefined && it.count === count)
	return exact.length > 0 ? exact : rules.filter((it) => it.count === undefined)
}

const functionalMethods = new Set(['run', 'call', 'apply', 'accept', 'test', 'get', 'compare', 'handle', 'execute'])

const mostHanded = 4

/** The methods of an object that stands for a function: of an anonymous class, or of one of the language's functional interfaces. */
function handedMethods(machine: Machine, value: Value): readonly FunctionValue[] {
	if (value.objects.length === 0 || !nestsClasses(machine.language)) return []
	const found: FunctionValue[] = []
	for (const id of value.objects) {
		const of = machine.store.object(id)?.class
		if (!of?.bases.some((it) => it.paths.length > 0)) continue
		const self = { ...unknown, objects: [id], paths: value.paths }
		for (const it of of.class.methods) {
			const isCallable = it.form === 'method' && !it.isStatic && !it.isAbstract
			if (
				isCallable &&
				found.length < mostHanded &&
				(of.class.name === undefined || functionalMethods.has(it.name ?? ''))
			)
				found.push({ function: it, frame: of.frame, self, home: of })
		}
	}
	return found
}

/** `start()` of a thread of the program's own runs it. */
function startThread(machine: Machine, { receiver, paths, at }: LibraryCall): void {
	if (lastName(paths) !== 'start' || !receiver) return
	for (const it of handedMethods(machine, receiver))
		if (it.function.name === 'run')
			machine.parts.callValue(machine, { ...unknown, functions: [it] }, it.self, argumentsOf(), at)
}

/** A library of Python that runs a function takes its arguments along with it. */
function argumentsBehind(machine: Machine, call: LibraryCall, position: number | string): ArgumentValues | undefined {
	if (machine.language !== 'python' || !call.call) return undefined
	return handedArguments(machine, call.values, lastName(call.paths), position, call.call)
}

/** `to_thread(store.read, name)`: a method of what a framework hands over, as where it is called here. */
function methodElsewhere(
	machine: Machine,
	call: LibraryCall,
	position: number | string,
	given: Value,
): ReturnType<typeof methodByName> {
	if (typeof position !== 'number' || given.functions.length > 0) return undefined
	const written = call.values.written[position]?.value
	if (written?.kind !== 'field' || machine.language !== 'python') return undefined
	const values = argumentsBehind(machine, call, position)
	if (!values) return undefined
	return methodByName(machine, written.object, machine.evaluate(written.object), given, written.name, values)
}

/** A callback of an unknown method gets at what the method is called on; one that looks like a framework's handler is taken as that. */
function defaultArguments(machine: Machine, call: LibraryCall, functions: Value['functions']): ArgumentValues {
	const name = lastName(call.paths)
	const all = call.receiver ? deepTaints(machine, call.receiver) : []
	// A client that logs in with a secret does not hand it to those that listen to it.
	const taints = listening.test(name) ? all.filter(({ kind }) => kind !== 'sensitive') : all
	if (taints.length > 0) {
		const given = asksItems(name) ? itemTaints(taints) : taints
		const item = onlyTaint(call.receiver ?? unknown, given)
		if (folds(call)) return argumentsOf(call.values.positional.find((it) => it.functions.length === 0) ?? item, item)
		// Of a map, its key and its value.
		const isPair =
			nestsClasses(machine.language) && functions.some((it) => !('native' in it) && it.function.parameters.length === 2)
		if (!isPair) return argumentsOf(item)
		// What is asked of the one says nothing of the other.
		return machine.language === 'java' && !asksItems(lastName(call.paths))
			? argumentsOf(
					onlyTaint(call.receiver ?? unknown, fieldTaints(given, '[key]')),
					onlyTaint(call.receiver ?? unknown, fieldTaints(given, '*')),
				)
			: argumentsOf(item, item)
	}
	const [first] = functions
	const positional =
		first && !('native' in first) && first.home === undefined && machine.rules.entries.length > 0
			? entryValues(machine, first.function, undefined, machine.unit, first)
			: []
	const isKnown = positional.some((it) => it !== unknown)
	return { positional: isKnown ? positional : [], keywords: new Map(), rest: { ...unknown, paths: [] }, written: [] }
}

const listening = /^(?:on|once|addListener|prependListener|addEventListener)$/

/** `path.split('.').reduce((at, key) => at[key], root)` */
function folds({ paths }: LibraryCall): boolean {
	return /^(?:reduce|reduceRight|inject|Aggregate)$/.test(lastName(paths))
}

/** Of the items of something, each by itself. */
function itemTaints(taints: readonly Taint[]): readonly Taint[] {
	return fieldTaints(taints, '*').map((it) => ({ ...it, isWhole: true }))
}

function takes({ argument }: CallbackRule, position: number | string): boolean {
	return argument === undefined || argument === 'any' || argument === position
}

function callbackArguments(
	machine: Machine,
	rule: CallbackRule,
	call: LibraryCall,
	called?: Value['functions'][number],
): ArgumentValues {
	const declared = called && !('native' in called) ? called.function.parameters : []
	return argumentsOf(
		...rule.parameters
			.slice(0, rule.parameters.includes('bound') ? declared.length : undefined)
			.map((it, at): Value => {
				if (it === '') return unknown
				if (it === 'bound') return declared[at] ? boundOrShared(machine, declared[at]) : unknown
				if (it === 'receiver') return call.receiver ?? unknown
				if (it === 'result') return unknown
				if (it === 'item0') {
					const [items = unknown] = call.values.positional
					return onlyTaint(unknown, itemTaints(deepTaints(machine, items)))
				}
				const argument = /^argument(\d+)$/.exec(it)
				if (argument) return foundIn(machine, call, call.values.positional[Number(argument[1])] ?? unknown)
				return valueOfType(machine, it, call.at)
			}),
	)
}

/** `pattern.sub(f, text)`: what the function gets is as safe as a text that all of the pattern matches (Python). */
function foundIn(machine: Machine, { paths, receiver, values }: LibraryCall, value: Value): Value {
	if (machine.language !== 'python' || value.taint.length === 0 || !/^subn?$/.test(lastName(paths))) return value
	const [given] = values.positional
	const known = regexOf(machine, receiver) ?? (given && regexOf(machine, given))
	const pattern = known?.pattern ?? (given && constantOf(given))
	if (typeof pattern !== 'string') return value
	let parts = allKinds
	for (const it of groupsIn(pattern)) parts &= pythonMatchFacts(value, 'fullmatch', it, known?.flags ?? '').parts
	const scheme = namesProtocol.test(pattern) ? maskOf(['scheme']) : 0
	return onlyTaint(value, cleaned(value.taint, parts | scheme))
}

/** Who writes groups takes what they found; of those in each other all that matches counts. */
function groupsIn(pattern: string): readonly string[] {
	const bare = pattern.slice(0, longestPattern).replace(/\\[()[\]]/g, '__')
	const found = [...bare.matchAll(/\((?!\?(?!P<))(?:\?P<\w+>)?([^()]*)\)/g)]
	if (found.length === 0 || bare.replace(/\(\?(?!P<)/g, '').split('(').length - 1 !== found.length) return [pattern]
	return found.map(({ index, 0: whole, 1: inner = '' }) =>
		pattern.slice(index + whole.length - 1 - inner.length, index + whole.length - 1),
	)
}

const longestPattern = 1_000

/** A pattern that names the protocols of addresses takes no other one. */
const namesProtocol = /\b(?:https?|ftps?|mailto|tel)\b\W{0,6}:|https\?\W{0,4}:/

function boundOrShared(machine: Machine, parameter: Parameter): Value {
	return sharedService(machine, parameter) ?? boundValue(machine, parameter)
}
