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
import type { Store } from './store.ts'
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
	for (const it of [...machine.classes]) if (it.frame.unit === unit) analyzeMethods(machine, unit, it)
	// Files that it imports were left out, and data may go through them.
	if (machine.importBudget <= 0 && machine.metTaint) machine.reporter.outOfBudget({ file: unit.file, start: 0, end: 0 })
}

/** Each of them on an object that its constructor made, which is made once. */
function analyzeMethods(machine: Machine, unit: ProgramUnit, home: ClassValue): void {
	machine.frame = unit.frame
	checkOverrides(machine, home)
	let made: Made | undefined
	const analyze = (method: FunctionValue): void => {
		const { function: ir } = method
		if (!ir.isAbstract && !ir.isStatic && ir.form !== 'constructor') made ??= makeApart(machine, unit, home, ir)
		analyzeFunction(machine, unit, method, home, made)
	}
	for (const method of home.class.methods) analyze({ function: method, frame: home.frame, self: undefined, home })
	for (const method of home.more) if (method.frame.unit === unit) analyze(method)
}

/** An object, and what the program is after it was made. */
interface Made {
	readonly self: Value
	readonly store: Store
	readonly sawTaint: boolean
	/** Functions that were made with it, and may be called after any method. */
	readonly waiting: readonly FunctionValue[]
}

function makeApart(machine: Machine, unit: ProgramUnit, home: ClassValue, ir: FunctionIr): Made {
	const given = begin(machine, unit)
	const made = isolated(machine, () => {
		const self = instanceOf(machine, home, ir)
		return { self, store: machine.store, sawTaint: machine.sawTaint, waiting: [...machine.waiting] }
	})
	machine.waiting.clear()
	end(machine, given)
	return made
}

/** @returns the budget that the function has */
function begin(machine: Machine, unit: ProgramUnit): number {
	const given = machine.fileBudget > 0 ? budgetAtFirst : budgetAfterwards
	machine.frame = unit.frame
	machine.sawTaint = false
	machine.budget = given
	machine.nesting = 0
	return given
}

function end(machine: Machine, given: number): void {
	machine.fileBudget -= Math.max(0, (machine.sawTaint ? budgetWithTaint : given) - machine.budget)
}

function analyzeFunction(
	machine: Machine,
	unit: ProgramUnit,
	called: FunctionValue,
	home: ClassValue | undefined,
	made?: Made,
): void {
	const { function: ir } = called
	if (ir.isAbstract) {
		machine.frame = unit.frame
		checkAnnotations(machine, ir.annotations)
		return
	}
	const given = begin(machine, unit)
	const isOnMade = made !== undefined && !ir.isStatic && ir.form !== 'constructor'
	isolated(
		machine,
		() => {
			checkAnnotations(machine, ir.annotations)
			if (isOnMade && made.sawTaint) machine.meetTaint()
			if (isOnMade) for (const it of made.waiting) machine.waiting.add(it)
			const self = isOnMade ? made.self : selfOf(machine, unit, ir, home)
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
		},
		isOnMade ? made.store : undefined,
	)
	machine.waiting.clear()
	end(machine, given)
	// Where nothing tainted was met, there is nothing to be missed but what is far away.
	if (machine.budget <= 0 && machine.sawTaint)
		machine.reporter.outOfBudget({ file: unit.file, start: ir.head.start, end: ir.head.end })
}

function selfOf(machine: Machine, unit: ProgramUnit, ir: FunctionIr, home: ClassValue | undefined): Value | undefined {
	if (home) return ir.isStatic ? { ...unknown, classes: [home] } : instanceOf(machine, home, ir)
	return viewSelf(machine, unit, (of, method) => instanceOf(machine, of, method))
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
