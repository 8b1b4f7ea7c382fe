import type { Argument, Expression } from '../../ir/ir.ts'
import type { Machine } from '../machine.ts'
import { unknown, type Value } from '../value.ts'

const mostRuns = 2

/** The call as it is when it runs later: with the arguments that it has now. What a pointer leads to is read then. */
export function withArguments(machine: Machine, call: Expression): Expression {
	if (call.kind !== 'call' || call.arguments.length === 0) return call
	return { ...call, arguments: call.arguments.map((it) => heldArgument(machine, it)) }
}

function heldArgument(machine: Machine, it: Argument): Argument {
	const { value } = it
	if (it.spread || value.kind === 'constant' || value.kind === 'closure' || value.kind === 'unary') return it
	const held: Expression = { kind: 'opaque', parts: [], start: value.start, end: value.end }
	machine.held.set(held, machine.evaluate(value))
	return { ...it, value: held }
}

/** It may run at once, and when others have gone on: with what they have sent and assigned by then. */
export function startConcurrent(machine: Machine, call: Expression): void {
	const later = withArguments(machine, call)
	runBeside(machine, later)
	machine.function.concurrent.push({ call: later, runs: 1 })
}

/** Where the function waits or ends, those that it started have gone on. */
export function runConcurrent(machine: Machine): void {
	if (!machine.sawTaint) return
	for (const it of machine.function.concurrent) {
		if (it.runs >= mostRuns) continue
		it.runs++
		runBeside(machine, it.call)
	}
}

/** One that does not come to its end stops nobody else. */
function runBeside(machine: Machine, call: Expression): void {
	machine.besides++
	machine.evaluate(call)
	machine.besides--
	machine.isDead = false
}

/** Whether code that runs beside others waits here: for what they will send. */
export function waits(machine: Machine, channel: Value): boolean {
	if (machine.besides === 0 || channel.objects.length !== 1 || channel.taint.length > 0) return false
	const state = machine.store.object(channel.objects[0] as number)
	return state?.form === 'list' && state.length === 0 && !state.isOpen && state.other === unknown
}
