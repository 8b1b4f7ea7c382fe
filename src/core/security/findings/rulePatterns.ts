/**
 * Whether the id of a rule is one that patterns name, in which `*` stands for any characters: `javascript/*`. Takes time in
 * proportion to the lengths of both, whatever the pattern.
 */
export function matchesRule(patterns: readonly string[], id: string): boolean {
	return patterns.some((pattern) => matches(pattern, id))
}

function matches(pattern: string, id: string): boolean {
	const [first = '', ...rest] = pattern.split('*')
	if (rest.length === 0) return pattern === id
	const last = rest.pop() ?? ''
	if (!id.startsWith(first) || !id.endsWith(last) || id.length < first.length + last.length) return false
	let at = first.length
	for (const part of rest) {
		const found = id.indexOf(part, at)
		if (found < 0 || found + part.length > id.length - last.length) return false
		at = found + part.length
	}
	return true
}
