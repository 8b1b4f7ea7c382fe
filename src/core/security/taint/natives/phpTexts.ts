import { belowFolder, factsOf, insideFolder, withFacts } from '../checks/facts.ts'
import { allKinds, maskOf } from '../taint.ts'
import { isLocalBeginning, namesHost } from '../texts/prefixes.ts'
import { constantOf, unknown, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'

type Global = (call: GlobalCall) => Value | undefined

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }

const posix: Readonly<Record<string, string>> = {
	alpha: 'a-zA-Z',
	digit: '0-9',
	alnum: 'a-zA-Z0-9',
	upper: 'A-Z',
	lower: 'a-z',
	word: '\\w',
	space: '\\s',
	xdigit: '0-9a-fA-F',
	cntrl: '\\x00-\\x1f\\x7f',
	print: '\\x20-\\x7e',
	graph: '\\x21-\\x7e',
	blank: ' \\t',
}

export interface PhpPattern {
	readonly pattern: string
	readonly flags: string
}

/** The expression between the delimiters that PHP asks for, and its modifiers; undefined where it is none that can be read. */
export function phpPattern(text: unknown): PhpPattern | undefined {
	if (typeof text !== 'string') return undefined
	const trimmed = text.trimStart()
	const open = trimmed[0] ?? ''
	if (!/[^\w\s\\]/.test(open)) return undefined
	const end = trimmed.lastIndexOf(closing[open] ?? open)
	const flags = trimmed.slice(end + 1).trim()
	// With `x` spaces and comments are no part of it.
	if (end < 1 || !/^[imsuADSUXJ]*$/.test(flags)) return undefined
	const written = trimmed.slice(1, end).replace(/\[:(\w+):\]/g, (whole, name: string) => posix[name] ?? whole)
	return { pattern: flags.includes('A') && !written.startsWith('^') ? `^${written}` : written, flags }
}

/** `str_starts_with(text, beginning)`: a folder, a server, or the root of this site. */
export const startsWith: Global = ({ machine, values }) => {
	const [text, beginning] = values.positional
	if (machine.language !== 'php' || !text || text.taint.length === 0 || !beginning || beginning.taint.length > 0)
		return undefined
	const inside = insideFolder(text.taint, true)
	if (inside.length > 0) return withFacts(inside)
	const known = constantOf(beginning)
	if (typeof known !== 'string') return undefined
	if (known === '-') return withFacts(factsOf(text.taint, false, maskOf(['option'])))
	if (known.startsWith('..')) return withFacts(belowFolder(text.taint, false))
	if (namesHost(known)) return withFacts(factsOf(text.taint, true, maskOf(['url', 'redirect', 'option'])))
	if (/^(?:https?|ftps?|mailto|tel):/.test(known)) return withFacts(factsOf(text.taint, true, maskOf(['scheme'])))
	if (isLocalBeginning(known)) return withFacts(factsOf(text.taint, true, maskOf(['redirect'])))
	// `//host` and `/\host` lead to other hosts; who excludes them has asked for the `/` as well.
	return /^[/\\]{2}$/.test(known) ? withFacts(factsOf(text.taint, false, maskOf(['redirect']))) : undefined
}

/**
 * `hash_hmac(algorithm, data, key)`: who finds the result equal to what came along knows that the data was made with the key. Until it is compared
 * it says so as a condition does.
 */
export const keyedHash: Global = ({ machine, values }) => {
	const data = values.positional[1]
	if (machine.language !== 'php' || !data || data.taint.length === 0) return undefined
	return withFacts(
		data.taint.map(({ root }) => ({ when: true, root, mask: allKinds })),
		unknown,
	)
}

/** `hash_equals(known, given)`: what is equal to a keyed hash. */
export const hashEquals: Global = ({ machine, values }) => {
	if (machine.language !== 'php') return undefined
	const facts = values.positional.flatMap((it) => it.facts.filter(({ when }) => when))
	return facts.length > 0 ? withFacts(facts) : undefined
}
