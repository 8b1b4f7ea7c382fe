import { costOf, costOfSearch, type RegexCost } from '../../regex/slowRegex.ts'
import type { Machine } from '../machine.ts'

/** How long matching takes, from each start in the text. */
export function regexCost(machine: Machine, pattern: string, flags: string): RegexCost {
	const key = `${machine.language === 'csharp' ? 'search' : ''}${flags}/${pattern}`
	const known = machine.rules.cache.regexCosts.get(key)
	if (known) return known
	// All that matches in C# looks for the pattern.
	const cost = machine.language === 'csharp' ? costOfSearch(pattern, flags) : costOf(pattern, flags)
	machine.rules.cache.regexCosts.set(key, cost)
	return cost
}
