import type { Annotation, Argument, Call } from '../ir/ir.ts'
import type { Condition } from '../rules/ruleTypes.ts'
import { hasBoundField, isLeftOut } from './boundFields.ts'
import { functionCalls } from './calls/functionCalls.ts'
import { checkedMask } from './checks/facts.ts'
import { callsDeclared } from './defects/calledDeclarations.ts'
import { mayBeEmpty } from './defects/emptySecrets.ts'
import { functionAsks } from './defects/functionAsks.ts'
import { functionDoes } from './defects/functionDoes.ts'
import { goesOn } from './defects/goesOn.ts'
import { isKept } from './defects/keptValues.ts'
import { isUnreleased } from './defects/unreleased.ts'
import { cyclicSchema, fileMatches } from './fileMatches.ts'
import { deepTaints } from './items.ts'
import type { ArgumentValues, Machine } from './machine.ts'
import { basePaths, deepestBase } from './members.ts'
import { isLastUse } from './memory/lastUse.ts'
import { hasPointers, hasUnset, isUnended, roomBehind, textBehind } from './memory/memory.ts'
import { wantedBytes } from './memory/wantedBytes.ts'
import { bitOf, type Taint } from './taint.ts'
import { readsUnbounded } from './texts/formats.ts'
import { regexCost } from './texts/regexCosts.ts'
import { type ClassValue, constantOf, type Frame, type Scalar, unknown, type Value } from './value.ts'

/** What conditions of rules can look at. */
export interface Subject {
	readonly values: ArgumentValues
	readonly receiver: Value | undefined
	readonly receiverText: string | undefined
	/** What is assigned, or the attribute of an element. */
	readonly value: Value | undefined
	readonly valueText: string | undefined
	/** The call that is looked at, where it is one. */
	readonly call?: Call | undefined
}

export function conditionsHold(
	machine: Machine,
	conditions: readonly Condition[] | undefined,
	subject: Subject,
): boolean {
	return conditions === undefined || conditions.every((it) => holds(machine, it, subject) !== (it.not === true))
}

/** The data that a condition asks for, where all hold: without it there would be nothing wrong. */
export function taintAskedFor(
	machine: Machine,
	conditions: readonly Condition[] | undefined,
	{ values, receiver, value }: Subject,
): Taint | undefined {
	const asking = conditions?.find((it) => it.tainted !== undefined && it.not !== true)
	if (!asking) return undefined
	const all =
		asking.argument === 'any'
			? values.positional
			: [asking.receiver ? receiver : asking.argument !== undefined ? argumentAt(values, asking.argument) : value]
	for (const it of all) {
		const found = it && deepTaints(machine, it).find((taint) => asking.tainted?.includes(taint.kind))
		if (found) return found
	}
	return undefined
}

