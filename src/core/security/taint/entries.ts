import type { FunctionIr } from '../ir/ir.ts'
import { initializeFields } from './classes.ts'
import { entryValues } from './entryValues.ts'
import { checkAnnotations, checkOverrides } from './finds.ts'
import { isolated, run } from './functions.ts'
import {
	budgetAfterwards,
	budgetAtFirst,
	budgetWithTaint,
	type Machine,
	noArguments,
	type ProgramUnit,
} from './machine.ts'
import { basePaths } from './members.ts'
import { runBefore, viewSelf } from './rails.ts'
import { runUnit } from './units.ts'
import { type ClassValue, type FunctionValue, ofObject, unknown, type Value } from './value.ts'

/** Functions that functions make, which make functions. */
const deepestWaiting = 3

/** Analyzes all that a file does: its top level, then each of its functions as if somebody called it. */
export function analyzeUnit(machine: Machine, unit: ProgramUnit): void {
	machine.budget = budgetWithTaint * 2
	machine.sawTaint = false
	runUnit(machine, unit)
	machine.taintedAtTop = machine.sawTaint ? machine.root.taintedObjects() : undefined
	const waiting = [...machine.waiting].filter((it) => it.frame.unit === unit)
	machine.waiting.clear()
	for (const it of waiting) analyzeFunction(machine, unit, it, undefined)
	for (const it of [...machine.classes]) {
		if (it.frame.unit !== unit) continue
		machine.frame = unit.frame
		checkOverrides(machine, it)
		for (const method of it.class.methods)
			analyzeFunction(machine, unit, { function: method, frame: it.frame, self: undefined, home: it }, it)
		for (const method of it.more) if (method.frame.unit === unit) analyzeFunction(machine, unit, method, it)
	}
	// Files that it imports were left out, and data may go through them.
	if (machine.importBudget <= 0 && machine.metTaint) machine.reporter.outOfBudget({ file: unit.file, start: 0, end: 0 })
}

function analyzeFunction(
	machine: Machine,
	unit: ProgramUnit,
	called: FunctionValue,
	home: ClassValue | undefined,
): void {
	const { function: ir } = called
	machine.frame = unit.frame
	if (ir.isAbstract) {
		checkAnnotations(machine, ir.annotations)
		return
	}
	machine.sawTaint = false
	const given = machine.fileBudget > 0 ? budgetAtFirst : budgetAfterwards
	machine.budget = given
	machine.nesting = 0
	isolated(machine, () => {
		checkAnnotations(machine, ir.annotations)
		const self =
			home && !ir.isStatic
				? instanceOf(machine, home, ir)
				: home
					? { ...unknown, classes: [home] }
					: viewSelf(machine, unit, (of, method) => instanceOf(machine, of, method))
		// A template has as much as a function of its own has, whatever its controller took.
		if (!home && self) machine.budget = Math.max(machine.budget, budgetWithTaint)
		if (home && self && machine.language === 'ruby' && !ir.isStatic) runBefore(machine, home, ir.name ?? '', self)
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
	machine.fileBudget -= Math.max(0, (machine.sawTaint ? budgetWithTaint : given) - machine.budget)
	// Where nothing tainted was met, there is nothing to be missed but what is far away.
	if (machine.budget <= 0 && machine.sawTaint)
		machine.reporter.outOfBudget({ file: unit.file, start: ir.head.start, end: ir.head.end })
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
