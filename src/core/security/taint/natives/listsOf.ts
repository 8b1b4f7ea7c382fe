import { append } from '../fields.ts'
import { newBag, newList } from '../items.ts'
import type { Machine } from '../machine.ts'
import type { ObjectState } from '../store.ts'
import { boolean, type Value } from '../value.ts'
import { addAll } from './lists.ts'
import type { GlobalCall } from './native.ts'

/*
 * Functions that make a list of what they are given, or put all of it into one.
 */

type Making = (call: GlobalCall) => Value | undefined

export const listOf: Making = ({ machine, values }) => {
	const list = newList(machine, values.positional)
	if (values.rest) addAll(machine, machine.store.ownObject(list.objects[0] as number) as ObjectState, values.rest)
	return list
}

/** `Arrays.asList(words)`: an array that is all that a function of Java takes gives its items, as if they were written one by one. */
export const listOfItems: Making = (call) => {
	const { machine, values } = call
	const [only, ...others] = values.positional
	const isArray = machine.language === 'java' && others.length === 0 && values.rest === undefined
	if (!isArray || !only || !isList(machine, only)) return listOf(call)
	const list = newList(machine, [])
	addAll(machine, machine.store.ownObject(list.objects[0] as number) as ObjectState, only)
	return list
}

/** `Arrays.stream(words)`: of anything but a list that is known a stream is what rules say of it. */
export const streamed: Making = (call) => {
	const { machine, values } = call
	return machine.language === 'java' && isList(machine, values.positional[0]) ? listOfItems(call) : undefined
}

function isList({ store }: Machine, value: Value | undefined): boolean {
	return value?.objects.some((id) => store.object(id)?.form === 'list') === true
}

/** `Collections.addAll(list, "a", "b")`. */
export const addsAll: Making = ({ machine, values }) => {
	const [list, ...items] = values.positional
	if (machine.language !== 'java' || list?.objects.length !== 1) return undefined
	const state =
		machine.store.object(list.objects[0] as number)?.form === 'list' &&
		machine.store.ownObject(list.objects[0] as number)
	if (!state) return undefined
	const [only] = items
	if (items.length === 1 && only && isList(machine, only)) addAll(machine, state, only)
	else for (const it of items) append(state, it)
	if (values.rest) addAll(machine, state, newBag(machine, values.rest))
	return boolean
}

/** `Stream.concat(a, b)`: what both have, in their order. */
export const joinedLists: Making = ({ machine, values: { positional } }) => {
	if (machine.language !== 'java' || !positional.every((it) => it.objects.length > 0)) return undefined
	const list = newList(machine, [])
	for (const it of positional) addAll(machine, machine.store.ownObject(list.objects[0] as number) as ObjectState, it)
	return list
}
