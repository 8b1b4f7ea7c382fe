import type { Argument, Call, Expression } from '../ir/ir.ts'
import type { CallEntry } from '../rules/ruleIndex.ts'
import type { CallbackRule, GuardRule, SanitizerRule, SinkRule } from '../rules/ruleTypes.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { assign, isTarget } from './assign.ts'
import { beanCall, newBean } from './beans.ts'
import { argumentAt, conditionsHold, type Subject } from './conditions.ts'
import { nestsClasses } from './enclosing.ts'
import { entryValues, valueOfType } from './entryValues.ts'
import { factsOf, withFacts } from './facts.ts'
import { allValues } from './functions.ts'
import { deepTaints } from './items.ts'
import { type ArgumentValues, argumentsOf, type Machine } from './machine.ts'
import { namedCallable } from './namedCallable.ts'
import { callGlobal } from './natives/globals.ts'
import { extendPaths } from './paths.ts'
import { maskOfReplaced } from './replacements.ts'
import { reportTaint } from './sinks.ts'
import { regexOf } from './slowMatches.ts'
import { addSource } from './sources.ts'
import { cleaned, derived, joinTaints, maskOf, stepped, type Taint, weakened } from './taint.ts'
import { type FunctionValue, joinValues, onlyTaint, unknown, type Value, withTaint } from './value.ts'

export interface LibraryCall {
	readonly paths: readonly string[]
	readonly receiver: Value | undefined
	/** Where the receiver is kept, if it can change. */
	readonly holder: Expression | undefined
	readonly values: ArgumentValues
	readonly isNew: boolean
	readonly at: CodeSpan
	readonly call: Call | undefined
}

/** A call of something that the program does not define: what rules say of it, and else the least that must be assumed. */
export function callLibrary(machine: Machine, call: LibraryCall): Value {
	const entries = entriesOf(machine, call)
	const subject = subjectOf(machine, call)
	const isSure = call.paths.every((it) => !it.startsWith('?'))
	checkSinks(machine, call, entries, subject, isSure)
	if (nestsClasses(machine.language)) openFilled(machine, call)
	const given =
		machine.language === 'javascript' || call.isNew || call.receiver === undefined || call.receiver.objects.length === 0
	const native = given ? firstGlobal(machine, call) : undefined
	const paths = resultPaths(machine, call)
	let result = native ?? (call.isNew ? newBean(machine, paths) : { ...unknown, paths })
	const returned = callBack(machine, call, entries)
	const property = isOwnBean(machine, call, entries)
		? beanCall(machine, call.receiver, lastName(call.paths), call.values)
		: undefined
	if (property) result = { ...property, paths: property.paths.length > 0 ? property.paths : paths }
	else if (native) result = withTaint(result, [])
	else result = withTaint(result, resultTaints(machine, call, entries, isSure))
	if (returned) result = joinValues(result, returned)
	result = sanitized(machine, call, entries, subject, result)
	result = guarded(machine, call, entries, subject, result)
	return sourced(machine, call, entries, subject, result)
}

/** What rules find in a call whose result the engine knows by itself. @returns the result, with what the call checks */
export function checkCall(machine: Machine, call: LibraryCall, result: Value = unknown): Value {
	const entries = entriesOf(machine, call)
	if (entries.length === 0) return result
	const subject = subjectOf(machine, call)
	checkSinks(machine, call, entries, subject, true)
	return guarded(machine, call, entries, subject, result)
}

/** What rules say of the result of a method that is the program's own; undefined where they say nothing. */
export function ruledCall(
	machine: Machine,
	{
		paths,
		receiver,
		values,
		call,
		result,
	}: Pick<LibraryCall, 'paths' | 'receiver' | 'values'> & { readonly call: Call; readonly result: Value },
): Value | undefined {
	const library = { paths, receiver, holder: undefined, values, isNew: false, at: call, call }
	const entries = entriesOf(machine, library).filter((it) => it.form === 'source' || it.form === 'sanitizer')
	if (entries.length === 0) return undefined
	const subject = subjectOf(machine, library)
	return sourced(machine, library, entries, subject, sanitized(machine, library, entries, subject, result))
}

