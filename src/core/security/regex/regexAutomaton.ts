import type { CharSet } from './charSet.ts'
import type { RegexNode } from './regexSyntax.ts'

/**
 * Glushkov's automaton: one state for each place in the pattern that takes a character, and no empty steps. Where there are two ways
 * to get from one state to another without a character between, as in `(a*)*`, the step counts twice.
 */
export interface RegexAutomaton {
	/** What each state took. */
	readonly sets: readonly CharSet[]
	/** By state: where it goes on, and whether there is one way (1) or there are several (2). */
	readonly next: readonly ReadonlyMap<number, Ways>[]
	/** Bodies of what looks ahead or behind. */
	readonly looks: readonly RegexNode[]
	/** What is matched in one way only, and then left as it is: by itself it may still be slow. */
	readonly atomics: readonly RegexNode[]
	readonly hasReference: boolean
}

export type Ways = 1 | 2

interface Part {
	/** How many ways there are to take nothing; 0 where it takes something. */
	readonly empty: 0 | Ways
	readonly first: ReadonlyMap<number, Ways>
	readonly last: ReadonlyMap<number, Ways>
}

const nothing: Part = { empty: 1, first: new Map(), last: new Map() }
/** A repetition with more copies than this is taken for one without end. */
const mostCopies = 12

/** Undefined where it has more than `mostStates` states. */
export function automatonOf(root: RegexNode, mostStates: number): RegexAutomaton | undefined {
	const sets: CharSet[] = []
	const next: Map<number, Ways>[] = []
	const looks: RegexNode[] = []
	const atomics: RegexNode[] = []
	let hasReference = false

	const connect = (last: ReadonlyMap<number, Ways>, first: ReadonlyMap<number, Ways>, times: Ways = 1) => {
		for (const [from, waysFrom] of last) {
			for (const [to, waysTo] of first) {
				const before = next[from]?.get(to) ?? 0
				next[from]?.set(to, capped(before + waysFrom * waysTo * times))
			}
		}
	}
	const sequence = (parts: readonly Part[]): Part => {
		let whole = nothing
		for (const part of parts) {
			connect(whole.last, part.first)
			whole = {
				empty: cappedOr0(whole.empty * part.empty),
				first: whole.empty === 0 ? whole.first : merged(whole.first, scaled(part.first, whole.empty)),
				last: part.empty === 0 ? part.last : merged(part.last, scaled(whole.last, part.empty)),
			}
		}
		return whole
	}
	/** Each copy is there only where the one before it is: there is one way to take two of three. */
	const upTo = (of: RegexNode, times: number): Part => {
		let part = nothing
		for (let copy = 0; copy < times && sets.length <= mostStates; copy++) part = optional(sequence([build(of), part]))
		return part
	}
	const repeat = (of: RegexNode, least: number, most: number): Part => {
		// As many as it says, neither more nor fewer, add no way to match: some of them show as much as all of them.
		const isEndless = most > mostCopies && least !== most
		const copies: Part[] = []
		const needed = isEndless ? Math.max(1, least) : least
		while (copies.length < Math.min(needed, mostCopies) && sets.length <= mostStates) copies.push(build(of))
		if (!isEndless) copies.push(upTo(of, Math.min(most, mostCopies) - copies.length))
		if (isEndless) {
			const loop = copies.pop() ?? nothing
			connect(loop.last, loop.first)
			copies.push(least === 0 ? optional(loop) : loop)
		}
		return most === 0 ? nothing : sequence(copies)
	}
	const taking = (set: CharSet): Part => {
		const state = new Map<number, Ways>([[sets.length, 1]])
		sets.push(set)
		next.push(new Map())
		return { empty: 0, first: state, last: state }
	}
	const build = (node: RegexNode): Part => {
		if (sets.length > mostStates) return nothing
		switch (node.kind) {
			case 'char':
				return taking(node.set)
			case 'sequence':
				return sequence(node.items.map(build))
			case 'choice': {
				const options = node.options.map(build)
				return {
					empty: cappedOr0(options.reduce((sum, { empty }) => sum + empty, 0)),
					first: options.map(({ first }) => first).reduce(merged),
					last: options.map(({ last }) => last).reduce(merged),
				}
			}
			case 'repeat':
				return repeat(node.of, node.least, node.most)
			case 'look':
				looks.push(node.of)
				return nothing
			case 'atomic': {
				atomics.push(node.of)
				// As a reference: no way through it is one of two.
				const part = taking([])
				return node.canBeEmpty ? optional(part) : part
			}
			case 'anchor':
				return nothing
			case 'reference':
				hasReference = true
				// What it takes is not known: no character stands for it, so that no way through it is one of two.
				return taking([])
		}
	}
	build(root)
	return sets.length > mostStates ? undefined : { sets, next, looks, atomics, hasReference }
}

/** An empty round of a repetition does not count, so there is one way to take nothing. */
function optional({ first, last }: Part): Part {
	return { empty: 1, first, last }
}

function merged(a: ReadonlyMap<number, Ways>, b: ReadonlyMap<number, Ways>): ReadonlyMap<number, Ways> {
	const all = new Map(a)
	for (const [state, ways] of b) all.set(state, capped((all.get(state) ?? 0) + ways))
	return all
}

function scaled(states: ReadonlyMap<number, Ways>, times: Ways): ReadonlyMap<number, Ways> {
	return times === 1 ? states : new Map([...states].map(([state]) => [state, 2]))
}

function capped(ways: number): Ways {
	return ways > 1 ? 2 : 1
}

function cappedOr0(ways: number): 0 | Ways {
	return ways === 0 ? 0 : capped(ways)
}
