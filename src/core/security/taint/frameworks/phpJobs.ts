import type { CodeSpan } from '../../tree/codeNode.ts'
import { instantiate } from '../classes.ts'
import { type ArgumentValues, type Machine, noArguments, withoutFirst } from '../machine.ts'
import { basePaths, findMember } from '../members.ts'
import { type ClassValue, ofObject, unknown, type Value } from '../value.ts'

/** Methods that Laravel gives to the class of a job, and how many of their arguments say whether it runs. */
const dispatching: ReadonlyMap<string, number> = new Map([
	['dispatch', 0],
	['dispatchSync', 0],
	['dispatchNow', 0],
	['dispatchAfterResponse', 0],
	['dispatchIf', 1],
	['dispatchUnless', 1],
])

/** What hands an object of a job to the queue: functions, facades, and methods of buses and controllers. */
const handing = /^(?:dispatch|dispatch_sync|dispatchSync|dispatchNow|dispatchAfterResponse|push|later|chain)$/
const mostJobs = 4

/** `ResizeImage::dispatch($file)`: a job is made with the arguments, and its `handle` runs in a worker. Undefined for all others. */
export function dispatchedCall(
	machine: Machine,
	receiver: Value,
	target: Value,
	name: string,
	values: ArgumentValues,
	at: CodeSpan,
): Value | undefined {
	const settings = dispatching.get(name)
	if (machine.language !== 'php' || settings === undefined || target.functions.length > 0) return undefined
	let isJob = false
	for (const of of receiver.classes) {
		if (!runsLater(of)) continue
		isJob = true
		handle(machine, of, instantiate(machine, of, withoutFirst(values, settings), at), at)
	}
	return isJob ? unknown : undefined
}

/** `dispatch(new ResizeImage($file))`, `Bus::dispatch(…)`, `$this->dispatch(…)`. */
export function handedJobs(machine: Machine, name: string, { positional }: ArgumentValues, at: CodeSpan): void {
	if (machine.language !== 'php' || !machine.sawTaint || !handing.test(name)) return
	for (const id of positional.flatMap((it) => it.objects).slice(0, mostJobs)) {
		const of = machine.store.object(id)?.class
		if (of && runsLater(of)) handle(machine, of, ofObject(id), at)
	}
}

/** What a worker runs ends nothing here. */
function handle(machine: Machine, of: ClassValue, self: Value, at: CodeSpan): void {
	const method = findMember(machine, of, 'handle', self)
	if (!method || method.functions.length === 0) return
	machine.parts.callValue(machine, { ...method, paths: [] }, self, noArguments, at)
	machine.isDead = false
}

function runsLater(of: ClassValue): boolean {
	return of.class.methods.some((it) => it.name === 'handle') && basePaths(of).some((it) => jobType.test(it))
}

const jobType = /(?:^|\.)(?:ShouldQueue|Dispatchable|Queueable|ShouldBeUnique|InteractsWithQueue)$/
