import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Parameter } from '../../ir/ir.ts'
import { initializeFields } from '../classes.ts'
import { newList } from '../items.ts'
import { type ArgumentValues, argumentsOf, type Machine, type ProgramUnit } from '../machine.ts'
import { basePaths, findMember } from '../members.ts'
import { typeNamed } from '../names.ts'
import { type ClassValue, ofObject, unknown, type Value } from '../value.ts'

const mostWorkers = 4
const deepestService = 3
/** What one side puts into and another takes out of. */
const queueType =
	/^(?:System\.(?:Threading\.Channels|Collections\.(?:Generic|Concurrent))\.)?(?:Channel|ChannelWriter|ChannelReader|ConcurrentQueue|ConcurrentBag|ConcurrentStack|BlockingCollection|Queue)$/
const workerType = /(?:^|\.)(?:BackgroundService|IHostedService|IHostedLifecycleService)$/
const workerMethod = /^(?:ExecuteAsync|StartAsync|StartedAsync)$/

/**
 * The one object that a program of C# hands to all its handlers which ask for this type: what one leaves in it, another finds. Only for what
 * the top level of a file itself makes known as that, for handlers that stand there.
 */
export function sharedService(machine: Machine, parameter: Parameter): Value | undefined {
	if (machine.language !== 'csharp' || machine.function.function !== undefined) return undefined
	return serviceFor(machine, machine.unit, machine.unit, parameter, 0)
}

/** @param home where it is registered @param unit where the type is written */
function serviceFor(
	machine: Machine,
	home: ProgramUnit,
	unit: ProgramUnit,
	parameter: Parameter,
	depth: number,
): Value | undefined {
	const { type } = parameter
	if (type === undefined || depth > deepestService) return undefined
	const written = writtenType(unit, parameter)
	const name = type.slice(type.lastIndexOf('.') + 1)
	const key = written.replace(/^Channel(?:Reader|Writer)(?=<)/, 'Channel').replace(/\s+/g, '')
	const known = machine.services.get(key)
	if (known?.objects.every((id) => machine.store.object(id) !== undefined)) return known
	if (!/^\w+$/.test(name)) return undefined
	const registered = registeredAs(home.text, name)
	const isQueue = queueType.test(type)
	if (registered === undefined && !(isQueue && registeredAs(home.text, 'Channel') !== undefined)) return undefined
	const made = isQueue
		? { ...newList(machine, []), paths: [type] }
		: madeService(machine, home, registered ?? name, depth)
	if (made) machine.services.set(key, made)
	return made
}

/** The type with its type arguments, as it stands in front of the name. */
function writtenType({ text }: ProgramUnit, { start, target }: Parameter): string {
	return text
		.slice(start, target.start)
		.replace(/^(?:\s*\[[^\]]*\])+/, '')
		.trim()
		.replace(/^(?:[a-z]\w*\s+)+/, '')
		.replace(/^(?:\w+\.)+/, '')
}

/** The class that stands for a type, where a text says that there is one object of it. */
function registeredAs(text: string, name: string): string | undefined {
	const own = escapePattern(name)
	const found = new RegExp(
		`\\bAddSingleton(?:<(?:${own}\\b[^;(]{0,200}?,\\s*(\\w+)|${own}\\b)|[^;]{0,200}\\b${own}\\b)`,
	).exec(text)
	return found ? (found[1] ?? name) : undefined
}

function madeService(machine: Machine, home: ProgramUnit, name: string, depth: number): Value | undefined {
	const of = typeNamed(machine, name)?.classes[0]
	if (!of || of.class.form === 'interface') return undefined
	return construct(machine, home, of, depth)
}

function construct(machine: Machine, home: ProgramUnit, of: ClassValue, depth: number): Value {
	const self = {
		...ofObject(machine.newObject('instance', { ofClass: of, isOpen: true })),
		paths: basePaths(of).slice(0, 4),
	}
	initializeFields(machine, of, self, 0)
	const made = of.class.methods.find((it) => it.form === 'constructor' && !it.isStatic)
	if (!made) return self
	const unit = of.frame.unit as ProgramUnit
	const given = made.parameters.map((it) => serviceFor(machine, home, unit, it, depth + 1) ?? unknown)
	call(
		machine,
		{ ...unknown, functions: [{ function: made, frame: of.frame, self, home: of }] },
		self,
		argumentsOf(...given),
	)
	return self
}

function call(machine: Machine, callee: Value, self: Value, values: ArgumentValues): void {
	const [it] = callee.functions
	if (!it || 'native' in it) return
	machine.parts.callValue(machine, callee, self, values, it.function.head)
	machine.isDead = false
}

/** Workers of the program that run beside its handlers find what these have left in what they share. */
export function runWorkers(machine: Machine, unit: ProgramUnit): void {
	if (machine.services.size === 0 || !machine.sawTaint) return
	const names = [...unit.text.matchAll(/\bAddHostedService<(?:\w+\.)*(\w+)>/g)].slice(0, mostWorkers)
	for (const [, name = ''] of names) {
		const of = typeNamed(machine, name)?.classes[0]
		if (!of || !basePaths(of).some((it) => workerType.test(it))) continue
		const self = construct(machine, unit, of, 0)
		for (const method of of.class.methods) {
			if (method.isAbstract || !workerMethod.test(method.name ?? '')) continue
			const found = findMember(machine, of, method.name ?? '', self)
			if (found) call(machine, found, self, argumentsOf())
		}
	}
}
