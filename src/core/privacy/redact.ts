import { entropyOf, isIdentifier, isPlaceholder } from './secrets/entropy.ts'
import { findSecrets } from './secrets/findSecrets.ts'

/** A secret that was taken out of a text. */
export interface Redaction {
	/** What found it, such as `github-token`, `assigned-secret` or `high-entropy`. */
	readonly rule: string
	/** Where it stood in the text before, in UTF-16 units, the end exclusive. */
	readonly start: number
	readonly end: number
	/** What stands in its place: `[redacted]`, and the line breaks of what was there. */
	readonly placeholder: string
}

export interface RedactedText {
	readonly text: string
	/** In the order of the text, without overlaps; what they held is not kept. */
	readonly redactions: readonly Redaction[]
}

interface Span {
	readonly rule: string
	readonly start: number
	readonly end: number
}

/**
 * Takes secrets out of a text before it goes to a destination that is not this machine: what looks like a secret goes, also where the
 * analysis would be unsure. Lines stay where they are. A text that was redacted stays as it is.
 */
export function redact(text: string): RedactedText {
	const redactions = spansIn(text).map((span) => ({
		...span,
		// Without the name of the rule: what follows it would look like the value of a token.
		placeholder: `[redacted]${text.slice(span.start, span.end).replace(/[^\r\n]+/g, '')}`,
	}))
	let shown = ''
	let end = 0
	for (const one of redactions) {
		shown += text.slice(end, one.start) + one.placeholder
		end = one.end
	}
	return { text: shown + text.slice(end), redactions }
}

export interface RedactedParts {
	readonly texts: readonly string[]
	/** How many secrets there were. */
	readonly count: number
}

/** The parts of one text, redacted as what they are together: what begins in one part and ends in another is found, too. */
export function redactParts(parts: readonly string[]): RedactedParts {
	const { redactions } = redact(parts.join(''))
	let from = 0
	const texts = parts.map((part) => {
		const to = from + part.length
		let shown = ''
		let end = from
		for (const { start, end: stop, placeholder } of redactions) {
			if (stop <= from || start >= to) continue
			shown += part.slice(end - from, Math.max(start - from, 0))
			// Where it began in an earlier part the placeholder stands there.
			if (start >= from) shown += placeholder
			end = Math.min(stop, to)
		}
		shown += part.slice(end - from)
		from = to
		return shown
	})
	return { texts, count: redactions.length }
}

const mostPasses = 6

/** Looks again where something was found: what stood beside it may have been hidden by it. */
function spansIn(text: string): Span[] {
	const found: Span[] = []
	let left = text
	for (let pass = 0; pass < mostPasses; pass++) {
		const known = findSecrets(left).map(({ kind, start, end }) => ({ rule: kind, start, end }))
		const more = known.length > 0 ? known : unnamedSecrets(left)
		if (more.length === 0) break
		found.push(...more)
		for (const { start, end } of more) left = left.slice(0, start) + ']'.repeat(end - start) + left.slice(end)
	}
	return found.sort((a, b) => a.start - b.start)
}

const longestToken = 200
/** A run of what keys are made of, with what is before it. */
const tokens = /(^|[^A-Za-z0-9+/_=-])([A-Za-z0-9+/_-]{20,4000}={0,2})/gm

/** Values that neither their form nor a name gives away, and that nobody would have typed. */
function unnamedSecrets(text: string): Span[] {
	const found: Span[] = []
	for (const match of text.matchAll(tokens)) {
		const [whole, before = '', token = ''] = match
		const start = match.index + before.length
		// Pictures and fonts that stand in a text, and hashes of packages.
		if (whole.length > longestToken || /;base64,$/.test(text.slice(Math.max(0, start - 8), start))) continue
		if (isRandom(token)) found.push({ rule: 'high-entropy', start, end: start + token.length })
	}
	return found
}

/** Letters of both cases and digits, each often, and mixed as no name and no path has them. */
function isRandom(token: string): boolean {
	if (isPlaceholder(token) || isIdentifier(token)) return false
	const digits = token.replace(/\D/g, '').length
	if (digits < 2 || !/[a-z]/.test(token) || !/[A-Z]/.test(token)) return false
	if (entropyOf(token) < Math.min(4.3, Math.log2(token.length) * 0.85)) return false
	let changes = 0
	for (let at = 1; at < token.length; at++) if (kindOf(token[at]) !== kindOf(token[at - 1])) changes++
	return changes >= token.length * 0.4
}

function kindOf(character = ''): number {
	if (/[a-z]/.test(character)) return 0
	if (/[A-Z]/.test(character)) return 1
	return /\d/.test(character) ? 2 : 3
}
