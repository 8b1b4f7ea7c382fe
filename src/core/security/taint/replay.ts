import type { FunctionIr } from '../ir/ir.ts'
import type { EntryRecord, Remembered } from './entryRecords.ts'
import { matchesStill } from './fileMatches.ts'
import { budgetWithTaint, type Machine, type ProgramUnit } from './machine.ts'
import { runUnit } from './units.ts'

/** Does something that a record is made of. @param ran functions that it is known to depend on */
export function recorded(
	machine: Machine,
	unit: ProgramUnit,
	given: number,
	ran: Iterable<FunctionIr>,
	run: () => void,
): EntryRecord {
	const record = {
		reports: [],
		units: [],
		remembered: new Map<FunctionIr, Remembered>(),
		used: new Map<FunctionIr, Remembered>(),
		handed: new Map<FunctionIr, readonly string[]>(),
		asked: new Map<FunctionIr, boolean>(),
		matched: new Map<string, boolean>(),
		isShared: false,
	}
	const classes = machine.classes.length
	const all = new Set(ran)
	machine.record = record
	machine.ran = all
	run()
	machine.record = undefined
	machine.ran = undefined
	return {
		...record,
		given,
		spent: spentOf(machine, given),
		sawTaint: machine.sawTaint,
		ran: all,
		makesClasses: machine.classes.slice(classes).some((it) => it.frame.unit === unit),
	}
}

/** What the function that was just analyzed took of the file's budget. */
export function spentOf(machine: Machine, given: number): number {
	return Math.max(0, (machine.sawTaint ? budgetWithTaint : given) - machine.budget)
}

/** Whether the analysis would come to the same from where the machine is now. */
export function holdsNow(machine: Machine, record: EntryRecord, given: number): boolean {
	if (record.makesClasses || record.isShared || record.given !== given) return false
	for (const [ir, was] of record.asked) if (machine.handed.has(ir) !== was) return false
	for (const [ir, was] of record.used) if (!isSame(machine.memo.get(ir), was)) return false
	return matchesStill(machine, record.matched)
}

/** What is remembered holds neither objects nor functions. */
function isSame(a: Remembered | undefined, b: Remembered): boolean {
	if (a === b) return true
	return a?.throws === b.throws && JSON.stringify(a.value) === JSON.stringify(b.value)
}

/** Leaves behind what the analysis would. */
export function replay(machine: Machine, record: EntryRecord): void {
	for (const file of record.units) {
		const unit = machine.program.unit(file)
		if (unit) runUnit(machine, unit)
	}
	for (const report of record.reports) {
		if (report.kind === 'sink') machine.reporter.sink(report.at, report.taint, report.place, report.isSure)
		else if (report.kind === 'find') machine.reporter.find(report.at, report.place, report.madeAt)
		else machine.reporter.outOfBudget(report.place)
	}
	for (const [ir, it] of record.remembered) machine.memo.set(ir, it)
	for (const [ir, to] of record.handed) machine.handed.set(ir, to)
	machine.fileBudget -= record.spent
	machine.metTaint ||= record.sawTaint
}
