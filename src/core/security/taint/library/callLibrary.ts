import type { Call } from '../../ir/ir.ts'
import type { CallEntry } from '../../rules/ruleIndex.ts'
import { withFacts } from '../checks/facts.ts'
import { choosesItems, chosenBy, factsOfTests } from '../checks/testedItems.ts'
import { isConstant, type Subject } from '../conditions.ts'
import { contained } from '../frameworks/containers.ts'
import { noteModel } from '../frameworks/models.ts'
import { handedJobs } from '../frameworks/phpJobs.ts'
import { fillTemplates } from '../frameworks/templates.ts'
import { beanCall, newBean } from '../languages/beans.ts'
import { nestsClasses } from '../languages/enclosing.ts'
import type { Machine } from '../machine.ts'
import { fillBuffers } from '../memory/filledBuffers.ts'
import { asked, hasPointers, settle } from '../memory/memory.ts'
import { forgetPointees } from '../memory/pointers.ts'
import { decorated } from '../natives/decorated.ts'
import { emitted } from '../natives/emitters.ts'
import { callGlobal } from '../natives/globals.ts'
import { extendPaths } from '../paths.ts'
import { withNumbers } from '../texts/numberPlaces.ts'
import { checkCppMatch, checkPhpMatch } from '../texts/slowMatches.ts'
import { joinValues, unknown, type Value, withTaint } from '../value.ts'
import { callBack } from './callbacks.ts'
import { guarded, sanitized, sourced } from './checkedResults.ts'
import { decodedConstant } from './decodedTexts.ts'
import { endings, goEndings, phpEndings } from './endings.ts'
import { forgetFilled } from './forgetFilled.ts'
import { type LibraryCall, lastName } from './libraryCall.ts'
import { runsElsewhere } from './methodNames.ts'
import { openFilled, resultTaints } from './propagation.ts'
import { checkSinks } from './sinkCalls.ts'

/** Methods whose result is what the function gives that they are handed, and nothing else. */
const mapping = new Set([
	'map',
	'flatMap',
	'mapToObj',
	'mapToInt',
	'mapToLong',
	'mapToDouble',
	'reduce',
	'reduceRight',
	'inject',
	'Aggregate',
	'concatMap',
	'flatMapMany',
	'flatMapSequential',
	'switchMap',
	'thenApply',
	'thenApplyAsync',
	'thenCompose',
	'thenComposeAsync',
	'Select',
	'SelectMany',
])

/** Methods of sequences in C# that give some of the items, or all of them in another order: they are what they were. */
const keepsItems =
	/^(?:Where|OrderBy(?:Descending)?|ThenBy(?:Descending)?|Skip(?:Last|While)?|Take(?:Last|While)?|Distinct(?:By)?|Reverse|ToList|ToArray|AsEnumerable|ToListAsync|ToArrayAsync)$/
/** Those that give one of them. */
const givesItem = /^(?:First|Last|Single|ElementAt)(?:OrDefault)?(?:Async)?$/

