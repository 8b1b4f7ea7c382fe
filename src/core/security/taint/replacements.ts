import { isStrictPattern } from './regexes.ts'
import { allKinds, maskOf } from './taint.ts'

/** What a text is safe for in which all that a regular expression matches was replaced. */
export function maskOfReplaced(pattern: string, isGlobal: boolean): number {
	if (!isGlobal) return 0
	const allowed = /^\[\^((?:\\.|[^\]\\])*)\][+*]?$/.exec(pattern)?.[1]
	if (allowed !== undefined) return isStrictPattern(`[${allowed}]*`, true) ? allKinds : 0
	const class_ = /^\[((?:\\.|[^\]\\^])(?:\\.|[^\]\\])*)\][+*]?$/.exec(pattern)?.[1]
	const single = /^(?:\\.|[^\\()[\]|*+?^$])(?:\+)?$/.test(pattern) || /^(?:\\?.\|)+\\?.$/.test(pattern)
	const signs = class_ ?? (single ? pattern : '')
	let mask = 0
	if (/</.test(signs)) mask |= maskOf(['html'])
	if (/\\[nrs]|\n/.test(signs) || coversBreaks(class_) || /^\\p\{Cc?\}\+?$/.test(pattern))
		mask |= maskOf(['log', 'header'])
	if (/;/.test(signs) && /&/.test(signs) && /\|/.test(signs)) mask |= maskOf(['command'])
	if (/\\?\//.test(signs) && /\\\\|\\?\./.test(signs)) mask |= maskOf(['path'])
	return /^(?:\(\?:)?\\r\??\\n|^\\n\|\\r|^\\r\|\\n/.test(pattern) ? mask | maskOf(['log', 'header']) : mask
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