function entriesOf(machine: Machine, call: LibraryCall): readonly CallEntry[] {
	const { calls } = machine.rules
	if (call.paths.length === 1) return calls.lookUp(call.paths[0] as string)
	const all: CallEntry[] = []
	for (const path of call.paths) for (const it of calls.lookUp(path)) if (!all.includes(it)) all.push(it)
	return all
}

function subjectOf(machine: Machine, { values, receiver, holder }: LibraryCall): Subject {
	const receiverText = holder && machine.unit.text.slice(holder.start, holder.end)
	return { values, receiver, receiverText, value: undefined, valueText: undefined }
}

function resultPaths(machine: Machine, { paths, isNew, values }: LibraryCall): readonly string[] {
	// A stream that is led into another one gives that one.
	const [into] = values.positional
	if (machine.language === 'javascript' && into && into.paths.length > 0 && lastName(paths) === 'pipe')
		return into.paths
	return isNew ? paths : extendPaths(machine, paths, '()')
}

/** Of classes that rules know more than the names of their properties counts. */
function isOwnBean(machine: Machine, { paths, receiver }: LibraryCall, entries: readonly CallEntry[]): boolean {
	if (entries.some((it) => it.form === 'propagator' || it.form === 'source')) return false
	return paths.length > 0 && receiver?.paths.some((it) => machine.rules.knows(it)) === false
}

function firstGlobal(machine: Machine, { paths, values, isNew, at }: LibraryCall): Value | undefined {
	for (const path of paths) {
		const value = path.startsWith('?') ? undefined : callGlobal({ machine, path, values, isNew, at })
		if (value) return value
	}
	return undefined
}

// ---------- sinks

function checkSinks(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	isSure: boolean,
): void {
	for (const it of entries) {
		if (it.form === 'find') {
			if (conditionsHold(machine, it.find.when, subject)) machine.reporter.find(it, machine.place(call.at))
		} else if (it.form === 'sink' && machine.sawTaint && conditionsHold(machine, it.sink.when, subject)) {
			for (const { value, at } of sinkValues(machine, it.sink, call)) reportTaint(machine, it, value, at, isSure)
		}
	}
}

function sinkValues(
	machine: Machine,
	sink: SinkRule,
	call: LibraryCall,
): readonly { readonly value: Value; readonly at: CodeSpan }[] {
	const { values, receiver, at } = call
	const found: { value: Value; at: CodeSpan }[] = []
	const add = (value: Value | undefined, written: Argument | undefined): void => {
		if (!value) return
		const part = sink.property === undefined ? value : propertyValue(machine, value, sink.property)
		if (part) found.push({ value: part, at: written ?? at })
	}
	for (const which of sink.arguments ?? [0]) {
		if (which === 'receiver') add(receiver, undefined)
		else if (which === 'all' || which === 'rest1') {
			for (const [position, value] of values.positional.entries())
				if (which === 'all' || position > 0) add(value, values.written[position])
			for (const [name, value] of values.keywords)
				add(
					value,
					values.written.find((it) => it.keyword === name),
				)
			if (values.rest) add(values.rest, values.written.at(-1))
		} else
			add(
				argumentAt(values, which),
				typeof which === 'number' ? values.written[which] : values.written.find((it) => it.keyword === which),
			)
	}
	return found
}

/** Of an object that is not known the property is as tainted as the object. */
function propertyValue(machine: Machine, value: Value, property: string): Value | undefined {
	if (value.objects.length === 0) return value.taint.length > 0 ? value : undefined
	let found: Value | undefined
	for (const id of value.objects) {
		const state = machine.store.object(id)
		const own = state?.fields.get(property) ?? (state && state.other !== unknown ? state.other : undefined)
		if (own) found = found ? joinValues(found, own) : own
	}
	return found
}

// ---------- taint

