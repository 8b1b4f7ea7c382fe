import { spread } from '../calls/laterTasks.ts'
import { unknown, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'

/** `functools.partial(f, …)`: a function that already has some of its arguments. */
export function partialOf({ machine, values }: GlobalCall): Value | undefined {
	const [callee, ...bound] = values.positional
	if (!callee || (callee.functions.length === 0 && callee.classes.length === 0 && callee.paths.length === 0))
		return undefined
	const id = machine.newObject('object')
	const fields = machine.store.ownObject(id)?.fields
	fields?.set('@function', callee)
	for (const [at, it] of bound.entries()) fields?.set(`@${at}`, it)
	for (const [name, it] of values.keywords) fields?.set(`@@${name}`, it)
	return { ...unknown, functions: [{ native: 'partial', object: id }] }
}

/** `sync_to_async(f)`: a function that is called like the one that it is made of. */
export function wrapperOf({ machine, values, ...call }: GlobalCall): Value | undefined {
	return partialOf({
		...call,
		machine,
		values: { ...values, positional: values.positional.slice(0, 1), keywords: new Map() },
	})
}

/** `Thread(target=f, args=(…))`: it runs once it is started, which it is. */
export function threadOf({ machine, path, values, at }: GlobalCall): Value | undefined {
	const target = values.keywords.get('target') ?? values.positional[1]
	if (!target) return undefined
	const list = values.keywords.get('args') ?? values.positional[3]
	const given = spread(machine, list, values.keywords.get('kwargs') ?? values.positional[4], at)
	machine.parts.callValue(machine, target, undefined, given, at)
	machine.isDead = false
	return { ...unknown, paths: [`${path}()`] }
}
