import type { ForEach, Loop } from '../ir/ir.ts'
import { assume, itemOf, rootsOf } from './checks/facts.ts'
import { deepTaints, itemsOf, keysOf, knownItems, newBag, newList } from './items.ts'
import { argumentsOf, type LoopContext, type Machine } from './machine.ts'
import { hasPointers } from './memory/memory.ts'
import type { Cell, Key, Store } from './store.ts'
import { escapedItem, hasCharacters } from './texts/escapes.ts'
import { constant, constantOf, truthOf, unknown, type Value } from './value.ts'
import { inContext } from './ways.ts'

/** Rounds of a loop whose condition is known each time. */
const mostKnownRounds = 16

/** Rounds after which what a loop does is taken as known. */
const mostOpenRounds = 3

export function loop(machine: Machine, it: Loop): boolean {
	let brokeOnly = false
	const isAlive = inContext(machine, it.label, false, (context) => {
		const ended = rounds(machine, it, context)
		brokeOnly = !ended
		return ended && (it.otherwise.length === 0 || machine.parts.execute(machine, it.otherwise))
	})
	return isAlive || !brokeOnly ? isAlive : false
}

/** @returns whether the loop ends by its condition */
function rounds(machine: Machine, it: Loop, context: LoopContext): boolean {
	let open = 0
	let looked: LookedAt | undefined
	const hasNoEnd = !it.test || it.test.kind === 'constant'
	for (let round = 0; ; round++) {
		const skipsTest = it.testsLast && round === 0
		const test = it.test && !skipsTest ? machine.evaluate(it.test) : undefined
		if (machine.isDead) return true
		const truth = test ? truthOf(test, machine.language) : true
		if (truth === false) {
			if (test) assume(machine, test, false)
			return true
		}
		if (round === mostKnownRounds) lastRound(machine, it, context)
		const isOpen = truth === undefined || hasNoEnd || open > 0 || round >= mostKnownRounds
		if (isOpen) open++
		const accumulated = machine.store
		context.round = accumulated
		context.continues.length = 0
		const { layer, isAlive } = machine.inLayer(() => {
			if (test) assume(machine, test, true)
			return machine.parts.execute(machine, it.body)
		})
		const ways = [...(isAlive ? [layer.cells] : []), ...context.continues.splice(0).map((way) => way.changes)]
		if (hasPointers(machine)) forgetFreed(machine, ways)
		if (ways.length === 0) {
			// Every round ends the loop; if the condition may be false at once, it may also not run at all.
			if (truth === undefined && test) assume(machine, test, false)
			return truth === undefined
		}
		if (!isOpen) {
			accumulated.absorb(ways)
			for (const update of it.update) machine.evaluate(update)
			continue
		}
		if (test && goesThroughAll(machine, it)) looked = lookedAt(machine, ways, looked)
		const { layer: after } = machine.inLayer(() => {
			machine.store.absorb(ways)
			for (const update of it.update) machine.evaluate(update)
			return true
		})
		widen(accumulated, after)
		const changes = accumulated.absorb([new Map(), after.cells])
		if (changes.size === 0 || open >= mostOpenRounds || machine.budget <= 0) {
			if (it.test && truth !== undefined && round < mostKnownRounds) continue
			if (it.test) {
				const last = machine.evaluate(it.test)
				assume(machine, last, false)
				if (looked) assumeAll(machine, looked, test ?? last)
			}
			return it.test !== undefined || context.breaks.length === 0
		}
	}
}

/** What a round gives back is another one than what the next round is about: of the items of a list one stands for all. */
function forgetFreed({ store }: Machine, ways: readonly Map<Key, Cell>[]): void {
	for (const way of ways) {
		for (const [key, cell] of way) {
			if (typeof cell === 'number' || !('fields' in cell) || cell.memory?.freedIn === undefined) continue
			if (store.object(key as number)?.memory?.freedIn === undefined)
				way.set(key, { ...cell, memory: { ...cell.memory, freedIn: undefined } })
		}
	}
}