/** Methods that make a text or a part of it: what comes out is what went in. */
const plain = new Set([
	'toString',
	'trim',
	'substring',
	'substr',
	'slice',
	'replace',
	'replaceAll',
	'toLowerCase',
	'toUpperCase',
	'concat',
	'split',
	'join',
	'format',
	'strip',
	'lower',
	'upper',
	'decode',
	'encode',
	'charAt',
	'append',
	'then',
	'catch',
	'finally',
	'get',
	'valueOf',
	'stringify',
	'parse',
	'from',
	'lstrip',
	'rstrip',
	'title',
	'Sprintf',
	'Sprint',
	'Join',
	'getBytes',
	'toCharArray',
	'String',
	'str',
	'repeat',
	'padStart',
	'padEnd',
	'insert',
	'build',
	'intern',
	'Format',
	'Concat',
	'ToString',
	'Trim',
	'Replace',
	'Substring',
	'at',
	'getParameter',
	'sprintf',
	'implode',
	'to_s',
	'chomp',
	'text',
	'json',
	'value',
	'decodeURIComponent',
	'decodeURI',
	'unescape',
	'Value',
	'read',
	'readLine',
	'next',
])
/** Methods that say something about a value, not what it is. */
const neutral = new Set([
	'length',
	'size',
	'indexOf',
	'lastIndexOf',
	'includes',
	'contains',
	'startsWith',
	'endsWith',
	'equals',
	'hashCode',
	'test',
	'has',
	'isEmpty',
	'compareTo',
	'charCodeAt',
	'equalsIgnoreCase',
	'startswith',
	'endswith',
	'isdigit',
	'isalpha',
	'isalnum',
	'count',
	'len',
	'isinstance',
	'matches',
	'containsKey',
	'hasOwnProperty',
	'isArray',
	'Contains',
	'HasPrefix',
	'HasSuffix',
	'EqualFold',
	'typeof',
	'localeCompare',
	'some',
	'every',
	'findIndex',
	'StartsWith',
	'EndsWith',
	'Equals',
	'include?',
	'start_with?',
	'end_with?',
	'empty?',
	'isnumeric',
	'codePointAt',
	'search',
])
/** Methods that put what they get into the object that they are called on. */
const filling = new Set([
	'append',
	'add',
	'put',
	'set',
	'write',
	'push',
	'insert',
	'concat',
	'extend',
	'update',
	'addAll',
	'setProperty',
	'addAttribute',
	'WriteString',
	'Write',
	'Append',
	'addFirst',
	'offer',
	'AppendLine',
	'Add',
	'WriteByte',
	'WriteRune',
	'prepend',
	'unshift',
])

function lastName(paths: readonly string[]): string {
	const path = paths[0] ?? ''
	return path.slice(path.lastIndexOf('.') + 1)
}

function resultTaints(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	isSure: boolean,
): readonly Taint[] {
	const { receiver, values } = call
	if (!machine.sawTaint) return []
	let taints: readonly Taint[] = []
	let isRuled = false
	for (const it of entries) {
		if (it.form !== 'propagator') continue
		isRuled = true
		const { from, to, cleanFor } = it.propagator
		const moved = cleaned(derived(taintsFrom(machine, call, from)), cleanFor ? maskOf(cleanFor) : 0)
		for (const where of to ?? ['result']) {
			if (where === 'result') taints = joinTaints(taints, moved)
			else pour(machine, call, where, moved)
		}
	}
	if (isRuled) return steppedAll(machine, call, taints)
	const name = lastName(call.paths)
	if (neutral.has(name)) return []
	const received = receiver ? deepTaints(machine, receiver) : []
	let given: readonly Taint[] = []
	for (const it of allValues(values)) given = joinTaints(given, deepTaints(machine, it))
	if (given.length === 0 && received.length === 0) return []
	const replaced = name === 'replace' || name === 'replaceAll' ? regexOf(machine, values.positional[0]) : undefined
	const mask = replaced ? maskOfReplaced(replaced.pattern, replaced.flags.includes('g')) : 0
	const all = cleaned(derived(joinTaints(received, given)), mask)
	const kept = plain.has(name) || call.isNew || (isSure && entries.length > 0) ? all : weakened(all)
	if (receiver && given.length > 0 && (filling.has(name) || /^set[A-Z]/.test(name)))
		pour(machine, call, 'receiver', derived(given))
	return steppedAll(machine, call, kept)
}

function steppedAll(machine: Machine, call: LibraryCall, taints: readonly Taint[]): readonly Taint[] {
	if (taints.length === 0) return taints
	const place = machine.place(call.at)
	const label = `${lastName(call.paths)}()`
	return taints.map((it) => stepped(it, place, 'step', label))
}

