import type { Call } from '../../ir/ir.ts'
import { declaredParameter } from '../frameworks/declaredParameters.ts'
import { queuedCall } from '../frameworks/rubyJobs.ts'
import { readsSession, sessionValue } from '../frameworks/sessionValues.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { type Value, withTaint } from '../value.ts'
import { attribute, handedToBlock, settingNamed } from './ruby.ts'

/** What a method of Ruby gives that frameworks define: of a session, parameters, settings, attributes, jobs. */
export function rubyAnswer(
	machine: Machine,
	call: Call,
	receiver: Value,
	target: Value,
	name: string,
	values: ArgumentValues,
): Value | undefined {
	const [key] = readsSession(name) ? values.positional : []
	const session = readsSession(name) ? sessionValue(machine, receiver, key) : undefined
	if (session) return session
	const declared = key && values.positional.length === 1 ? declaredParameter(machine, receiver, key) : undefined
	if (declared) return declared
	const setting = settingNamed(machine, receiver, name)
	if (setting && target.functions.length === 0) return setting
	const held = attribute(machine, call, receiver, target, name)
	if (held) return withTaint(held, receiver.taint)
	return (
		handedToBlock(machine, receiver, name, values, call) ?? queuedCall(machine, receiver, target, name, values, call)
	)
}