/** A call of something that the program does not define: what rules say of it, and else the least that must be assumed. */
export function callLibrary(machine: Machine, written: LibraryCall): Value {
	const call = machine.language === 'php' ? formatted(written) : written
	const entries = entriesOf(machine, call)
	const subject = subjectOf(machine, call)
	const isSure = call.paths.every((it) => !it.startsWith('?'))
	checkSinks(machine, call, entries, subject, isSure)
	noteModel(machine, call)
	fillTemplates(machine, call, entries, subject)
	if (nestsClasses(machine.language)) openFilled(machine, call)
	if (hasPointers(machine) && !call.paths[0]?.startsWith('@')) forgetPointees(machine, call.values.written)
	if (machine.language === 'go') forgetFilled(machine, call)
	// What is not known of may be a macro that asks, such as `assert`.
	if (hasPointers(machine) && entries.length === 0 && !call.paths[0]?.startsWith('@'))
		for (const it of call.values.positional) asked(machine, it)
	const given =
		machine.language === 'javascript' || call.isNew || call.receiver === undefined || call.receiver.objects.length === 0
	const native = given ? firstGlobal(machine, call) : undefined
	if (!native && !call.paths[0]?.startsWith('@') && !copiesConstant(machine, call))
		for (const it of call.values.positional) settle(machine, it)
	decorated(machine, call)
	emitted(machine, call)
	if (machine.language === 'php') checkPhpMatch(machine, lastName(call.paths), call.values, call.at)
	if (machine.language === 'c') checkCppMatch(machine, lastName(call.paths), call.values, call.at)
	if (machine.language === 'php') handedJobs(machine, lastName(call.paths), call.values, call.at)
	const paths = resultPaths(machine, call)
	const made = native ?? (call.isNew ? undefined : contained(machine, lastName(call.paths), call.values, paths))
	let result = made ?? (call.isNew ? newBean(machine, paths, call.values) : { ...unknown, paths })
	const tested: Value[] = []
	const returned = callBack(machine, call, entries, subject, tested)
	const property = isOwnBean(machine, call, entries)
		? beanCall(machine, call.receiver, lastName(call.paths), call.values)
		: undefined
	if (property) result = { ...property, paths: property.paths.length > 0 ? property.paths : paths }
	else if (native)
		result = withTaint(
			result,
			entries.some((it) => it.form === 'propagator') ? resultTaints(machine, call, entries, isSure) : [],
		)
	else if (returned && (mapping.has(lastName(call.paths)) || runsElsewhere.has(lastName(call.paths)))) return returned
	else result = withTaint(decodedConstant(call, entries) ?? result, resultTaints(machine, call, entries, isSure))
	if (hasPointers(machine) && entries.length === 0 && !call.paths[0]?.startsWith('@')) fillBuffers(machine, call)
	if (returned && !choosesItems(lastName(call.paths))) result = joinValues(result, returned)
	const told = factsOfTests(lastName(call.paths), tested)
	if (told.length > 0) result = withFacts(told)
	result = chosenBy(lastName(call.paths), tested, result)
	result = sanitized(machine, call, entries, subject, result)
	result = guarded(machine, call, entries, subject, result)
	if (call.paths.length === 1 && canEnd(machine) && endsFor(machine).has(call.paths[0] as string)) {
		machine.throwValue(unknown)
		machine.isDead = true
		return unknown
	}
	return sourced(machine, call, entries, subject, result)
}

/** `copy(room, "text")` (Go): what was made of zeros is now another constant. */
function copiesConstant(machine: Machine, { paths, values: { positional } }: LibraryCall): boolean {
	const [, from] = positional
	return machine.language === 'go' && paths[0] === 'copy' && from !== undefined && isConstant(machine, from)
}

/** `printf('%d', $data)` (PHP). */
function formatted(call: LibraryCall): LibraryCall {
	const name = lastName(call.paths)
	if (!/^f?s?printf$/.test(name)) return call
	return { ...call, values: withNumbers(call.values, name === 'fprintf' ? 1 : 0) }
}

/** The words of other languages mean something else, or are another's to say. */
function canEnd({ language }: Machine): boolean {
	return language === 'python' || language === 'javascript' || language === 'php' || language === 'go'
}

function endsFor({ language }: Machine): ReadonlySet<string> {
	if (language === 'go') return goEndings
	return language === 'php' ? phpEndings : endings
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
		holder,
		values,
		call,
		result,
	}: Pick<LibraryCall, 'paths' | 'receiver' | 'values'> &
		Partial<Pick<LibraryCall, 'holder'>> & { readonly call: Call; readonly result: Value },
): Value | undefined {
	const library = { paths, receiver, holder, values, isNew: false, at: call, call }
	const entries = entriesOf(machine, library).filter((it) => it.form === 'source' || it.form === 'sanitizer')
	if (entries.length === 0) return undefined
	const subject = subjectOf(machine, library)
	return sourced(machine, library, entries, subject, sanitized(machine, library, entries, subject, result))
}

function entriesOf(machine: Machine, call: LibraryCall): readonly CallEntry[] {
	const { calls } = machine.rules
	// `X.new` of Ruby is named as what it makes, and is a method like others.
	const paths = call.isNew && machine.language === 'ruby' ? call.paths.flatMap((it) => [it, `${it}.new`]) : call.paths
	if (paths.length === 1) return calls.lookUp(paths[0] as string)
	const all: CallEntry[] = []
	for (const path of paths) for (const it of calls.lookUp(path)) if (!all.includes(it)) all.push(it)
	return all
}

function subjectOf(machine: Machine, { values, receiver, holder, call }: LibraryCall): Subject {
	const receiverText = holder && machine.unit.text.slice(holder.start, holder.end)
	return { values, receiver, receiverText, value: undefined, valueText: undefined, call }
}

function resultPaths(machine: Machine, { paths, isNew, values, receiver }: LibraryCall): readonly string[] {
	if (machine.language === 'csharp' && receiver && !isNew && receiver.paths.some((it) => !it.startsWith('?'))) {
		const name = lastName(paths)
		if (keepsItems.test(name)) return receiver.paths
		if (givesItem.test(name)) return extendPaths(machine, receiver.paths, '[]')
	}
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