/** An array that is handed over to be filled has no longer what it was made with. */
function openFilled(machine: Machine, { paths, values }: LibraryCall): void {
	if (!/^(?:next|read|fill|doFinal|getBytes|GetBytes|GetNonZeroBytes|Fill|Read|arraycopy)/.test(lastName(paths))) return
	for (const value of values.positional) {
		for (const id of value.objects) {
			const state = machine.store.object(id)?.form === 'list' ? machine.store.ownObject(id) : undefined
			if (state) state.isOpen = true
		}
	}
}

function taintsFrom(
	machine: Machine,
	{ receiver, values }: LibraryCall,
	from: readonly (number | string)[] | undefined,
): readonly Taint[] {
	let taints: readonly Taint[] = []
	const add = (value: Value | undefined): void => {
		if (value) taints = joinTaints(taints, deepTaints(machine, value))
	}
	for (const which of from ?? ['receiver', 'all']) {
		if (which === 'receiver') add(receiver)
		else if (which === 'all') for (const it of allValues(values)) add(it)
		else add(argumentAt(values, which))
	}
	return taints
}

/** Into the receiver or an argument, which is changed in place. */
function pour(
	machine: Machine,
	call: LibraryCall,
	where: number | 'receiver' | string,
	taints: readonly Taint[],
): void {
	if (taints.length === 0) return
	const holder =
		where === 'receiver' ? call.holder : typeof where === 'number' ? call.values.written[where]?.value : undefined
	const value =
		where === 'receiver' ? call.receiver : typeof where === 'number' ? call.values.positional[where] : undefined
	if (!value) return
	for (const id of value.objects) {
		const state = machine.store.ownObject(id)
		if (!state) continue
		state.other = withTaint(state.other, taints)
		// It may have come to the place of any item.
		if (state.form === 'list') for (const [key, item] of state.fields) state.fields.set(key, withTaint(item, taints))
	}
	const target = holder?.kind === 'unary' && holder.operator === '&' ? holder.operand : holder
	if (target && isTarget(target) && value.objects.length === 0) assign(machine, target, withTaint(value, taints))
}

// ---------- sanitizers, guards, sources

function sanitized(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	result: Value,
): Value {
	let value = result
	for (const it of entries) {
		if (it.form !== 'sanitizer' || !conditionsHold(machine, it.sanitizer.when, subject)) continue
		value = cleanedBy(machine, call, it.sanitizer, value)
	}
	const name = lastName(call.paths)
	if (
		entries.length === 0 &&
		value.taint.length > 0 &&
		/^(?:sanitize|escape|purify|htmlEscape|encodeFor|encodeHtml|escapeHtml)/i.test(name)
	)
		return onlyTaint(value, [])
	return value
}

function cleanedBy(machine: Machine, call: LibraryCall, { kinds, cleans }: SanitizerRule, result: Value): Value {
	const mask = maskOf(kinds)
	if (cleans === undefined || cleans === 'result') return onlyTaint(result, cleaned(result.taint, mask))
	const value = cleans === 'receiver' ? call.receiver : call.values.positional[cleans]
	const holder = cleans === 'receiver' ? call.holder : call.values.written[cleans]?.value
	for (const taint of value?.taint ?? []) machine.store.set(taint.root, machine.store.checked(taint.root) | mask)
	if (value && holder && isTarget(holder)) assign(machine, holder, onlyTaint(value, cleaned(value.taint, mask)))
	return result
}

function guarded(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	result: Value,
): Value {
	let value = result
	for (const it of entries) {
		if (it.form !== 'guard' || !conditionsHold(machine, it.guard.when, subject)) continue
		value = guardedBy(machine, call, it.guard, value)
	}
	return value
}

function guardedBy(
	machine: Machine,
	call: LibraryCall,
	{ argument, kinds, safeWhen, derived: isDerived }: GuardRule,
	result: Value,
): Value {
	const value = argument === 'receiver' ? call.receiver : argumentAt(call.values, argument ?? 0)
	if (!value) return result
	const mask = maskOf(kinds)
	const taints = isDerived ? deepTaints(machine, value).flatMap(withOrigins) : value.taint
	if (safeWhen === 'returns') {
		for (const { root } of factsOf(taints, true)) machine.store.set(root, machine.store.checked(root) | mask)
		return result
	}
	return withFacts(factsOf(taints, safeWhen ?? true, mask), onlyTaint(result, []))
}

