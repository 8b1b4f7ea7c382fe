import type { Argument, Expression, Name, Target } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine } from '../machine.ts'
import { ownMember } from '../ownMembers.ts'
import { unknown, type Value } from '../value.ts'
import { reportMemory } from './memory.ts'

/*
 * A reference to an element of a `std::vector` leads to nowhere once the vector has moved. Which variables lead into which container is kept
 * by what holds the container: a variable, or a field of an object.
 */

/** Containers that lie in one piece, which grows by being moved. */
const moving = /^(?:std\.)?(?:vector|string|basic_string|wstring)$|^(?:QVector|QList|QByteArray|QString)$/
/** All that lead into it may lead to nowhere afterwards. */
const growing = /^(?:push_back|emplace_back|insert|emplace|resize|assign|append|push_front|prepend|\+=)$/
const emptying = /^(?:clear|shrink_to_fit)$/
const mostViews = 200

/** `@view(variable, container, isReference)`: from here on the variable leads into the container. */
export function viewed(machine: Machine, written: readonly Argument[]): Value {
	const [variable, container, isReference] = written
	if (variable?.value.kind !== 'name' || !container) return unknown
	const cell = machine.cellOf(variable.value)
	const held = machine.evaluate(container.value)
	const key = held.paths.some((it) => moving.test(it)) ? keyOf(machine, container.value) : undefined
	if (cell === undefined || key === undefined) return unknown
	const known = machine.views.get(key)
	if (known) known.add(cell)
	else if (machine.views.size < mostViews) machine.views.set(key, new Set([cell]))
	machine.store.set(staleRoot(cell), 0)
	if (isReference?.value.kind === 'constant' && isReference.value.value === true) machine.references.add(cell)
	return unknown
}

/** A method of a container was called, or a text was added to. */
export function containerChanged(
	machine: Machine,
	holder: Expression | Target,
	method: string,
	given: readonly Argument[],
): void {
	if (machine.views.size === 0 && method !== 'reserve') return
	const isErasing = method === 'erase'
	if (!isErasing && method !== 'reserve' && !growing.test(method) && !emptying.test(method)) return
	const key = keyOf(machine, holder)
	if (key === undefined) return
	if (method === 'reserve') {
		machine.store.set(reservedRoot(key), 1)
		return
	}
	if (!emptying.test(method) && !isErasing && machine.store.checked(reservedRoot(key)) !== 0) return
	// What lies before the place that is taken out stays where it is; that place itself is known.
	const erased = isErasing && given[0]?.value.kind === 'name' ? machine.cellOf(given[0].value) : undefined
	for (const cell of machine.views.get(key) ?? [])
		if (!isErasing || cell === erased) machine.store.set(staleRoot(cell), 1)
}

/** A variable that leads into a container is read. */
export function checkView(machine: Machine, cell: number, at: Name): void {
	if (machine.store.checked(staleRoot(cell)) === 0) return
	machine.store.set(staleRoot(cell), 0)
	reportMemory(machine, 'stale', at)
}

/** It gets another value, and leads elsewhere; a reference does not: what it leads to is written. */
export function renewView(machine: Machine, cell: number, at: Name): void {
	if (machine.references.has(cell)) checkView(machine, cell, at)
	else if (machine.store.checked(staleRoot(cell)) !== 0) machine.store.set(staleRoot(cell), 0)
}

/** A round of a loop declares the variable anew. */
export function forgetView(machine: Machine, cell: number | undefined): void {
	if (cell === undefined) return
	machine.references.delete(cell)
	if (machine.store.checked(staleRoot(cell)) !== 0) machine.store.set(staleRoot(cell), 0)
}

/** A variable gives away what it holds. */
export function giveAway(machine: Machine, cell: number): void {
	machine.store.set(givenRoot(cell), 1)
}

/** It is used: on all ways to here it was given away. */
export function checkGiven(machine: Machine, cell: number, at: CodeSpan): void {
	if (machine.store.checked(givenRoot(cell)) === 0) return
	machine.store.set(givenRoot(cell), 0)
	reportMemory(machine, 'moved', at)
}

/** It gets another value. */
export function forgetGiven(machine: Machine, cell: number | undefined): void {
	if (cell !== undefined && machine.store.checked(givenRoot(cell)) !== 0) machine.store.set(givenRoot(cell), 0)
}

function givenRoot(cell: number): string {
	return `@given:${cell}`
}

function staleRoot(cell: number): string {
	return `@stale:${cell}`
}

function reservedRoot(key: string): string {
	return `@reserved:${key}`
}

/** What holds a container, by the variable or the one object that it is a field of. */
function keyOf(machine: Machine, holder: Expression | Target, depth = 0): string | undefined {
	if (holder.kind === 'name') {
		const cell = machine.cellOf(holder)
		if (cell !== undefined) return `${cell}`
		const member = ownMember(machine, holder)
		return member && depth === 0 ? keyOf(machine, member, 1) : undefined
	}
	if (holder.kind !== 'field' || !isPlain(holder.object)) return undefined
	const { objects } = machine.evaluate(holder.object)
	return objects.length === 1 ? `${objects[0]}.${holder.name}` : undefined
}

function isPlain(expression: Expression): boolean {
	return (
		expression.kind === 'name' ||
		expression.kind === 'self' ||
		(expression.kind === 'field' && isPlain(expression.object))
	)
}