function holds(machine: Machine, condition: Condition, subject: Subject): boolean {
	if (condition.argument === 'any') {
		const all = [...subject.values.positional.keys()]
		return all.some((argument) => holds(machine, { ...condition, argument }, subject))
	}
	if (condition.ignored !== undefined) return (subject.call?.isIgnored === true) === condition.ignored
	if (condition.goesOn !== undefined) return goesOn(machine, subject.call)
	if (condition.unreleased !== undefined)
		return isUnreleased(machine, subject.call, machine.rules.cache.pattern(condition.unreleased))
	if (condition.under !== undefined) return isUnder(machine, condition.under)
	if (condition.around !== undefined) return isAround(machine, condition.around)
	if (condition.asks !== undefined && condition.argument === undefined && !condition.value && !condition.receiver)
		return asksAround(machine, condition.asks)
	if (condition.declared !== undefined) return declaredAround(machine, condition.declared)
	if (condition.cyclicSchema !== undefined)
		return fileMatches(machine, machine.unit, cyclicSchema) === condition.cyclicSchema
	if (condition.file !== undefined) return fileMatches(machine, machine.unit, condition.file)
	let value: Value | undefined
	let text: string | undefined
	if (condition.receiver) {
		value = subject.receiver
		text = subject.receiverText
	} else if (condition.argument !== undefined) {
		value = argumentAt(subject.values, condition.argument)
		text = textOf(machine, subject.values, condition.argument)
	} else if (condition.value) {
		value = subject.value
		text = subject.valueText
	}
	const isThere = value !== undefined
	if (condition.property?.split('.').includes('*'))
		return (
			value !== undefined &&
			itemsAt(machine, value, condition.property).some((it) => valueHolds(machine, condition, it))
		)
	if (condition.property !== undefined && value) value = propertyOf(machine, value, condition.property)
	if (condition.missing !== undefined) {
		const mayHold =
			isThere && value === undefined && condition.property !== undefined && isOpenObject(machine, condition, subject)
		const isMissing = value === undefined || (condition.property !== undefined && constantOf(value) === null)
		return (isMissing && !mayHold) === condition.missing
	}
	if (condition.measures !== undefined) return measures(machine, condition.measures, subject, text)
	if (condition.exceeds !== undefined) return value !== undefined && exceeds(machine, condition, subject, value)
	if (condition.orEmpty !== undefined) {
		const written = writtenAt(subject.values, condition.argument)
		return mayBeEmpty(machine, written?.value) === condition.orEmpty
	}
	if (condition.kept !== undefined) {
		const written = writtenAt(subject.values, condition.argument)
		return isKept(machine, written?.value, condition.property) === condition.kept
	}
	if (condition.lastUse !== undefined) return isLastUse(machine, subject, condition.argument) === condition.lastUse
	if (condition.unended !== undefined) return value !== undefined && isUnended(machine, value) === condition.unended
	if (condition.bound !== undefined) return value !== undefined && hasBoundField(machine, value, condition.bound)
	if (condition.unset !== undefined) return value !== undefined && hasUnset(machine, value) === condition.unset
	if (condition.room !== undefined) return value !== undefined && roomBehind(machine, value) === condition.room
	if (condition.unbounded !== undefined) {
		const format = value && textBehind(machine, value)
		return format !== undefined && readsUnbounded(format) === condition.unbounded
	}
	if (condition.through !== undefined) return value !== undefined && wentThrough(machine, condition, value)
	if (condition.along !== undefined) return value !== undefined && wentAlong(machine, condition.along, value)
	if (condition.field !== undefined) return value !== undefined && isOfField(machine, condition.field, value)
	if (condition.text !== undefined)
		return text !== undefined && machine.rules.cache.pattern(condition.text)?.test(text) === true
	return value !== undefined && valueHolds(machine, condition, value)
}

function asksAround(machine: Machine, asks: string): boolean {
	const pattern = machine.rules.cache.pattern(asks)
	const around = machine.frame.function
	return pattern !== undefined && around !== undefined && functionAsks(around, pattern)
}

function declaredAround(machine: Machine, declared: string): boolean {
	const pattern = machine.rules.cache.pattern(declared)
	const around = machine.frame.function
	return pattern !== undefined && around !== undefined && callsDeclared(machine, around, pattern)
}

function asksHolds(machine: Machine, asks: string, value: Value): boolean {
	const pattern = machine.rules.cache.pattern(asks)
	return (
		pattern !== undefined &&
		value.functions.some((it) => {
			if ('native' in it) return false
			machine.ran?.add(it.function)
			return functionAsks(it.function, pattern)
		})
	)
}

/** What runs by choice says so in its name, or in the conditions that it stands in. */
function isUnder(machine: Machine, under: string): boolean {
	const pattern = machine.rules.cache.pattern(under)
	if (!pattern) return false
	if (machine.conditions.some(({ unit, test }) => pattern.test(unit.text.slice(test.start, test.end)))) return true
	for (let frame: Frame | undefined = machine.frame; frame?.function; frame = frame.parent) {
		const { name } = frame.function
		if (name !== undefined) return pattern.test(name)
		if (pattern.test(handedTo(machine, frame))) return true
	}
	return false
}

/** What a function says by its text, where no more is known of it. */
function isAround({ frame: { function: ir }, rules, unit }: Machine, around: string): boolean {
	return ir !== undefined && rules.cache.pattern(around)?.test(unit.text.slice(ir.start, ir.end)) === true
}

/** A function without a name is known by what stands in front of it in its line: `authenticate :user do … end`. */
function handedTo({ program }: Machine, { function: ir, unit }: Frame): string {
	const text = program.unit(unit.file)?.text
	if (!text || !ir) return ''
	const { start } = ir.head
	return text.slice(Math.max(text.lastIndexOf('\n', start - 1) + 1, start - longestHead), start).trim()
}

