import { intersectionOf } from './charSet.ts'
import { automatonOf, type RegexAutomaton } from './regexAutomaton.ts'
import { parseRegex, type RegexNode } from './regexSyntax.ts'

/**
 * How the time that a backtracking matcher takes grows with the text, at worst. `linear`: from each start, each character is looked at
 * a bounded number of times. `quadratic` and `cubic` are what a text of the wrong form costs from one start. `reference`: it holds a
 * back reference, and nothing is known but that no loop without it is exponential. `unknown`: it is no regular expression, or too large to be looked through.
 */
export type RegexCost = 'linear' | 'quadratic' | 'cubic' | 'exponential' | 'reference' | 'unknown'

const mostStates = 400
/** Steps of a search, which bound the time that a hostile pattern takes to be judged: about 50 ms. */
const mostSteps = 2_000_000

/** @param flags of the regular expression: `i` and `s` count */
export function costOf(pattern: string, flags = ''): RegexCost {
	const root = pattern.length > 5_000 ? undefined : parseRegex(pattern, flags)
	return root ? costOfNode(root, { steps: mostSteps }) : 'unknown'
}

/** As `costOf`, where the pattern is looked for and nothing has to follow it: a loop that it ends with never has to be gone back into. */
export function costOfSearch(pattern: string, flags = ''): RegexCost {
	const root = pattern.length > 5_000 ? undefined : parseRegex(pattern, flags)
	return root ? costOfNode(endedOnce(root), { steps: mostSteps }) : 'unknown'
}

/** With one round of what it ends with. */
function endedOnce(node: RegexNode): RegexNode {
	switch (node.kind) {
		case 'sequence': {
			const last = node.items.at(-1)
			return last ? { ...node, items: [...node.items.slice(0, -1), endedOnce(last)] } : node
		}
		case 'choice':
			return { ...node, options: node.options.map(endedOnce) }
		case 'repeat':
			return endedOnce(node.of)
		default:
			return node
	}
}

function costOfNode(root: RegexNode, budget: Budget): RegexCost {
	const automaton = automatonOf(root, mostStates)
	if (!automaton) return 'unknown'
	const own = ownCost(automaton, budget)
	// A loop without the reference is as slow as ever; but what looks ahead may keep its ways apart.
	if (automaton.hasReference) return own === 'exponential' && automaton.looks.length === 0 ? own : 'reference'
	const costs = [own, ...[...automaton.looks, ...automaton.atomics].map((it) => costOfNode(it, budget))]
	const worst = costs.reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a))
	// What looks ahead is done once for each time that it is come to.
	return automaton.looks.length > 0 && worst === 'quadratic' ? 'cubic' : worst
}

const order: readonly RegexCost[] = ['linear', 'quadratic', 'cubic', 'exponential', 'reference', 'unknown']

interface Budget {
	steps: number
}

function ownCost(automaton: RegexAutomaton, budget: Budget): RegexCost {
	const loops = componentsOf(automaton)
	if (isExponential(automaton, loops, budget)) return budget.steps <= 0 ? 'unknown' : 'exponential'
	const degree = degreeOf(automaton, loops, budget)
	if (budget.steps <= 0) return 'unknown'
	return degree === 0 ? 'linear' : degree === 1 ? 'quadratic' : 'cubic'
}

/** Whether there are two ways around a loop for one text. */
function isExponential(automaton: RegexAutomaton, loops: readonly number[], budget: Budget): boolean {
	const { sets, next } = automaton
	for (let state = 0; state < sets.length; state++) {
		for (const [to, ways] of next[state] ?? []) {
			if (ways > 1 && loops[state] !== -1 && loops[state] === loops[to]) return true
		}
	}
	const size = sets.length
	// From (p, p) to a pair of two different states: if (p, p) can be come back to, both are ways around.
	for (let state = 0; state < size; state++) {
		if (loops[state] === -1 || !forks(automaton, loops, state)) continue
		const reached = reachOf(automaton, [state * size + state], loops, state, budget)
		for (const pair of reached) {
			const [p, q] = [Math.floor(pair / size), pair % size]
			if (p === q) continue
			if (budget.steps <= 0) return true
			if (reachOf(automaton, [pair], loops, state, budget).has(state * size + state)) return true
		}
	}
	return budget.steps <= 0
}

/** Whether two steps from a state, both in its loop, can take one character. */
function forks({ sets, next }: RegexAutomaton, loops: readonly number[], state: number): boolean {
	const targets = [...(next[state]?.keys() ?? [])].filter((to) => loops[to] === loops[state])
	return targets.some((a, index) => targets.slice(index + 1).some((b) => overlap(sets, a, b)))
}

