/** A glob as the editor's setting `files.exclude` has it. */
export interface ExcludedGlob {
	/** For paths relative to the folder of the workspace: `src/{a,b}/?.ts`. */
	readonly glob: string
	/** Only files beside which there is one of this name: `$(basename).ts`. */
	readonly when?: string
}

/** `[a-z]`, `[!a]`; a bracket that comes first is one of the characters. */
const setAt = /^\[([!^]?)(\]?[^\]/]*)\]/

/**
 * What a glob matches, as the editor understands it: `*` and `?` within a part of a path, `**` for any parts, `{a,b}` and `[a-z]`.
 * What is not quite clear matches more rather than less: case does not count, and groups may stand in groups.
 */
export function patternOf(glob: string): RegExp {
	const text = glob
		.trim()
		.replaceAll('\\', '/')
		.replace(/^(\.?\/)+/, '')
		.replace(/(?<=.)\/+$/, '')
	const closing = closingBraces(text)
	let pattern = ''
	let depth = 0
	for (let at = 0; at < text.length; ) {
		const [taken, part] = partAt(text, at, { isClosed: closing.has(at), isInGroup: depth > 0 })
		if (part === '(?:') depth++
		else if (part === ')') depth--
		pattern += part
		at += taken
	}
	return new RegExp(`^${pattern}$`, 'is')
}

/** How many characters the next part of a glob has, and what it is in a pattern. */
function partAt(text: string, at: number, group: { readonly isClosed: boolean; readonly isInGroup: boolean }) {
	const rest = text.slice(at)
	const before = text[at - 1]
	// Any number of folders, also none.
	const below = /^(\/\*\*)+(?=$|[,}])/.exec(rest)
	if (below) return [below[0].length, '(?:/.*)?'] as const
	const isStart = before === undefined || /[/{,]/.test(before)
	const folders = isStart ? /^(\*\*\/)+/.exec(rest) : undefined
	if (folders) return [folders[0].length, '(?:.*/)?'] as const
	const all = isStart ? /^\*\*(?=$|[,}])/.exec(rest) : undefined
	if (all) return [all[0].length, '.*'] as const
	const stars = /^\*+/.exec(rest)
	if (stars) return [stars[0].length, '[^/]*'] as const
	const set = setAt.exec(rest)
	if (set?.[2]) return [set[0].length, setOf(set[2], set[1] !== '')] as const
	const char = rest.charAt(0)
	if (char === '?') return [1, '[^/]'] as const
	if (group.isClosed) return [1, char === '{' ? '(?:' : ')'] as const
	if (char === ',' && group.isInGroup) return [1, '|'] as const
	return [1, char.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')] as const
}

/** A range that is the wrong way round matches any character. */
function setOf(characters: string, isNegated: boolean): string {
	const pattern = `(?!/)[${isNegated ? '^' : ''}${characters.replace(/[\\[\]^]/g, '\\$&')}]`
	try {
		new RegExp(pattern)
		return pattern
	} catch {
		return '[^/]'
	}
}

/** Where braces are that belong to another one. */
function closingBraces(text: string): ReadonlySet<number> {
	const found = new Set<number>()
	const open: number[] = []
	for (let at = 0; at < text.length; at++) {
		const set = setAt.exec(text.slice(at))
		if (set?.[2]) at += set[0].length - 1
		else if (text[at] === '{') open.push(at)
		const start = text[at] === '}' ? open.pop() : undefined
		if (start !== undefined) found.add(start).add(at)
	}
	return found
}
