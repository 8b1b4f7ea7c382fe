import type { FunctionIr, Parameter } from '../ir/ir.ts'
import { PathTable } from '../rules/pathTable.ts'
import type { EntryRule, SourceKind } from '../rules/ruleTypes.ts'
import { initializeFields } from './classes.ts'
import { annotationMatches } from './entrySources.ts'
import { checkAnnotations, checkOverrides } from './finds.ts'
import { isolated, run } from './functions.ts'
import { budgetWithTaint, type Machine, noArguments, type ProgramUnit } from './machine.ts'
import { basePaths } from './members.ts'
import { shortened } from './paths.ts'
import { addSource } from './sources.ts'
import { runUnit } from './units.ts'
import { type ClassValue, type FunctionValue, ofObject, unknown, type Value } from './value.ts'

const kinds: ReadonlySet<string> = new Set<SourceKind>(['remote', 'local', 'stored', 'sensitive', 'archive'])
/** Functions that functions make, which make functions. */
const deepestWaiting = 3

/** Analyzes all that a file does: its top level, then each of its functions as if somebody called it. */
export function analyzeUnit(machine: Machine, unit: ProgramUnit): void {
	machine.budget = budgetWithTaint * 2
	machine.sawTaint = false
	runUnit(machine, unit)
	const topTaint = machine.sawTaint
	const waiting = [...machine.waiting].filter((it) => it.frame.unit === unit)
	machine.waiting.clear()
	for (const it of waiting) analyzeFunction(machine, unit, it, undefined, topTaint)
	for (const it of [...machine.classes]) {
		if (it.frame.unit !== unit) continue
		machine.frame = unit.frame
		checkOverrides(machine, it)
		for (const method of it.class.methods)
			analyzeFunction(machine, unit, { function: method, frame: it.frame, self: undefined, home: it }, it, topTaint)
		for (const method of it.more) if (method.frame.unit === unit) analyzeFunction(machine, unit, method, it, topTaint)
	}
}

function analyzeFunction(
	machine: Machine,
	unit: ProgramUnit,
	called: FunctionValue,
	home: ClassValue | undefined,
	sawTaint: boolean,
): void {
	const { function: ir } = called
	machine.frame = unit.frame
	if (ir.isAbstract) {
		checkAnnotations(machine, ir.annotations)
		return
	}
	machine.sawTaint = sawTaint
	machine.budget = budgetWithTaint
	isolated(machine, () => {
		checkAnnotations(machine, ir.annotations)
		const self =
			home && !ir.isStatic ? instanceOf(machine, home, ir) : home ? { ...unknown, classes: [home] } : undefined
		const positional = entryValues(machine, ir, home, unit, called)
		run(machine, called, self, { ...noArguments, positional, rest: unknown }, ir.head)
		for (let round = 0; round < deepestWaiting && machine.waiting.size > 0; round++) {
			const more = [...machine.waiting]
			machine.waiting.clear()
			for (const it of more) {
				if (machine.called.has(it.function)) continue
				run(
					machine,
					it,
					undefined,
					{ ...noArguments, positional: entryValues(machine, it.function, home, unit, it), rest: unknown },
					it.function.head,
				)
				machine.isDead = false
			}
		}
	})
	machine.waiting.clear()
	if (machine.budget <= 0) machine.reporter.outOfBudget({ file: unit.file, start: ir.head.start, end: ir.head.end })
}

/** An object of a class of which nothing is known but what its fields begin with. */
function instanceOf(machine: Machine, home: ClassValue, ir: FunctionIr): Value {
	const id = machine.newObject('instance', { ofClass: home, isOpen: true })
	const self = { ...ofObject(id), paths: basePaths(home).slice(0, 4) }
	initializeFields(machine, home, self, 0)
	if (ir.form !== 'constructor') {
		const made = home.class.methods.find((it) => it.form === 'constructor')
		if (made) {
			run(
				machine,
				{ function: made, frame: home.frame, self, home },
				self,
				{ ...noArguments, rest: unknown },
				made.head,
			)
			machine.isDead = false
		}
	}
	return self
}

/** What a framework calls the function with, where it is one that a framework calls. */
function entryValues(
	machine: Machine,
	ir: FunctionIr,
	home: ClassValue | undefined,
	unit: ProgramUnit,
	called: FunctionValue,
): readonly Value[] {
	const parameters = ir.selfParameter ? ir.parameters.slice(1) : ir.parameters
	const values: Value[] = parameters.map(() => unknown)
	for (const rule of machine.rules.entries) {
		if (!isEntry(machine, rule, ir, home, unit, called, parameters)) continue
		for (const [at, parameter] of parameters.entries()) {
			const type = rule.parameters?.[at]
			if (type !== undefined && type !== '') {
				values[at] = kinds.has(type)
					? tainted(machine, type as SourceKind, parameter)
					: { ...unknown, paths: shortened(machine, type) }
			} else if (rule.otherParameters && parameter.annotations.length === 0 && values[at] === unknown) {
				values[at] = tainted(machine, rule.otherParameters, parameter)
			}
		}
	}
	return values
}

function tainted(machine: Machine, kind: SourceKind, parameter: Parameter): Value {
	return addSource(machine, unknown, { label: kind === 'remote' ? 'HTTP request' : 'input', kind }, parameter)
}

function isEntry(
	machine: Machine,
	rule: EntryRule,
	ir: FunctionIr,
	home: ClassValue | undefined,
	unit: ProgramUnit,
	called: FunctionValue,
	parameters: readonly Parameter[],
): boolean {
	const { annotation, classAnnotation, base, name, parameterNames } = rule
	if (annotation !== undefined && !ir.annotations.some((it) => annotationMatches(machine, it, annotation))) return false
	if (
		classAnnotation !== undefined &&
		!home?.class.annotations.some((it) => annotationMatches(machine, it, classAnnotation))
	)
		return false
	if (base !== undefined) {
		const table = new PathTable<true>()
		table.add(base, true)
		if (!home || !basePaths(home).some((it) => table.lookUp(it).length > 0)) return false
	}
	if (name !== undefined && !new RegExp(`^(?:${name})$`).test(ir.name ?? '')) return false
	if (parameterNames?.some((pattern, at) => !isNamed(parameters[at], pattern))) return false
	if (rule.isExported === true && !isExported(machine, unit, called)) return false
	return true
}

function isNamed(parameter: Parameter | undefined, pattern: string): boolean {
	return parameter?.target.kind === 'name' && new RegExp(`^(?:${pattern})$`).test(parameter.target.name)
}

function isExported(machine: Machine, unit: ProgramUnit, called: FunctionValue): boolean {
	if (unit.ir.exportsAll) return true
	const holds = (value: Value, depth: number): boolean =>
		value.functions.some((it) => !('native' in it) && it.function === called.function) ||
		value.classes.some((it) => it === called.home) ||
		(depth < 2 &&
			value.objects.some((id) =>
				[...(machine.store.object(id)?.fields.values() ?? [])].some((it) => holds(it, depth + 1)),
			))
	return [...unit.exports.values()].some((it) => holds(it, 0))
}
