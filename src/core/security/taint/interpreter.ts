import { assign } from './assign.ts'
import { callValue } from './calls/calls.ts'
import { initializeFields } from './classes.ts'
import type { EntryRecords } from './entryRecords.ts'
import { evaluate } from './expressions.ts'
import { Machine, type Program } from './machine.ts'
import { withType } from './names.ts'
import type { Reporter } from './reporter.ts'
import { execute } from './statements.ts'

/** A machine with all of its parts. */
export function createMachine(program: Program, reporter: Reporter, records?: EntryRecords): Machine {
	return new Machine(program, reporter, { evaluate, execute, assign, callValue, withType, initializeFields }, records)
}
