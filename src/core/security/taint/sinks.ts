import type { Annotation, Binary, Return } from '../ir/ir.ts'
import type { RuleSink } from '../rules/ruleIndex.ts'
import type { SinkKind } from '../rules/ruleTypes.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { checkedMask } from './checks/facts.ts'
import { behindWeakCheck } from './checks/weakChecks.ts'
import { conditionsHold, type Subject } from './conditions.ts'
import { annotationMatches } from './entrySources.ts'
import { withoutRecords } from './frameworks/rubyRecords.ts'
import { deepTaints, knownItems } from './items.ts'
import { type ArgumentValues, argumentsOf, type Machine, noArguments } from './machine.ts'
import { hasPointers } from './memory/memory.ts'
import { extendPaths } from './paths.ts'
import { type CodePlace, followedBy, harmlessMask, joinTaints, type Taint } from './taint.ts'
import { type Frame, joinValues, unknown, type Value } from './value.ts'

/**
 * Reports the taint of a value that has come to a sink.
 *
 * @param because other data without which that would do no harm: its way is shown, too
 */
export function reportTaint(
	machine: Machine,
	at: RuleSink,
	value: Value,
	span: CodeSpan,
	isSure = true,
	because?: Taint,
): void {
	if (!machine.sawTaint) return
	const wanted = at.rule.sources ?? ['remote']
	const kind = at.sink.kind ?? at.rule.kind
	const mask = kind ? harmlessMask(kind) : 0
	const handing = at.sink.ofCaller ? (kind === 'option' ? handingOn(machine.frame) : machine.frame) : undefined
	const place = (handing && callOf(machine, handing)) || machine.place(span)
	for (const taint of taintsOf(machine, at, value)) {
		if (!wanted.includes(taint.kind) || isMeant(taint, kind)) continue
		if (((taint.clean | checkedMask(machine, taint)) & mask) !== 0) continue
		const shown = behindWeakCheck(machine, taint, mask)
		machine.reporter.sink(at, because ? followedBy(shown, because) : shown, place, isSure && shown === taint)
	}
}

/** The function that is given the words of a command line in a list and puts them into a call, itself or in a function without a name that it makes (`new Promise((resolve) => …)`). */
function handingOn(frame: Frame): Frame | undefined {
	for (let at: Frame | undefined = frame; at?.function; at = at.parent) {
		if (handsOn(at)) return at
		if (at.function.name !== undefined) return undefined
	}
	return undefined
}

/** Who calls such a function says what the words are. What is given one word says itself where that stands. */
function handsOn({ function: ir }: Frame): boolean {
	return (
		ir?.parameters.some(
			({ rest, type, target }) =>
				rest === 'list' ||
				(type !== undefined && wordLists.test(type)) ||
				(target.kind === 'name' && wordNames.test(target.name)),
		) === true
	)
}