/** Of data that was made of other data, that as well. */
function withOrigins(taint: Taint): readonly Taint[] {
	const all: Taint[] = [{ ...taint, isWhole: true }]
	for (let { root } = taint; /\.@\d+$/.test(root); ) {
		root = root.slice(0, root.lastIndexOf('.'))
		all.push({ ...taint, root, isWhole: true })
	}
	return all
}

function sourced(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	result: Value,
): Value {
	let value = result
	for (const it of entries) {
		if (it.form !== 'source' || !conditionsHold(machine, it.source.when, subject)) continue
		const { source } = it
		if (source.argument === undefined) {
			value = addSource(machine, value, source, call.at)
			continue
		}
		const filled = addSource(machine, unknown, source, call.at).taint
		if (source.argument === 'receiver') pour(machine, call, 'receiver', filled)
		else if (source.argument === 'all')
			for (const position of call.values.positional.keys()) pour(machine, call, position, filled)
		else pour(machine, call, source.argument, filled)
	}
	return value
}

// ---------- callbacks

/** Functions that were handed over are called: with what rules say, and else with nothing that is known. @returns what they return, where the call gives that */
function callBack(machine: Machine, call: LibraryCall, entries: readonly CallEntry[]): Value | undefined {
	let returned: Value | undefined
	if (machine.language === 'java') startThread(machine, call)
	for (const [position, given] of [...call.values.positional.entries(), ...call.values.keywords.entries()]) {
		const handed = handedMethods(machine, given)
		const rules = entries.flatMap((it) => (it.form === 'callback' && takes(it.callback, position) ? [it.callback] : []))
		const named = rules.length > 0 ? namedCallable(machine, given) : undefined
		const value = named ?? (handed.length === 0 ? given : { ...given, functions: [...given.functions, ...handed] })
		for (const rule of named && named.functions.length === 0 ? rules : []) {
			const result = machine.parts.callValue(machine, value, undefined, callbackArguments(machine, rule, call), call.at)
			if (rule.returns) returned = returned ? joinValues(returned, result) : result
		}
		const functions = rules.length > 0 && value.functions.length === 0 ? functionsIn(machine, value) : value.functions
		for (const it of functions) {
			if (rules.length > 0 && !('native' in it)) machine.handed.add(it.function)
			for (const rule of fitting(rules, it)) {
				const result = machine.parts.callValue(
					machine,
					{ ...unknown, functions: [it] },
					undefined,
					callbackArguments(machine, rule, call),
					call.at,
				)
				if (rule.returns) returned = returned ? joinValues(returned, result) : result
			}
		}
		if (rules.length > 0 || functions.length === 0) continue
		const result = machine.parts.callValue(
			machine,
			{ ...unknown, functions },
			undefined,
			defaultArguments(machine, call, functions),
			call.at,
		)
		if (plain.has(lastName(call.paths)) || call.receiver?.taint.length)
			returned = returned ? joinValues(returned, result) : result
	}
	return returned
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

/** A callback of an unknown method gets at what the method is called on; one that looks like a framework's handler is taken as that. */
function defaultArguments(machine: Machine, call: LibraryCall, functions: Value['functions']): ArgumentValues {
	const taints = call.receiver ? deepTaints(machine, call.receiver) : []
	if (taints.length > 0) return argumentsOf(onlyTaint(call.receiver ?? unknown, taints))
	const [first] = functions
	const positional =
		first && !('native' in first) && first.home === undefined && machine.rules.entries.length > 0
			? entryValues(machine, first.function, undefined, machine.unit, first)
			: []
	const isKnown = positional.some((it) => it !== unknown)
	return { positional: isKnown ? positional : [], keywords: new Map(), rest: { ...unknown, paths: [] }, written: [] }
}

function takes({ argument }: CallbackRule, position: number | string): boolean {
	return argument === undefined || argument === 'any' || argument === position
}

function callbackArguments(machine: Machine, rule: CallbackRule, call: LibraryCall): ArgumentValues {
	return argumentsOf(
		...rule.parameters.map((it): Value => {
			if (it === '') return unknown
			if (it === 'receiver') return call.receiver ?? unknown
			if (it === 'result') return unknown
			const argument = /^argument(\d+)$/.exec(it)
			if (argument) return call.values.positional[Number(argument[1])] ?? unknown
			return valueOfType(machine, it, call.at)
		}),
	)
}
