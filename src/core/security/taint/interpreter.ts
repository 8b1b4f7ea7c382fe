import { assign } from './assign.ts'
import { callValue } from './calls.ts'
import { evaluate } from './expressions.ts'
import { Machine, type Program, type Reporter } from './machine.ts'
import { withType } from './names.ts'
import { execute } from './statements.ts'

/** A machine with all of its parts. */
export function createMachine(program: Program, reporter: Reporter): Machine {
	return new Machine(program, reporter, { evaluate, execute, assign, callValue, withType })
}
