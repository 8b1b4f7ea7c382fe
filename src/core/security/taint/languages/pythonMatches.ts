import { factsOf } from '../checks/facts.ts'
import { allKinds, maskOf } from '../taint.ts'
import { beginsHarmless, beginsWithName, masksOfMatch } from '../texts/matchedText.ts'
import { isLocalPattern } from '../texts/regexes.ts'
import type { Fact, Value } from '../value.ts'

export type PythonMatch = 'match' | 'fullmatch' | 'search'

export function isPythonMatch(name: string): name is PythonMatch {
	return name === 'match' || name === 'fullmatch' || name === 'search'
}

/**
 * What `re.match`, `re.fullmatch` and `re.search` say of a text, where they find something and where they do not.
 * `parts`: what groups of the match are safe for, which need not begin where the text does.
 */
export function pythonMatchFacts(
	{ taint }: Value,
	name: PythonMatch,
	pattern: string,
	flags: string,
): { readonly parts: number; readonly facts: readonly Fact[] } {
	if (taint.length === 0) return { parts: 0, facts: [] }
	const written = pattern.replaceAll('\\Z', '$').replaceAll('(?P<', '(?<')
	const begun = name !== 'search' && !written.startsWith('^') ? `^${grouped(written)}` : written
	const whole = name === 'fullmatch' && !written.endsWith('$') ? `${begun}$` : begun
	const { matching, other } = masksOfMatch(whole, flags)
	const isLinewise = flags.includes('m')
	const local = !isLinewise && isLocalPattern(begun, name === 'fullmatch') ? maskOf(['redirect']) : 0
	const below = !isLinewise && staysBelow(whole) ? maskOf(['path']) : 0
	const scheme = !isLinewise && beginsHarmless(begun) ? maskOf(['scheme']) : 0
	const mask = matching | scheme | local | below | (!isLinewise && beginsWithName(begun) ? maskOf(['option']) : 0)
	const facts: Fact[] = mask === 0 ? [] : [...factsOf(taint, true, mask)]
	// Where it has to match from the beginning, nothing is said of the rest.
	if (name === 'search' && other !== 0) facts.push(...factsOf(taint, false, other))
	// What holds of the beginning only does so with a separator in it.
	const atBeginning = maskOf(['url', 'redirect', 'path', 'option', 'scheme'])
	return { parts: matching === allKinds ? allKinds : matching & ~atBeginning, facts }
}

/** Of alternatives each begins where the text does. */
function grouped(pattern: string): string {
	return pattern.includes('|') ? `(?:${pattern})` : pattern
}

/** Names of folders and files without a way up: it begins with no separator, and no dot can follow another one. */
function staysBelow(pattern: string): boolean {
	if (!/^\^.*\$$/s.test(pattern) || pattern.includes('|')) return false
	const inner = pattern.slice(1, -1)
	if (!/^(?:\w|\\[wd]|\[(?!\^)[^\]/\\]+\](?![*?{]))/.test(inner)) return false
	const hasOpenDot = /\[[^\]]*\.[^\]]*\]|\[\^|\\[DSW]|\)[*+{]/.test(inner) || /(?:^|[^\\])\./.test(inner)
	return !hasOpenDot && !/\\\.(?:[*+{]|\\\.)/.test(inner)
}
