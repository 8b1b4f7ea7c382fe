import { allKinds, maskOf } from '../taint.ts'
import { masksOfMatch } from './matchedText.ts'
import { isStrictPattern } from './regexes.ts'

/** What a text is safe for in which all that a regular expression matches was replaced. */
export function maskOfReplaced(pattern: string, isGlobal: boolean): number {
	if (!isGlobal) return 0
	const allowed = /^\[\^((?:\\.|[^\]\\])*)\][+*]?$/.exec(pattern)?.[1]
	if (allowed !== undefined) {
		if (isStrictPattern(`[${allowed}]*`, true)) return allKinds
		return masksOfMatch(`^[${allowed}]*$`, allowed.includes('\\p{') ? 'u' : '').matching & ~maskOf(['nosql'])
	}
	const class_ = /^\[((?:\\.|[^\]\\^])(?:\\.|[^\]\\])*)\][+*]?$/.exec(pattern)?.[1]
	const single = /^(?:\\.|[^\\()[\]|*+?^$])(?:\+)?$/.test(pattern) || /^(?:\\?.\|)+\\?.$/.test(pattern)
	const signs = class_ ?? (single ? pattern : '')
	let mask = 0
	if (/</.test(signs)) mask |= maskOf(['html'])
	if (/\\[nrs]|\n/.test(signs) || coversBreaks(class_) || /^\\p\{Cc?\}\+?$/.test(pattern))
		mask |= maskOf(['log', 'header'])
	if (/\(/.test(signs) && /\)/.test(signs) && /\*/.test(signs) && /\\\\/.test(signs)) mask |= maskOf(['ldap'])
	if (/;/.test(signs) && /&/.test(signs) && /\|/.test(signs)) mask |= maskOf(['command'])
	if (/\\?\//.test(signs) && /\\\\|\\?\./.test(signs)) mask |= maskOf(['path'])
	return /^(?:\(\?:)?\\r\??\\n|^\\n\|\\r|^\\r\|\\n/.test(pattern) ? mask | maskOf(['log', 'header']) : mask
}

/** What a text is safe for out of which these texts were taken, each in its turn, and others put in their place. */
export function maskOfRemoved(from: readonly string[], to: readonly string[]): number {
	const gone = (text: string): boolean => {
		const at = from.indexOf(text)
		const after = at < 0 ? '' : to.length === 1 ? to[0] : to[at]
		return at >= 0 && !(after ?? '').includes(text)
	}
	let mask = 0
	if (gone('\n')) mask |= maskOf(['header', 'log'])
	if (gone('<')) mask |= maskOf(['html'])
	// A quote that is doubled stands for itself.
	if (gone("'") || (from.includes("'") && to.includes("''"))) mask |= maskOf(['sql'])
	// `../` can come about where another one was taken out of it; two dots cannot.
	if (gone('..') || gone('.') || (gone('/') && gone('\\'))) mask |= maskOf(['path'])
	return mask
}

/** A class that has the ends of lines in a range, such as that of all control characters. */
function coversBreaks(signs: string | undefined): boolean {
	if (signs === undefined || !/-|\\p\{C/.test(signs)) return false
	try {
		const one = new RegExp(`^[${signs}]$`, signs.includes('\\p{') ? 'u' : '')
		return one.test('\n') && one.test('\r')
	} catch {
		return false
	}
}
