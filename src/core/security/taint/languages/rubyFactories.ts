import { someNode } from '../../ir/irNodes.ts'
import { type Machine, noArguments } from '../machine.ts'
import { type ClassValue, joinValues, unknown, type Value } from '../value.ts'

/** Names of methods of a class that make an object of it out of something that they read. */
const making =
	/^(?:load|read|parse|open|build|decode|restore|deserialize|import|from(?:_\w+)?|(?:load|read|parse|build)_\w+)$/

const mostFactories = 3

/**
 * What the methods of a class leave in the fields of objects that they make (`Manifest.load(path)`): nobody in the file needs to call one of them for
 * other methods to work with it.
 */
export function runFactories(machine: Machine, home: ClassValue, id: number): void {
	const factories = home.class.methods.filter(
		(it) =>
			it.isStatic &&
			making.test(it.name ?? '') &&
			someNode(it.body, ({ kind, isNew }) => kind === 'call' && isNew === true),
	)
	for (const method of factories.slice(0, mostFactories)) {
		const self: Value = { ...unknown, classes: [home] }
		const callee: Value = { ...unknown, functions: [{ function: method, frame: home.frame, self, home }] }
		const made = machine.parts.callValue(machine, callee, self, { ...noArguments, rest: unknown }, method.head)
		machine.isDead = false
		const state = machine.store.ownObject(id)
		for (const one of made.objects) {
			const other = machine.store.object(one)
			if (!state || one === id || other?.class !== home) continue
			for (const [name, value] of other.fields) {
				const own = state.fields.get(name)
				state.fields.set(name, own ? joinValues(own, value) : value)
			}
		}
	}
}