const longestHead = 200

/** All of its data did, or all of the kinds that are asked for: what came another way was not made safe. */
function wentThrough(machine: Machine, { through, tainted }: Condition, value: Value): boolean {
	const pattern = through === undefined ? undefined : machine.rules.cache.pattern(through)
	const all = deepTaints(machine, value)
	const taints = tainted ? all.filter((it) => tainted.includes(it.kind)) : all
	return (
		taints.length > 0 &&
		taints.every(({ last }) => {
			for (let at: typeof last | undefined = last; at; at = at.previous)
				if (pattern?.test(at.label.replace(/\(\)$/, ''))) return true
			return false
		})
	)
}

/** Some of its data was in a file whose text matches. */
function wentAlong(machine: Machine, along: string, value: Value): boolean {
	const files = new Set<string>()
	for (const { last } of deepTaints(machine, value))
		for (let at: typeof last | undefined = last; at; at = at.previous) files.add(at.place.file)
	return [...files].some((file) => {
		const unit = machine.program.unit(file)
		return unit !== undefined && fileMatches(machine, unit, along)
	})
}

/** The name of the field that was read last stands at the end of what tells data apart. */
function isOfField(machine: Machine, field: string, value: Value): boolean {
	const pattern = machine.rules.cache.pattern(field)
	const taints = deepTaints(machine, value)
	const names = taints.map(
		({ root }) => /[.,:]([A-Za-z_$]\w{0,80})(?:[%.,*@][%.,*@\d]{0,20})?$/.exec(root.slice(-longestField))?.[1],
	)
	return names.length > 0 && names.every((it) => it !== undefined && pattern?.test(it) === true)
}

const longestField = 120

function exceeds(machine: Machine, condition: Condition, { values }: Subject, value: Value): boolean {
	const into = values.positional[condition.exceeds as number]
	const room = into && roomBehind(machine, into)
	if (room === undefined || typeof condition.argument !== 'number') return false
	const wanted = wantedBytes(
		machine,
		value,
		{
			formatted: condition.formatted === true,
			times: condition.times === undefined ? undefined : (values.positional[condition.times] ?? unknown),
			unit: condition.unit ?? 1,
		},
		values,
		condition.argument,
	)
	return wanted !== undefined && wanted > room
}

/** `strlen(a)`, `sizeof(a)`, `sizeof a`, also with something added. */
function measures(machine: Machine, of: number, { values }: Subject, text: string | undefined): boolean {
	const measured = textOf(machine, values, of)?.replace(/\s+/g, '')
	const written = text?.replace(/\s+/g, '')
	if (!measured || !written) return false
	// `text.size()` of C++, also where its characters are handed over.
	const whole = measured.replace(/\.(?:c_str|data)\(\)$/, '')
	if (written === `${whole}.size()` || written === `${whole}.length()`) return true
	const parts = written.split(/(?:strlen|wcslen|sizeof|_tcslen|lstrlenA?)/).slice(1)
	return parts.some((it) => it.startsWith(`(${measured})`) || it === measured || it.startsWith(`(*${measured})`))
}

