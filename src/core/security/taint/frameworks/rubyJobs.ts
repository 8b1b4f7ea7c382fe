import type { CodeSpan } from '../../tree/codeNode.ts'
import { instantiate } from '../classes.ts'
import { type ArgumentValues, type Machine, noArguments, withoutFirst } from '../machine.ts'
import { basePaths, findMember } from '../members.ts'
import { type ClassValue, joinValues, unknown, type Value } from '../value.ts'

/** Methods of a class of jobs that have its `perform` run, and how many of their arguments say when. */
const enqueuing: ReadonlyMap<string, number> = new Map([
	['perform_async', 0],
	['perform_later', 0],
	['perform_now', 0],
	['perform_inline', 0],
	['perform_sync', 0],
	['perform_in', 1],
	['perform_at', 1],
	['perform_with_delay', 1],
])

/** Methods of Resque, Delayed Job and Que that take the job, and how many arguments come before it. */
const queues: ReadonlyMap<string, number> = new Map([
	['enqueue', 0],
	['enqueue_to', 1],
	['enqueue_in', 1],
	['enqueue_at', 1],
	['enqueue_in_with_queue', 2],
])

/** What gives the class or object again, with options for how the call after it is run. */
const options = /^(?:set|delay|delay_for|delay_until)$/

/**
 * A call that a queue of jobs hands to another method, at once or later: `CleanJob.perform_later(id)` runs `perform(id)`. Undefined for all others.
 */
export function queuedCall(
	machine: Machine,
	receiver: Value,
	target: Value,
	name: string,
	values: ArgumentValues,
	at: CodeSpan,
): Value | undefined {
	if (target.functions.length > 0) return undefined
	const when = enqueuing.get(name)
	if (when !== undefined && receiver.classes.length > 0)
		return perform(machine, receiver.classes, withoutFirst(values, when), at)
	if (options.test(name) && isJob(machine, receiver)) return receiver
	const before = queues.get(name)
	if (before === undefined) return ofMailer(machine, receiver, name, values, at)
	const job = values.positional[before]
	if (job && job.classes.length > 0) return perform(machine, job.classes, withoutFirst(values, before + 1), at)
	if (job && job.objects.length > 0) return performObject(machine, job, at)
	return receiver.classes.length > 0 ? perform(machine, receiver.classes, values, at, 'run') : undefined
}

/** Resque calls a method of the class, the others one of an object of it. */
function perform(
	machine: Machine,
	classes: readonly ClassValue[],
	values: ArgumentValues,
	at: CodeSpan,
	name = 'perform',
): Value | undefined {
	let result: Value | undefined
	for (const of of classes) {
		if (!hasMethod(of, name)) continue
		const self = instantiate(machine, of, noArguments, at)
		const method = findMember(machine, of, name, self)
		if (!method || method.functions.length === 0) continue
		const given = machine.parts.callValue(machine, { ...method, paths: [] }, self, values, at)
		machine.isDead = false
		result = result ? joinValues(result, given) : given
	}
	// What comes back is a number of the job.
	return result && unknown
}

function performObject(machine: Machine, job: Value, at: CodeSpan): Value | undefined {
	for (const id of job.objects) {
		const of = machine.store.object(id)?.class
		const method = of && hasMethod(of, 'perform') ? findMember(machine, of, 'perform', job) : undefined
		if (!method || method.functions.length === 0) continue
		machine.parts.callValue(machine, { ...method, paths: [] }, job, noArguments, at)
		machine.isDead = false
		return unknown
	}
	return undefined
}

function hasMethod(of: ClassValue, name: string, depth = 0): boolean {
	if (of.class.methods.some((it) => it.name === name)) return true
	return depth < 5 && of.bases.some((base) => base.classes.some((one) => hasMethod(one, name, depth + 1)))
}

function isJob(machine: Machine, { classes, objects }: Value): boolean {
	const all = [...classes, ...objects.flatMap((id) => machine.store.object(id)?.class ?? [])]
	return all.some((it) => hasMethod(it, 'perform'))
}

/** `ReceiptMailer.paid(order)` runs the method on a mailer that is made for it. */
function ofMailer(
	machine: Machine,
	{ classes }: Value,
	name: string,
	values: ArgumentValues,
	at: CodeSpan,
): Value | undefined {
	for (const of of classes) {
		const isMailer = basePaths(of).some((it) => /(?:^|\.)(?:ActionMailer\.Base|ApplicationMailer)$/.test(it))
		if (!isMailer || !hasMethod(of, name)) continue
		const self = instantiate(machine, of, noArguments, at)
		const method = findMember(machine, of, name, self)
		if (!method || method.functions.length === 0) continue
		machine.parts.callValue(machine, { ...method, paths: [] }, self, values, at)
		machine.isDead = false
		return unknown
	}
	return undefined
}
