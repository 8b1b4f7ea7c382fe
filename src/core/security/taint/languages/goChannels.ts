import type { Expression, FunctionIr } from '../../ir/ir.ts'
import { deepTaints, newList } from '../items.ts'
import { type ArgumentValues, type Machine, noArguments, type ProgramUnit } from '../machine.ts'
import type { FunctionValue, Value } from '../value.ts'
import { unknown } from '../value.ts'

const mostReceivers = 3

/**
 * `s.jobs <- data`, and methods that take out of this field of the same object, or functions that take out of this variable of the file: they run for
 * as long as the program does, started where nobody sees both.
 */
export function sentToOthers(machine: Machine, channel: Expression, receiver: Value, { positional }: ArgumentValues) {
	if (machine.language !== 'go' || machine.function.function === undefined) return
	const sent = positional[0]
	if (!sent || deepTaints(machine, sent).length === 0) return
	if (channel.kind === 'field') ofField(machine, channel.object, channel.name, receiver, sent)
	else if (channel.kind === 'name') ofVariable(machine, channel.name, receiver)
}

function ofField(machine: Machine, holder: Expression, name: string, channel: Value, sent: Value): void {
	const held = machine.evaluate(holder)
	const id = held.objects.length === 1 ? held.objects[0] : undefined
	const home = id === undefined ? undefined : machine.store.object(id)?.class
	if (id === undefined || !home) return
	const receivers = home.more.filter((it) => takesFrom(it, name, true))
	if (receivers.length === 0) return
	if (channel.objects.length === 0)
		machine.store.ownObject(id)?.fields.set(name, { ...newList(machine, [sent]), paths: ['@channel'] })
	for (const it of receivers.slice(0, mostReceivers)) follow(machine, { ...it, self: held }, held)
}

function ofVariable(machine: Machine, name: string, { objects }: Value): void {
	const { unit } = machine
	// A channel of the function is followed where it is handed over.
	if (objects.length === 0 || !isOfFile(unit, name)) return
	const { frame } = machine
	machine.frame = unit.frame
	const functions = unit.ir.body.flatMap((it): FunctionValue[] => {
		if (it.kind !== 'function') return []
		const made: FunctionValue = { function: it.function, frame: unit.frame, self: undefined, home: undefined }
		return takesFrom(made, name, false) ? [made] : []
	})
	machine.frame = frame
	for (const it of functions.slice(0, mostReceivers)) follow(machine, it, undefined)
}

function isOfFile({ ir }: ProgramUnit, name: string): boolean {
	return ir.body.some((it) => it.kind === 'declare' && it.target.kind === 'name' && it.target.name === name)
}

/** Whether its text says that it takes out of that. */
function takesFrom({ function: ir, frame }: FunctionValue, name: string, isField: boolean): boolean {
	if (!/^\w+$/.test(name)) return false
	const { text } = frame.unit as ProgramUnit
	const taken = new RegExp(`(?:\\brange|<-) ?${isField ? '(?:\\w+\\.){1,4}' : ''}${name}\\b(?!\\s*<-|\\.)`)
	return taken.test(text.slice(ir.start, ir.end))
}

function follow(machine: Machine, it: FunctionValue, self: Value | undefined): void {
	if (isRunning(machine, it.function)) return
	const { isDead } = machine
	machine.parts.callValue(
		machine,
		{ ...unknown, functions: [it] },
		self,
		{ ...noArguments, rest: unknown },
		it.function.head,
	)
	machine.isDead = isDead
}

function isRunning({ stack }: Machine, ir: FunctionIr): boolean {
	return stack.includes(ir)
}