function valueHolds(machine: Machine, condition: Condition, value: Value): boolean {
	const { constants } = value
	if (condition.is !== undefined) {
		const wanted: readonly Scalar[] = Array.isArray(condition.is) ? condition.is : [condition.is as Scalar]
		if (constants === undefined || value.objects.length > 0) return false
		// Of what may be both nothing is known.
		const isEither = constants.includes(true) && constants.includes(false)
		// In C, where an option says so, 0 is false.
		const isOption = hasPointers(machine) && constants.includes(0) && constants.some((it) => it !== 0)
		return constants.some(
			(it) => wanted.includes(it) && !(isEither && typeof it === 'boolean') && !(isOption && it === 0),
		)
	}
	if (condition.otherwise !== undefined) return value.otherwise === condition.otherwise
	if (condition.matches !== undefined) {
		const pattern = machine.rules.cache.pattern(condition.matches)
		return constants?.some((it) => typeof it === 'string' && pattern?.test(it.slice(0, 2_000)) === true) === true
	}
	if (condition.below !== undefined)
		return constants?.some((it) => typeof it === 'number' && it < (condition.below as number)) === true
	if (condition.above !== undefined)
		return constants?.some((it) => typeof it === 'number' && it > (condition.above as number)) === true
	if (condition.constant !== undefined) return isConstant(machine, value) === condition.constant
	if (condition.slow !== undefined)
		return (
			constants?.some((it) => typeof it === 'string' && regexCost(machine, it, '') === 'exponential') === condition.slow
		)
	if (condition.path !== undefined) {
		const table = machine.rules.cache.table(condition.path)
		const isNamed = (paths: readonly string[]) => paths.some((it) => table.lookUp(it).length > 0)
		// A class of the program that comes from one of a library is one of its kind: `class Loader(yaml.UnsafeLoader)`.
		return isNamed(value.paths) || value.classes.some((it) => isNamed(basePaths(it)))
	}
	if (condition.tainted !== undefined)
		return deepTaints(machine, value).some(
			(it) =>
				condition.tainted?.includes(it.kind) &&
				mayHarm(machine, it, condition.harms) &&
				(condition.compared === undefined || (checkedMask(machine, it) & bitOf(condition.compared)) !== 0),
		)
	if (condition.calls !== undefined) {
		const pattern = machine.rules.cache.pattern(condition.calls)
		return pattern !== undefined && functionCalls(machine, value, pattern)
	}
	if (condition.asks !== undefined) return asksHolds(machine, condition.asks, value)
	if (condition.declares !== undefined) return declares(machine, value, condition.declares, false)
	if (condition.shows !== undefined) return declares(machine, value, condition.shows, true)
	if (condition.does !== undefined) return doesHold(machine, condition.does, value)
	if (condition.form !== undefined) return formHolds(machine, condition.form, value)
	return true
}

function mayHarm(machine: Machine, taint: Taint, kind: Condition['harms']): boolean {
	return kind === undefined || ((taint.clean | checkedMask(machine, taint)) & bitOf(kind)) === 0
}

/** A field that the program set itself, to what it chose, is none that others fill; a struct of Go begins with zeros. */
function declares(machine: Machine, { objects, classes }: Value, name: string, isShown: boolean): boolean {
	const pattern = machine.rules.cache.pattern(name)
	// The columns of a model of Python are attributes of its class.
	if (machine.language === 'python' && !isShown && classes.some((it) => pattern && isDeclaredIn(it, pattern, 0)))
		return true
	return objects.some((id) => {
		const state = machine.store.object(id)
		const of = state?.class?.class
		if (!state || !of || (isShown && of.isRecord !== true)) return false
		return of.fields.some((it) => {
			if (it.isStatic || !pattern?.test(it.name)) return false
			if (machine.language === 'go' && state.class && isLeftOut(state.class, it)) return false
			if (isShown) return !it.annotations.some((one) => leftOut.test(one.name))
			const own = state.fields.get(it.name)
			const isZero = machine.language === 'go' && own?.constants?.every((one) => !one) === true
			const isSet = own !== undefined && own.taint.length === 0 && own.constants !== undefined && !isZero
			return !isSet && !it.annotations.some(keepsUnbound)
		})
	})
}

function isDeclaredIn(of: ClassValue, pattern: Pick<RegExp, 'test'>, depth: number): boolean {
	if (of.class.fields.some((it) => pattern.test(it.name))) return true
	return depth < deepestBase && of.bases.some((it) => it.classes.some((base) => isDeclaredIn(base, pattern, depth + 1)))
}

/** Whether it keeps a field from being filled out of a request: `@JsonProperty(access = READ_ONLY)` does. */
function keepsUnbound({ name, arguments: written }: Annotation): boolean {
	const isReadOnly = ({ value }: Argument) =>
		(value.kind === 'field' || value.kind === 'name') && value.name === 'READ_ONLY'
	return unbound.test(name) || written.some(isReadOnly)
}

/** `@ToString.Exclude` of Lombok. */
const leftOut = /\bExclude$/
const unbound = /^(?:BindNever|JsonIgnore|Editable|ReadOnly|IgnoreDataMember|SwaggerIgnore)$/

