import type { SourceRule } from '../rules/ruleTypes.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import type { Machine } from './machine.ts'
import { type CodePlace, firstStep, maskOf, type Taint, type TaintStep } from './taint.ts'
import { type Frame, type Value, withTaint } from './value.ts'

/** What is assigned to a variable whose name says what it holds. */
export function namedSource(machine: Machine, value: Value, name: string, at: CodeSpan): Value {
	const source = machine.rules.variable(name)
	if (!source || !mayBeText(value)) return value
	const kind = source.kind ?? 'remote'
	return value.taint.some((it) => it.kind === kind) ? value : addSource(machine, value, source, at)
}

function mayBeText({ constants, objects, functions, classes }: Value): boolean {
	if (functions.length > 0 || classes.length > 0) return false
	if (constants === undefined) return true
	return objects.length === 0 && constants.some((it) => typeof it === 'string' && it !== '')
}

/**
 * The value, tainted by a source that is at a place in the code.
 * @param of what is read or called, as rules write it
 * @param part of what a call gives, where that is not its result: a check of one is no check of the other
 * @param because data without which it would be no source: the way begins with its way
 */
export function addSource(
	machine: Machine,
	value: Value,
	source: SourceRule,
	at: CodeSpan,
	of: readonly string[] = [],
	part = '',
	because?: Taint,
): Value {
	machine.meetTaint()
	const place = machine.place(at)
	const text = machine.unit.text.slice(at.start, Math.min(at.end, at.start + 80)).replace(/\s+/g, '')
	const taint: Taint = {
		kind: source.kind ?? 'remote',
		origin: `${place.file}:${place.start}:${source.label}`,
		// What is written the same in one function is the same data, but for what is made anew each time.
		root: `${place.file}:${machine.frame.base}:${text}${part}${isMade(machine, source, text) ? `@${place.start}` : ''}`,
		clean: source.cleanFor ? maskOf(source.cleanFor) : 0,
		isWeak: false,
		isWhole: true,
		last: because ? nextStep(because.last, place, source.label) : firstSteps(machine, place, source, of),
	}
	return withTaint(value, [taint])
}

function nextStep(previous: TaintStep, place: CodePlace, label: string): TaintStep {
	return { place, role: 'step', label, previous, count: previous.count + 1 }
}

/** Of a record that another file handed over that belongs to the way: only there it is known what it is. */
function firstSteps(machine: Machine, place: CodePlace, { kind, label }: SourceRule, of: readonly string[]): TaintStep {
	const { frame } = machine
	for (let at: Frame | undefined = kind === 'stored' ? frame : undefined; at; at = at.parent) {
		const { calledAt } = at
		if (calledAt === undefined || calledAt.file === place.file) continue
		const given = firstStep(calledAt, label)
		return nextStep(given, place, label)
	}
	const { calledFrom } = frame
	const isByCall = calledFrom !== undefined && calledFrom.file !== place.file && isGiven(machine, of)
	return firstStep(place, label, isByCall ? calledFrom : undefined)
}

/** Whether it is a part of what the function was given, so that only a caller tells what it is. */
function isGiven({ frame, store }: Machine, paths: readonly string[]): boolean {
	const leads = (given: Value): boolean =>
		given.paths.some((it) => paths.some((path) => `${path}.`.startsWith(`${it}.`)))
	for (let at: Frame | undefined = frame; at; at = at.parent)
		for (const given of at.arguments) {
			if (leads(given)) return true
			for (const id of given.objects)
				for (const field of store.object(id)?.fields.values() ?? []) if (leads(field)) return true
		}
	return false
}

/** Settings of what a factory method gives, such as a factory of parsers, are none of another one that was made the same way. */
function isMade({ language }: Machine, { kind }: SourceRule, text: string): boolean {
	return language === 'java' && kind === 'unsafe' && /\.(?:new[A-Z]|create)\w*\(/.test(text)
}
