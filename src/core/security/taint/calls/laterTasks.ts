import type { Argument, Call } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { deepTaints, itemsOf, knownItems } from '../items.ts'
import { type ArgumentValues, argumentsOf, type Machine, noArguments } from '../machine.ts'
import { type FunctionValue, unknown, type Value } from '../value.ts'

/** What queues of tasks put on the functions that they decorate: calls with the same arguments, only later (Celery, Dramatiq, RQ, Procrastinate, Ray, Prefect). */
const callsLater = new Set([
	'delay',
	'send',
	'defer',
	'defer_async',
	'remote',
	'submit',
	'spawn',
	'call_local',
	'schedule_now',
])
/** Those that take the arguments as a list and a map. */
const appliesLater = new Set(['apply_async', 'apply', 'send_with_options', 'signature', 'subtask'])
/** A call that others are chained to: what came before it stands in front of the arguments. */
const chained = new Set(['s', 'si'])
/** Those that only say how it is run. */
const settings = new Set(['options', 'configure', 'with_options', 'set'])

/** `task.delay(x)`: the task runs with the arguments, in a worker. */
export function taskCall(
	machine: Machine,
	call: Call,
	receiver: Value,
	name: string,
	values: ArgumentValues,
): Value | undefined {
	const tasks = receiver.functions.filter(
		(it): it is FunctionValue => !('native' in it) && it.function.annotations.length > 0,
	)
	if (tasks.length === 0) return undefined
	if (settings.has(name)) return receiver
	const isApplied = appliesLater.has(name)
	if (!isApplied && !callsLater.has(name) && !chained.has(name)) return undefined
	const given = isApplied ? spreadArguments(machine, values, call) : { ...values, written: [] }
	for (const it of tasks) {
		const own = [...(isBound(it) ? [unknown] : []), ...(name === 's' ? before(it, given) : [])]
		const all = { ...given, positional: [...own, ...given.positional] }
		machine.parts.callValue(machine, { ...unknown, functions: [it] }, undefined, all, call)
		// What ends the task ends nothing here.
		machine.isDead = false
	}
	return unknown
}

/** `bind=True`: the task itself is the first parameter. */
function isBound({ function: { annotations } }: FunctionValue): boolean {
	const isTrue = ({ keyword, value }: Argument) =>
		keyword === 'bind' && value.kind === 'constant' && value.value === true
	return annotations.some((it) => it.arguments.some(isTrue))
}

/** What the task before it in a chain gives, where an argument is missing. */
function before(it: FunctionValue, { positional, keywords }: ArgumentValues): readonly Value[] {
	const needed = it.function.parameters.filter((one) => one.initial === undefined && one.rest === undefined).length
	return positional.length + keywords.size + (isBound(it) ? 1 : 0) < needed ? [unknown] : []
}

/** `args` and `kwargs`, by their names or in this order. */
function spreadArguments(machine: Machine, { positional, keywords }: ArgumentValues, at: Call): ArgumentValues {
	return spread(machine, keywords.get('args') ?? positional[0], keywords.get('kwargs') ?? positional[1], at)
}

/** Arguments that stand in a list and a map. */
export function spread(
	machine: Machine,
	list: Value | undefined,
	map: Value | undefined,
	at: CodeSpan,
): ArgumentValues {
	const items = list && knownItems(machine, list)
	const named = (map && knownItems(machine, map)) ?? []
	return {
		positional: items?.map((it) => it.value) ?? [],
		keywords: new Map(
			named.flatMap(({ key, value }) => {
				const [name] = key.constants ?? []
				return typeof name === 'string' ? [[name, value] as const] : []
			}),
		),
		rest: items || !list ? undefined : itemsOf(machine, list, at),
		written: [],
	}
}

/** Methods of pools that take the arguments as a list. */
const takesList = new Set(['apply', 'apply_async', 'starmap', 'starmap_async'])
/** Methods that call a function with each item of what stands behind it. */
const takesItems = new Set(['map', 'map_async', 'imap', 'imap_unordered'])

/**
 * What a library calls a function with that it is handed together with its arguments: `submit(f, x)`, `run_in_executor(None, f, x)`,
 * `Timer(1, f, args=[x])`, `pool.map(f, xs)`; undefined where there is nothing to be followed in them.
 */
export function handedArguments(
	machine: Machine,
	{ positional, keywords, rest }: ArgumentValues,
	name: string,
	position: number | string,
	at: Call,
): ArgumentValues | undefined {
	const behind = typeof position === 'number' ? positional.slice(position + 1) : []
	const list = keywords.get('args')
	const map = keywords.get('kwargs')
	const all = [...behind, ...keywords.values(), ...(rest ? [rest] : [])]
	if (!all.some((it) => deepTaints(machine, it).length > 0)) return undefined
	if (list || map) return spread(machine, list, map, at)
	if (takesList.has(name)) return spread(machine, behind[0], behind[1], at)
	if (takesItems.has(name)) return argumentsOf(...behind.map((it) => itemsOf(machine, it, at)))
	return { ...noArguments, positional: behind, keywords, rest }
}