/** A constant, or a list of nothing else, such as an array of bytes that nobody filled. */
export function isConstant(machine: Machine, value: Value): boolean {
	if (value.taint.length > 0) return false
	if (value.objects.length === 0) return value.constants !== undefined
	return value.objects.every((id) => {
		const state = machine.store.object(id)
		if (state?.memory?.isFixed === true || state?.memory?.text !== undefined) return true
		// Of an array of Go that was not made with a size nobody knows how many items it has.
		if (machine.language === 'go' && state?.fields.size === 0) return false
		if (state?.form !== 'list' || state.length === undefined || state.isOpen || state.other !== unknown) return false
		return [...state.fields.values()].every((it) => it.constants !== undefined && it.objects.length === 0)
	})
}

/** A function, or an object with one method that stands for a function. */
function doesHold(machine: Machine, does: NonNullable<Condition['does']>, value: Value): boolean {
	const functions = value.functions.flatMap((it) => ('native' in it ? [] : [it.function]))
	for (const id of value.objects) {
		const methods = machine.store.object(id)?.class?.class.methods ?? []
		functions.push(...methods.filter((it) => it.form === 'method'))
	}
	for (const it of functions) machine.ran?.add(it)
	return functions.length > 0 && functions.every((it) => functionDoes(it, does))
}

function formHolds(machine: Machine, form: NonNullable<Condition['form']>, value: Value): boolean {
	switch (form) {
		case 'text':
			return value.constants?.some((it) => typeof it === 'string') === true
		case 'number':
			return value.constants?.some((it) => typeof it === 'number') === true
		case 'function':
			return value.functions.length > 0
		case 'list':
			return value.objects.some((id) => machine.store.object(id)?.form === 'list')
		case 'object':
			return value.objects.some((id) => machine.store.object(id)?.form !== 'list')
		case 'concatenation':
			return value.constants === undefined && value.taint.some((it) => !it.isWhole)
		case 'bound':
			return value.objects.length > 0 && value.taint.some((it) => it.isWhole)
		case 'made':
			return (
				value.constants === undefined &&
				textBehind(machine, value) === undefined &&
				(value.objects.length > 0 || value.taint.length > 0 || value.paths.some((it) => it.endsWith('()')))
			)
	}
}

export function argumentAt({ positional, keywords, rest }: ArgumentValues, at: number | string): Value | undefined {
	return typeof at === 'number' ? (positional[at] ?? (at >= positional.length ? rest : undefined)) : keywords.get(at)
}

function textOf(machine: Machine, { written }: ArgumentValues, at: number | string): string | undefined {
	const argument = writtenAt({ written }, at)
	return argument && machine.unit.text.slice(argument.start, argument.end)
}

function writtenAt(
	{ written }: Pick<ArgumentValues, 'written'>,
	at: number | string | undefined,
): Argument | undefined {
	return typeof at === 'number' ? written[at] : written.find((it) => it.keyword !== undefined && it.keyword === at)
}

export function propertyOf(machine: Machine, value: Value, property: string): Value | undefined {
	let found: Value | undefined = value
	for (const name of property.split('.')) {
		let next: Value | undefined
		const own = name === '\\*' ? '*' : name
		for (const id of found?.objects ?? []) next ??= machine.store.object(id)?.fields.get(own)
		for (const one of found?.classes ?? []) next ??= machine.store.object(one.object)?.fields.get(own)
		found = next
	}
	return found
}

/** Each item that a property with `*` in it stands for. */
function itemsAt(machine: Machine, value: Value, property: string): readonly Value[] {
	let found: readonly Value[] = [value]
	for (const name of property.split('.'))
		found = found.flatMap(({ objects, classes }) =>
			[...objects, ...classes.map((it) => it.object)].flatMap((id) => {
				const fields = machine.store.object(id)?.fields
				const one = fields?.get(name)
				return name === '*' ? [...(fields?.values() ?? [])] : one ? [one] : []
			}),
		)
	return found
}

/** An object that is not known whole may have any property. */
function isOpenObject(machine: Machine, condition: Condition, subject: Subject): boolean {
	const value = condition.receiver
		? subject.receiver
		: condition.argument !== undefined
			? argumentAt(subject.values, condition.argument)
			: subject.value
	if (!value) return false
	if (value.objects.length === 0)
		return value.constants === undefined && value.functions.length === 0 && value.classes.length === 0
	return value.objects.some((id) => machine.store.object(id)?.isOpen === true)
}
