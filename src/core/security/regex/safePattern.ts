import { costOf, type RegexCost } from './slowRegex.ts'

/** A pattern of a rule. Whoever wrote it: to test a text takes a bounded time. */
export interface SafePattern {
	/** Whether it is somewhere in the text, or is all of it. Of a long text only the beginning is looked at. */
	test(text: string): boolean
}

/** UTF-16 code units. From each start a matcher may look at each of them, or at each pair of them, so these are 0.1 s at worst. */
const mostLinear = 10_000
const mostQuadratic = 800

/**
 * Compiles a pattern of a rule file. One whose time can grow with more than the square of the text's length is refused, as is one
 * with back references: a rule file may come with a workspace that somebody else made.
 *
 * @param source a regular expression of JavaScript; `(?i)` in front ignores case
 * @param form `whole` where it must match all of a text
 */
export function safePattern(source: string, form: 'part' | 'whole'): SafePattern | { readonly refused: string } {
	const ignoresCase = source.startsWith('(?i)')
	const own = ignoresCase ? source.slice(4) : source
	const pattern = form === 'whole' ? `^(?:${own})$` : own
	const flags = ignoresCase ? 'i' : ''
	const made = compiled(pattern, flags)
	if (typeof made === 'string') return { refused: made }
	const cost = costOf(pattern, flags)
	const refused = refusals[cost]
	if (refused !== undefined) return { refused }
	const most = cost === 'linear' ? mostLinear : mostQuadratic
	return { test: (text) => made.test(text.length > most ? text.slice(0, most) : text) }
}

const refusals: Readonly<Partial<Record<RegexCost, string>>> = {
	cubic: 'The pattern can take very long: three of its repetitions can match the same text.',
	exponential: 'The pattern can take for ever: a repetition in it can match one text in several ways, as (a+)+ does.',
	reference: 'The pattern refers back to what it matched, which can take for ever.',
	unknown: 'The pattern is too large to tell how long it can take.',
}

function compiled(pattern: string, flags: string): RegExp | string {
	try {
		return new RegExp(pattern, flags)
	} catch (error) {
		const message = error instanceof Error ? error.message : ''
		return `The pattern is no regular expression: ${message.replace(/^Invalid regular expression: /, '').replace(/^\/.*\/\w*: /s, '')}.`
	}
}
