import { type Machine, noArguments } from './machine.ts'
import type { ObjectState } from './store.ts'
import { type ClassValue, ofObject, unknown, type Value } from './value.ts'

const mostNested = 3
/** What these hold is data, which whoever made the object may have changed. */
const plain = /^java\.(?:lang|io|time|math|net|sql|util(?!\.regex\.))/

/**
 * A field of a service that a container makes (Spring, CDI): what its only constructor leaves there, where that is an object of a library, such as a parser
 * with its settings.
 */
export function serviceField(machine: Machine, id: number, state: ObjectState, name: string): Value | undefined {
	const { class: of } = state
	if (machine.language !== 'java' || !of || !isUnmade(machine, state, of, name)) return undefined
	if (machine.making.length >= mostNested || machine.making.includes(of.class)) return undefined
	const constructors = of.class.methods.filter((it) => it.form === 'constructor')
	const [made] = constructors
	if (constructors.length > 1) return undefined
	const self = ofObject(id)
	const { isDead } = machine
	machine.making.push(of.class)
	machine.parts.initializeFields(machine, of, self, 0)
	if (made) {
		const functions = [{ function: made, frame: of.frame, self, home: of }]
		machine.parts.callValue(machine, { ...unknown, functions }, self, { ...noArguments, rest: unknown }, made.head)
		machine.isDead = isDead
	}
	machine.making.pop()
	return machine.store.object(id)?.fields.get(name)
}

function isUnmade(machine: Machine, state: ObjectState, of: ClassValue, name: string): boolean {
	if (!state.isOpen || state.form !== 'instance' || state.fields.size > 0 || state.other !== unknown) return false
	const field = of.class.form === 'class' ? of.class.fields.find((it) => it.name === name) : undefined
	if (!field?.type || field.isStatic) return false
	const { frame } = machine
	// Types are named as they are in the class.
	machine.frame = { ...of.frame, home: of }
	const { paths } = machine.parts.withType(machine, unknown, field.type)
	machine.frame = frame
	return paths.some((it) => !plain.test(it) && machine.rules.knows(it))
}
