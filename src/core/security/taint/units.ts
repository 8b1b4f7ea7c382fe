import type { Machine, ProgramUnit } from './machine.ts'
import { nothing } from './value.ts'

/** Runs the top level of a file, once. One that is running already, in a circle of imports, has what it defined so far. */
export function runUnit(machine: Machine, unit: ProgramUnit): void {
	if (unit.state !== 'new') return
	if (machine.importBudget <= 0) {
		unit.state = 'done'
		return
	}
	unit.state = 'running'
	machine.record?.units.push(unit.file)
	const { store, frame, function: context, loops, tries, budget, isDead, sawTaint, ran, stack } = machine
	// What a top level comes to must not depend on who is the first to need it.
	machine.sawTaint = false
	machine.stack = []
	machine.ran = machine.ranAtTop
	machine.store = machine.root
	machine.frame = unit.frame
	machine.function = { base: machine.root, exits: [], deferred: [], concurrent: [], yields: [], function: undefined }
	machine.loops = []
	machine.tries = []
	machine.isDead = false
	for (const name of ['module', 'exports']) {
		const slot = unit.scopes.topSlots.get(name)
		if (slot !== undefined) machine.store.set(unit.frame.base + slot, nothing)
	}
	const given = machine.importBudget
	machine.budget = given
	machine.parts.execute(machine, unit.ir.body)
	machine.importBudget -= Math.max(0, given - machine.budget)
	machine.function.deferred.length = 0
	machine.function.concurrent.length = 0
	machine.store = store
	machine.frame = frame
	machine.function = context
	machine.loops = loops
	machine.tries = tries
	machine.isDead = isDead
	machine.ran = ran
	machine.stack = stack
	machine.budget = Math.max(budget - 1_000, Math.min(budget, 1_000))
	machine.sawTaint ||= sawTaint
	unit.state = 'done'
}