/** `for (int i = 0; i < text.length(); i++)`: up to an end that the loop did not choose by itself. */
function goesThroughAll(machine: Machine, { test, update }: Loop): boolean {
	if (hasPointers(machine)) return true
	if (!machine.store.hasChecks || update.length === 0 || test?.kind !== 'binary') return false
	return /^(?:<|!=|!==)$/.test(test.operator) && test.left.kind === 'name' && test.right.kind !== 'constant'
}

/** Roots of items that were checked, with the kinds of sinks that they are safe for. */
type LookedAt = ReadonlyMap<string, number>

const item = itemOf('')

/** Of a character of a text, or, where there are no pointers to it, of any item. */
function isOfItem(machine: Machine, key: string): boolean {
	return key.endsWith(item) || (key.includes('.*') && !hasPointers(machine) && /\.\*(?:\.@\d+)*$/.test(key))
}

/** What each round that went on has checked of the item that it looked at. */
function lookedAt(machine: Machine, ways: readonly ReadonlyMap<Key, Cell>[], before: LookedAt | undefined): LookedAt {
	const all = new Map<string, number>()
	const [first, ...more] = ways
	for (const [key, cell] of first ?? []) {
		if (typeof key !== 'string' || !isOfItem(machine, key) || typeof cell !== 'number') continue
		let mask = before ? cell & (before.get(ofAnyRound(key)) ?? 0) : cell
		for (const way of more) mask &= Number(way.get(key) ?? 0)
		if (mask !== 0) all.set(ofAnyRound(key), mask)
	}
	return all
}

/** In the first round it is known which item it is, and later not. */
function ofAnyRound(key: string): string {
	return key.replace(/\.\d+(?=(?:\.@\d+)?\.\[\]$)/, '.*')
}

/** A loop that went through a text to its end and left it nowhere has looked at all of it. */
function assumeAll(machine: Machine, looked: LookedAt, over: Value): void {
	const roots = new Set(deepTaints(machine, over).flatMap((it) => rootsOf(it.root)))
	for (const [key, mask] of looked) {
		// A character may have been put into a variable before.
		const root = key
			.replace(/\.\[\]$/, '')
			.replace(/(?:\.@\d+)+$/, '')
			.replace(/\.\*$/, '')
		if (roots.has(root) || roots.has(`${root}.*`) || roots.size === 0)
			machine.store.set(root, machine.store.checked(root) | mask)
	}
}

/**
 * Of a loop that counts up to a limit that is known but far away, what its last round does to memory. Nothing of it is left afterwards.
 */
function lastRound(machine: Machine, it: Loop, context: LoopContext): void {
	const { test } = it
	if (!hasPointers(machine) || test?.kind !== 'binary' || test.left.kind !== 'name') return
	if (test.operator !== '<' && test.operator !== '<=') return
	const limit = constantOf(machine.evaluate(test.right))
	const cell = machine.cellOf(test.left)
	if (typeof limit !== 'number' || cell === undefined) return
	const { function: running } = machine
	const [exits, breaks, continues] = [running.exits.length, context.breaks.length, context.continues.length]
	const before = context.round
	machine.inLayer(() => {
		context.round = machine.store
		machine.store.set(cell, constant(test.operator === '<' ? limit - 1 : limit))
		return machine.parts.execute(machine, it.body)
	})
	context.round = before
	machine.isDead = false
	running.exits.length = exits
	context.breaks.length = breaks
	context.continues.length = continues
}

/** What a round counts up may be anything after some of them. */
function widen(before: Store, after: Store): void {
	for (const [key, cell] of after.cells) {
		if (typeof key !== 'number' || key < 0 || typeof cell === 'number' || 'fields' in cell) continue
		const known = before.value(key)
		if (!known || known === cell || cell.constants === undefined || known.constants === undefined) continue
		const { constants } = known
		if (cell.constants.some((it) => typeof it === 'number' && !constants.includes(it)))
			after.cells.set(key, { ...cell, constants: undefined })
	}
}

/** Of a map Python goes through the keys. */
function iterated(machine: Machine, value: Value): Value {
	if (machine.language !== 'python' || !value.objects.some((id) => machine.store.object(id)?.form === 'map'))
		return value
	const known = knownItems(machine, value)
	return known
		? newList(
				machine,
				known.map((one) => one.key),
			)
		: newBag(machine, keysOf(machine, value))
}

