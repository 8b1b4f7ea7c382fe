import { costOf, type RegexCost } from '../../regex/slowRegex.ts'
import type { Machine } from '../machine.ts'

/** How long matching takes, from each start in the text. */
export function regexCost(machine: Machine, pattern: string, flags: string): RegexCost {
	const key = `${flags}/${pattern}`
	const known = machine.rules.cache.regexCosts.get(key)
	if (known) return known
	const cost = costOf(pattern, flags)
	machine.rules.cache.regexCosts.set(key, cost)
	return cost
}
