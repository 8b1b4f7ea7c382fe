import type { Annotation, Expression, RegexLiteral } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'
import { conditionsHold } from './conditions.ts'
import { functionDoes } from './defects/functionDoes.ts'
import { annotationMatches } from './entrySources.ts'
import type { Machine } from './machine.ts'
import { basePaths } from './members.ts'
import { annotationValues, subjectOf } from './sinks.ts'
import { regexCost } from './texts/regexCosts.ts'
import { type ClassValue, constantOf, type Value } from './value.ts'

/** Text literals that are wrong by themselves. */
export function checkString(machine: Machine, text: string, at: CodeSpan): void {
	const { strings } = machine.rules
	if (strings.length === 0 || text.length > 2_000) return
	for (const it of strings) if (it.pattern.test(text)) machine.reporter.find(it, machine.place(at))
}

/** Calls of what is known by its name alone; conditions are asked of the code around it. */
export function checkName(machine: Machine, callee: Expression): void {
	const { names } = machine.rules
	if (names.length === 0 || (callee.kind !== 'name' && callee.kind !== 'field')) return
	for (const it of names)
		if (it.pattern.test(callee.name) && conditionsHold(machine, it.find.when, subjectOf(undefined)))
			machine.reporter.find(it, machine.place(callee))
}

export function checkRegex(machine: Machine, at: CodeSpan & Pick<RegexLiteral, 'pattern' | 'flags'>): void {
	const { regexes, patterns } = machine.rules
	for (const it of patterns) if (it.pattern.test(at.pattern)) machine.reporter.find(it, machine.place(at))
	if (regexes.length === 0 || regexCost(machine, at.pattern, at.flags) !== 'exponential') return
	for (const it of regexes) machine.reporter.find(it, machine.place(at))
}

export function checkAnnotations(machine: Machine, annotations: readonly Annotation[]): void {
	const rules = machine.rules.annotations
	if (rules.length === 0) return
	for (const annotation of annotations) {
		for (const it of rules) {
			if (it.find.annotation === undefined || !annotationMatches(machine, annotation, it.find.annotation)) continue
			const values = annotationValues(machine, annotation)
			if (conditionsHold(machine, it.find.when, { ...subjectOf(undefined), values }))
				machine.reporter.find(it, machine.place(annotation))
		}
	}
}

/** Methods of a class that should check something and do not. */
export function checkOverrides(machine: Machine, of: ClassValue): void {
	const rules = machine.rules.overrides
	if (rules.length === 0 || of.bases.length === 0) return
	const bases = basePaths(of)
	for (const it of rules) {
		if (it.find.overrides === undefined) continue
		const table = machine.rules.cache.table(it.find.overrides)
		for (const method of of.class.methods) {
			if (!bases.some((base) => table.lookUp(`${base}.${method.name}`).length > 0)) continue
			if (it.find.does === undefined || functionDoes(method, it.find.does))
				machine.reporter.find(it, machine.place(method.head))
		}
	}
}

/** A property of an object literal, or a keyword of a call, that is wrong wherever it is. */
export function checkProperty(machine: Machine, name: string, value: Value, at: CodeSpan): void {
	for (const it of machine.rules.properties.get(name) ?? []) {
		const subject = { ...subjectOf(value), valueText: machine.unit.text.slice(at.start, at.end) }
		if (conditionsHold(machine, it.find.when, subject)) machine.reporter.find(it, machine.place(at))
	}
}

/** An attribute of an element: both for taint and for what is wrong by itself. To conditions the element is the receiver. */
export function checkAttribute(
	machine: Machine,
	attribute: {
		readonly tag: Value
		/** An object of all attributes. */
		readonly element: Value
		readonly name: string
		readonly value: Value
		readonly at: CodeSpan
	},
	report: typeof import('./sinks.ts').reportTaint,
): void {
	const { tag, element, name, value, at } = attribute
	const tagName = constantOf(tag)
	for (const it of machine.rules.elements) {
		const pattern = 'sink' in it ? it.sink : it.find
		if (pattern.attribute !== undefined && pattern.attribute !== name) continue
		// A component is named by where it comes from.
		if (pattern.element !== '*' && pattern.element !== tagName && !tag.paths.includes(pattern.element ?? '')) continue
		const valueText = machine.unit.text.slice(at.start, at.end)
		if (!conditionsHold(machine, pattern.when, { ...subjectOf(value), receiver: element, valueText })) continue
		if ('sink' in it) report(machine, it, value, at)
		else machine.reporter.find(it, machine.place(at))
	}
}