const wordLists =
	/^(?:System\.String\[\]|String\[\]|\[\]string|array|(?:[\w.]+\.)?(?:I?List|I?Collection|IEnumerable|IReadOnlyList|IReadOnlyCollection|Sequence|Iterable)(?:[<[].*)?|list(?:\[.*)?)$/

const wordNames =
	/^(?:arg|argument|cmd|command|word|option|parameter|param)s$|^(?:argv|cmdline|commandLine|command_line)$/i

/** The call that led here; what nobody is known to call begins with itself. */
function callOf({ unit }: Machine, { calledFor, function: ir }: Frame): CodePlace | undefined {
	const isEntry = calledFor?.file === unit.file && calledFor.start === ir?.head.start
	return isEntry ? undefined : calledFor
}

/** A library that runs the whole of what it is given does what it is there for. */
function isMeant({ kind, isWhole, root }: Taint, of: SinkKind | undefined): boolean {
	return kind === 'library' && (of === 'command' || of === 'code') && isWhole && !/\.@\d/.test(root)
}

/** A variable of the environment whose name does not say that it is to be kept secret, such as a port. */
const openSetting =
	/process\.env\.(?!\w*(?:pass|pwd|secret|token|key|cred|auth|private|salt|dsn|jwt|connection|(?:database|db|redis|mongo\w*|amqp|smtp|broker)_ur[il]))\w+/i

/** All fields of a request do harm only where they come together: one that the program named is what it meant to take. */
function taintsOf(machine: Machine, { rule }: RuleSink, value: Value): readonly Taint[] {
	if (rule.kind === 'secret' && machine.language === 'javascript')
		return deepTaints(machine, value).filter((it) => !openSetting.test(it.root))
	if (machine.language === 'ruby') return deepTaints(machine, withoutRecords(machine, value))
	if (rule.kind !== 'mass' || machine.language !== 'javascript') return deepTaints(machine, value)
	let taints = value.taint
	let names: readonly Taint[] = []
	for (const id of value.objects) {
		const { other, form, fields, keys } = machine.store.object(id) ?? {}
		if (other) taints = joinTaints(taints, other.taint)
		// Names that the client chose, as where its object was copied field by field.
		if (keys && form !== 'list') names = joinTaints(names, keys.taint)
		if (form === 'list') for (const it of fields?.values() ?? []) taints = joinTaints(taints, it.taint)
	}
	// What was taken by a name that is not known here was mostly looked up in a list of names.
	return joinTaints(
		taints.filter((it) => !it.root.endsWith('.*')),
		names,
	)
}

export function subjectOf(value: Value | undefined, receiver?: Value): Subject {
	return { values: noArguments, receiver, receiverText: undefined, value, valueText: undefined }
}

/** `object.name = value`; without a name the variable itself, by its path. */
export function checkAssign(
	machine: Machine,
	object: Value,
	name: string | undefined,
	value: Value,
	at: CodeSpan,
): void {
	const { assigns } = machine.rules
	if (assigns.isEmpty) return
	// What an object of Ruby is called says nothing of its attributes: `@token` is one of every class.
	const isOpen = machine.language === 'javascript' || machine.language === 'ruby'
	const isOwn = object.objects.length > 0 && !isOpen
	const base = object.paths.length > 0 || isOwn ? object.paths : ['?']
	const paths = name === undefined ? object.paths : extendPaths(machine, base, `.${name}`)
	for (const path of paths) checkAssignTo(machine, path, object, value, at)
}

/** What rules say of an assignment to this path. */
export function checkAssignTo(machine: Machine, path: string, object: Value, value: Value, at: CodeSpan): void {
	for (const entry of machine.rules.assigns.lookUp(path)) {
		const subject = { ...subjectOf(value, object), valueText: assignedText(machine, at) }
		if (entry.form === 'sink') {
			if (conditionsHold(machine, entry.sink.when, subject))
				reportTaint(machine, entry, value, at, !path.startsWith('?'))
		} else if (conditionsHold(machine, entry.find.when, subject)) machine.reporter.find(entry, machine.place(at))
	}
}

/** What stands behind the `=`, as far as the line goes. */
function assignedText({ unit }: Machine, { end }: CodeSpan): string | undefined {
	return /^[^\S\n]{0,20}\+?=\s{0,40}([^\n]*)/.exec(unit.text.slice(end, end + longestText))?.[1]
}

const longestText = 400

/** `left == right` of PHP, which makes numbers of texts and texts of what is none before it compares them: as the call of `@looselyEqual`. */
export function checkLooseEquality(machine: Machine, { left, right }: Binary, values: readonly [Value, Value]): void {
	const entries = machine.rules.calls.lookUp('@looselyEqual')
	if (entries.length === 0 || !machine.sawTaint) return
	const written = [left, right].map((value) => ({ value, start: value.start, end: value.end }))
	const given = { positional: values, keywords: new Map(), rest: undefined, written }
	const subject: Subject = { ...subjectOf(undefined), values: given }
	for (const it of entries) {
		if (it.form !== 'sink' || !conditionsHold(machine, it.sink.when, subject)) continue
		for (const at of it.sink.arguments ?? [0]) {
			const value = typeof at === 'number' ? values[at] : undefined
			if (value) reportTaint(machine, it, value, at === 0 ? left : right)
		}
	}
}

/** `object[index] = value`. */
export function checkIndex(
	machine: Machine,
	object: Value,
	index: Value | undefined,
	value: Value,
	at: CodeSpan,
): void {
	const { indexes } = machine.rules
	if (indexes.isEmpty) return
	const isArray = hasPointers(machine) && object.objects.some((id) => machine.store.object(id)?.form === 'list')
	const own = object.objects.length > 0 ? [] : ['?']
	const paths = isArray ? ['@array'] : object.paths.length > 0 ? object.paths : own
	// In C what has an index is memory, whatever is known of it; in C++ it may be a map.
	const isMemory = hasPointers(machine) && !isArray && machine.unit.file.endsWith('.c')
	for (const path of isMemory ? [...paths, '@memory'] : paths) {
		for (const entry of indexes.lookUp(path)) {
			const part = entry.sink.part === 'value' ? value : index
			const subject = { ...subjectOf(value, object), values: index ? argumentsOf(index) : noArguments }
			if (part && conditionsHold(machine, entry.sink.when, subject))
				reportTaint(machine, entry, path === '@memory' ? sureOnly(part) : part, at)
		}
	}
}

/** Of an object that is not known the property is as tainted as the object. */
export function propertyValue(machine: Machine, value: Value, property: string): Value | undefined {
	if (value.objects.length === 0) return value.taint.length > 0 ? value : undefined
	let found: Value | undefined
	for (const id of value.objects) {
		const state = machine.store.object(id)
		const own = state?.fields.get(property) ?? (state && state.other !== unknown ? state.other : undefined)
		if (own) found = found ? joinValues(found, own) : own
	}
	return found
}

/** Two guesses are too many: what an unknown function or macro gives, such as a length, is left out where the memory is not known either. */
function sureOnly(value: Value): Value {
	return { ...value, taint: value.taint.filter((it) => !it.isWeak) }
}

/** What an annotation is written with, where the names of the frame are those of its place. */
export function annotationValues(machine: Machine, annotation: Annotation): ArgumentValues {
	const positional: Value[] = []
	const keywords = new Map<string, Value>()
	for (const argument of annotation.arguments) {
		const value = withItems(machine, machine.evaluate(argument.value))
		if (argument.keyword === undefined) positional.push(value)
		else keywords.set(argument.keyword, value)
	}
	return { positional, keywords, rest: undefined, written: annotation.arguments }
}

/** What is written as several texts (`@Select({"…", "…"})`) matches where one of them does. */
function withItems(machine: Machine, value: Value): Value {
	if (value.constants !== undefined) return value
	const items = knownItems(machine, value) ?? []
	const constants = items.flatMap((it) => it.value.constants ?? [])
	return constants.length === 0 ? value : { ...value, constants }
}

/** Names of annotations are those of the place where the function is declared. */
function outside<T>(machine: Machine, evaluate: () => T): T {
	const { frame } = machine
	machine.frame = frame.parent ?? frame
	const result = evaluate()
	machine.frame = frame
	return result
}

/** What a function returns that a framework called. */
export function checkReturn(machine: Machine, value: Value, at: Return): void {
	const { returns } = machine.rules
	const ir = machine.frame.function
	const handedTo = ir && machine.handed.get(ir)
	if (returns.length === 0 || !ir || (ir.annotations.length === 0 && !handedTo) || !machine.sawTaint) return
	for (const entry of returns) {
		const paths = entry.sink.returns
		if (paths === undefined) continue
		const annotations = [...ir.annotations, ...(machine.frame.home?.class.annotations ?? [])]
		const annotation = annotations.find((it) => annotationMatches(machine, it, paths))
		const isHanded = handedTo?.some((it) => machine.rules.cache.table(paths).lookUp(it).length > 0) === true
		if (!annotation && !isHanded) continue
		const { returnType } = entry.sink
		if (returnType !== undefined && !machine.rules.cache.pattern(returnType)?.test(ir.returnType ?? '')) continue
		const valueText = at.value && machine.unit.text.slice(at.value.start, at.value.end)
		// To conditions the arguments are those of the annotation: `@app.get('/', response_class=HTMLResponse)`.
		const values =
			annotation && entry.sink.when?.some((it) => it.argument !== undefined)
				? outside(machine, () => annotationValues(machine, annotation))
				: noArguments
		const subject = { ...subjectOf(value), values, valueText }
		const { property } = entry.sink
		const part = property === undefined ? value : propertyValue(machine, value, property)
		if (part && conditionsHold(machine, entry.sink.when, subject)) reportTaint(machine, entry, part, at.value ?? at)
	}
}
