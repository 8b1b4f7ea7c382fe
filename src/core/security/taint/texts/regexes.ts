/** Characters that do no harm in any sink: what is made of them is no code. */
const harmless = /^[\w\-:.@ ,+=]*$/

/**
 * Whether a text that this regular expression matches as a whole can hold nothing harmful: it is anchored on both ends and names the
 * characters that it allows. `isLinewise`: `^` and `$` stand for the ends of a line (Ruby).
 */
export function isStrictPattern(pattern: string, isWhole: boolean, isLinewise = false): boolean {
	const anchored =
		isWhole ||
		(isLinewise
			? pattern.startsWith('\\A') && /\\[zZ]$/.test(pattern)
			: /^(\^|\\A)/.test(pattern) && /(\$|\\z|\\Z)$/.test(pattern))
	if (!anchored) return false
	const inner = pattern.replace(/^(\^|\\A)/, '').replace(/(\$|\\z|\\Z)$/, '')
	if (/\.[*+{?]|\\[SDW]|\[\^/.test(inner.replace(/\\\./g, ''))) return false
	const literals = inner
		.replace(/\\[dws]/g, 'a')
		.replace(/\\([.\-+@:=,/])/g, '$1')
		.replace(/\{\d+(,\d*)?\}/g, '')
		.replace(/\(\?:|[()|[\]*+?^$]/g, '')
	return harmless.test(literals.replaceAll('/', ''))
}

/** A slash at the beginning, and then what is no second one: browsers take a backslash for one. */
const localStart =
	/^\/(?:\(\?!(?:\[(?=[^\]]*\/)(?=[^\]]*\\\\)(?:\/|\\\\)+\]|\/\|\\\\|\\\\\|\/)\)|\[\^(?=[^\]]*\/)(?=[^\]]*\\\\)[^\]]*\](?![*?{])|(?:\[(?!\^)[^\]/\\]+\]|\\w|\w)(?![*?{]))/

/** Whether texts that match are addresses on the same site: `/\A\/(?!\/)/`. Where they end is all the same. */
export function isLocalPattern(pattern: string, isWhole: boolean, isLinewise = false): boolean {
	const start = isLinewise ? /^\\A/ : /^(?:\^|\\A)/
	if (!isWhole && !start.test(pattern)) return false
	const inner = pattern
		.replace(/^(?:\^|\\A)/, '')
		.replace(/(?:\$|\\[zZ])$/, '')
		.replaceAll('\\/', '/')
	const outsideOfGroups = inner.replace(/\[[^\]]*\]|\([^()]*\)/g, '')
	return localStart.test(inner) && !outsideOfGroups.includes('|')
}