/** The pairs of states that two ways with the same text lead to, both inside of one loop. */
function reachOf(
	{ sets, next }: RegexAutomaton,
	from: readonly number[],
	loops: readonly number[],
	loopOf: number,
	budget: Budget,
): Set<number> {
	const size = sets.length
	const seen = new Set<number>()
	const waiting = [...from]
	for (let pair = waiting.pop(); pair !== undefined && budget.steps > 0; pair = waiting.pop()) {
		for (const p of next[Math.floor(pair / size)]?.keys() ?? []) {
			if (loops[p] !== loops[loopOf]) continue
			for (const q of next[pair % size]?.keys() ?? []) {
				budget.steps--
				const to = p * size + q
				if (loops[q] !== loops[loopOf] || seen.has(to) || !overlap(sets, p, q)) continue
				seen.add(to)
				waiting.push(to)
			}
		}
	}
	return seen
}

/** How many loops, each after the other, can share one text among them in several ways: 1 for `a*a*`. */
function degreeOf(automaton: RegexAutomaton, loops: readonly number[], budget: Budget): number {
	const inLoops = loops.flatMap((loop, state) => (loop === -1 ? [] : [state]))
	const pairs = new Map<number, Set<number>>()
	for (const p of inLoops) {
		for (const q of inLoops) {
			const [a, b] = [loops[p] ?? -1, loops[q] ?? -1]
			if (a === b || pairs.get(a)?.has(b)) continue
			if (!sharesText(automaton, loops, p, q, budget)) continue
			pairs.set(a, (pairs.get(a) ?? new Set()).add(b))
		}
	}
	const depths = new Map<number, number>()
	const depthOf = (loop: number): number => {
		const known = depths.get(loop)
		if (known !== undefined) return known
		depths.set(loop, 0)
		const depth = Math.max(0, ...[...(pairs.get(loop) ?? [])].map((to) => 1 + depthOf(to)))
		depths.set(loop, depth)
		return depth
	}
	return Math.max(0, ...[...pairs.keys()].map(depthOf))
}

/** Whether one text leads around the loop of p, from p to q, and around the loop of q. */
function sharesText(
	{ sets, next }: RegexAutomaton,
	loops: readonly number[],
	p: number,
	q: number,
	budget: Budget,
): boolean {
	const size = sets.length
	const keyOf = (a: number, b: number, c: number) => (a * size + b) * size + c
	const goal = keyOf(p, q, q)
	const seen = new Set<number>()
	const waiting = [keyOf(p, p, q)]
	for (let key = waiting.pop(); key !== undefined && budget.steps > 0; key = waiting.pop()) {
		const [a, b, c] = [Math.floor(key / size / size), Math.floor(key / size) % size, key % size]
		for (const a2 of next[a]?.keys() ?? []) {
			if (loops[a2] !== loops[p]) continue
			for (const c2 of next[c]?.keys() ?? []) {
				if (loops[c2] !== loops[q]) continue
				const common = intersectionOf(sets[a2] ?? [], sets[c2] ?? [])
				if (common.length === 0) continue
				for (const b2 of next[b]?.keys() ?? []) {
					budget.steps--
					const to = keyOf(a2, b2, c2)
					if (seen.has(to) || intersectionOf(common, sets[b2] ?? []).length === 0) continue
					if (to === goal) return true
					seen.add(to)
					waiting.push(to)
				}
			}
		}
	}
	return budget.steps <= 0
}

function overlap(sets: RegexAutomaton['sets'], a: number, b: number): boolean {
	return intersectionOf(sets[a] ?? [], sets[b] ?? []).length > 0
}

/** By state: the number of the loop that it is in, or -1. Two states are in one loop where each can be reached from the other. */
function componentsOf({ sets, next }: RegexAutomaton): readonly number[] {
	const reach = sets.map((_, state) => reachableFrom(next, state))
	const loops = sets.map(() => -1)
	for (let state = 0; state < sets.length; state++) {
		if (loops[state] !== -1 || !reach[state]?.has(state)) continue
		for (const other of reach[state] ?? []) if (reach[other]?.has(state)) loops[other] = state
	}
	return loops
}

function reachableFrom(next: RegexAutomaton['next'], start: number): Set<number> {
	const seen = new Set<number>()
	const waiting = [start]
	for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
		for (const to of next[state]?.keys() ?? []) {
			if (seen.has(to)) continue
			seen.add(to)
			waiting.push(to)
		}
	}
	return seen
}
