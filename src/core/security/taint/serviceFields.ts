import type { ClassIr } from '../ir/ir.ts'
import { someNode } from '../ir/irNodes.ts'
import { type Machine, noArguments } from './machine.ts'
import { deepestBase } from './members.ts'
import type { ObjectState } from './store.ts'
import { type ClassValue, ofObject, unknown, type Value } from './value.ts'

const mostNested = 3
const mostForField = 600
/** What these hold is data, which whoever made the object may have changed. */
const plain = /^java\.(?:lang|io|time|math|net|sql|util(?!\.regex\.))/

/**
 * A field of a service that a container makes (Spring, CDI): what its only constructor leaves there, where that is an object of a library, such as a parser
 * with its settings.
 */
export function serviceField(machine: Machine, id: number, state: ObjectState, name: string): Value | undefined {
	const { class: of } = state
	if (of && dynamic.has(machine.language)) return madeField(machine, id, state, of, name)
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

/** Languages in which a field needs no type: what it is stands in what it begins with. */
const dynamic: ReadonlySet<string> = new Set(['javascript', 'python', 'php'])

/**
 * A field of an object that others hand over and of which only the class is known: the object of a library, of the program or of both that it begins with, or
 * that the constructor puts there. What it may hold else, such as a number, may have changed since.
 */
function madeField(
	machine: Machine,
	holder: number,
	state: ObjectState,
	of: ClassValue,
	name: string,
): Value | undefined {
	if (!state.isOpen || state.form !== 'instance' || state.fields.has(name)) return undefined
	// A constructor may be long, and what it leaves in other fields is asked for as well.
	const known = machine.madeFields.get(of)
	if (known?.has(name) || !isSet(machine, of, name)) return undefined
	if (machine.making.length >= mostNested || machine.making.includes(of.class)) return undefined
	const { isDead } = machine
	// What a constructor does for pages of code is not worth what it takes.
	const rest = Math.max(0, machine.budget - mostForField)
	machine.budget -= rest
	machine.making.push(of.class)
	const id = machine.newObject('instance', { ofClass: of, isOpen: true })
	const self = ofObject(id)
	machine.parts.initializeFields(machine, of, self, 0)
	const made = of.class.methods.find((it) => it.form === 'constructor' && !it.isAbstract)
	if (made) {
		const functions = [{ function: made, frame: of.frame, self, home: of }]
		machine.parts.callValue(machine, { ...unknown, functions }, self, { ...noArguments, rest: unknown }, made.head)
		machine.isDead = isDead
	}
	machine.making.pop()
	machine.budget = Math.max(0, machine.budget) + rest
	const value = machine.store.object(id)?.fields.get(name)
	const isOwn = machine.language === 'php' && value?.objects.some((id) => machine.store.object(id)?.class)
	if (!value || isOwn || (value.objects.length === 0 && !value.paths.some((it) => !it.startsWith('?')))) {
		machine.madeFields.set(of, new Set([...(known ?? []), name]))
		return undefined
	}
	const field = { ...value, constants: undefined }
	machine.store.ownObject(holder)?.fields.set(name, field)
	return field
}

/** Whether the class, or one that it extends, says what the field begins with. */
function isSet(machine: Machine, of: ClassValue, name: string, depth = 0): boolean {
	const { fields, methods }: ClassIr = of.class
	const field = fields.find((it) => it.name === name)
	if (field?.isStatic || methods.some((it) => it.name === name)) return false
	if (field?.initial) return true
	// What is declared without a value is what its type says.
	if (field?.type !== undefined && machine.language !== 'php') return false
	const made = methods.find((it) => it.form === 'constructor')
	if (made && someNode(made.body, (it) => it.kind === 'assign' && isField(it.target, name))) return true
	return (
		depth < deepestBase && of.bases.some((base) => base.classes.some((one) => isSet(machine, one, name, depth + 1)))
	)
}

function isField(target: unknown, name: string): boolean {
	const { kind, name: written } = (target ?? {}) as { readonly kind?: unknown; readonly name?: unknown }
	return kind === 'field' && written === name
}