/** `for (char c : text.toCharArray())`, and `for (char c : text)` of C++. */
function isOfCharacters({ language }: Machine, { iterable }: ForEach): boolean {
	if (language === 'c') return true
	return (
		language === 'java' &&
		iterable.kind === 'call' &&
		iterable.callee.kind === 'field' &&
		iterable.callee.name === 'toCharArray'
	)
}

export function forEach(machine: Machine, it: ForEach): boolean {
	const iterable = iterated(machine, machine.evaluate(it.iterable))
	if (machine.isDead) return true
	return inContext(machine, it.label, false, (context) => {
		const given = iterable.functions.length > 0 ? givenBy(machine, iterable, it) : undefined
		const known = given ? undefined : knownItems(machine, iterable)
		// Of a channel there are values only.
		const isChannel = iterable.paths.includes('@channel')
		if (known && known.length <= mostKnownRounds) {
			for (const { key, value } of known)
				if (!oneRound(machine, it, context, isChannel ? value : key, value, false).goesOn) return false
		} else {
			const item = given ?? itemsOf(machine, iterable, it)
			const key = isChannel ? item : (given ?? keysOf(machine, iterable))
			const value = hasCharacters(machine, iterable) || isOfCharacters(machine, it) ? escapedItem(machine, item) : item
			let looked: LookedAt | undefined
			for (let round = 0; round < mostOpenRounds; round++) {
				const { sawTaint } = machine
				const did = oneRound(machine, it, context, key, value, true)
				if (machine.store.hasChecks) looked = lookedAt(machine, did.ways, looked)
				if (machine.sawTaint === sawTaint && isDone(did)) break
			}
			if (looked) assumeAll(machine, looked, iterable)
		}
		return it.otherwise.length === 0 || machine.parts.execute(machine, it.otherwise)
	})
}

/** What a function hands to the function that it is called with: a loop goes over that (Go). */
function givenBy(machine: Machine, iterable: Value, at: ForEach): Value {
	const id = machine.newObject('object', { isOpen: true })
	const take: Value = { ...unknown, functions: [{ native: 'resolve', object: id }] }
	machine.parts.callValue(machine, iterable, undefined, argumentsOf(take), at)
	return machine.store.object(id)?.fields.get('@value') ?? unknown
}

/** What a round of a loop did. */
interface Round {
	readonly goesOn: boolean
	readonly ways: readonly ReadonlyMap<Key, Cell>[]
	/** What it looked at of what was before it, where that was asked. */
	readonly reads: ReadonlySet<Key> | undefined
	/** What is other than before it. */
	readonly changes: ReadonlyMap<Key, Cell>
}

/** Whether another round would do the same: nothing that this one looked at is other than it was then. */
function isDone({ reads, changes }: Pick<Round, 'reads' | 'changes'>): boolean {
	for (const [key, cell] of changes) {
		if (reads?.has(key)) return false
		// Of roots it is not known which ones were asked for.
		if (typeof key === 'string' && cell !== 0) return false
	}
	return true
}

function oneRound(
	machine: Machine,
	it: ForEach,
	context: LoopContext,
	key: Value,
	value: Value,
	isOptional: boolean,
): Round {
	const accumulated = machine.store
	context.round = accumulated
	context.continues.length = 0
	let reads: ReadonlySet<Key> | undefined
	const { layer, isAlive } = machine.inLayer(() => {
		const recording = isOptional ? machine.store.recordReads() : undefined
		reads = recording?.reads
		if (it.key) machine.parts.assign(machine, it.key, key)
		if (it.target) machine.parts.assign(machine, it.target, value)
		const isAlive = machine.parts.execute(machine, it.body)
		recording?.end()
		return isAlive
	})
	const ways = [...(isAlive ? [layer.cells] : []), ...context.continues.splice(0).map((way) => way.changes)]
	const changes = accumulated.absorb(isOptional ? [new Map(), ...ways] : ways)
	return { goesOn: ways.length > 0 || isOptional, ways, reads, changes }
}
