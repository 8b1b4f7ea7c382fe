/** UTF-16 code units of a text that are looked at: a pattern of a workspace may take the square of it from each start. */
const mostMatched = 2_000

/** `(?i)` in front ignores case. Undefined where it is no regular expression. Of a long text only the beginning is looked at. */
export function compilePattern(pattern: string): Pick<RegExp, 'test'> | undefined {
	const ignoresCase = pattern.startsWith('(?i)')
	try {
		const made = new RegExp(ignoresCase ? pattern.slice(4) : pattern, ignoresCase ? 'i' : '')
		return { test: (text) => made.test(text.length > mostMatched ? text.slice(0, mostMatched) : text) }
	} catch {
		return undefined
	}
}
