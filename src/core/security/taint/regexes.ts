/** Characters that do no harm in any sink: what is made of them is no code. */
const harmless = /^[\w\-:.@ ,+=]*$/

/**
 * Whether a text that this regular expression matches as a whole can hold nothing harmful: it is anchored on both ends and names the
 * characters that it allows.
 */
export function isStrictPattern(pattern: string, isWhole: boolean): boolean {
	const anchored = isWhole || (/^(\^|\\A)/.test(pattern) && /(\$|\\z|\\Z)$/.test(pattern))
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

/** Whether matching can take time exponential in the length of a text: a repetition of something that is itself repeated. */
export function isSlowPattern(pattern: string): boolean {
	const groups: { readonly start: number; hasRepetition: boolean; alternatives: string[]; text: string }[] = []
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at]
		if (character === '\\') {
			at++
			continue
		}
		if (character === '[') {
			const end = endOfClass(pattern, at)
			at = end
			continue
		}
		if (character === '(') {
			groups.push({ start: at, hasRepetition: false, alternatives: [], text: '' })
			continue
		}
		if (character === ')') {
			const group = groups.pop()
			if (!group) return false
			const repeats = /^(?:[*+]|\{\d+,\d*\})/.test(pattern.slice(at + 1))
			const inner = pattern.slice(group.start + 1, at).replace(/^\?(?::|<?[=!]|<\w+>)/, '')
			if (repeats && (isAmbiguous(inner) || overlaps(inner))) return true
			const parent = groups.at(-1)
			if (parent && (group.hasRepetition || repeats)) parent.hasRepetition = true
			continue
		}
		if ((character === '*' || character === '+') && groups.length > 0)
			(groups.at(-1) as { hasRepetition: boolean }).hasRepetition = true
	}
	return false
}

/** `a+` alone, or a repetition at its end that what comes next round may go on with. */
function isAmbiguous(inner: string): boolean {
	const atoms = atomsOf(inner)
	if (!atoms) return false
	const repeated = atoms.filter((it) => it.repeats)
	if (repeated.length === 0) return false
	// Something fixed between the rounds that the repeated part cannot be makes it clear where a round ends.
	return atoms.every((it) => it.repeats || it.isOptional || repeated.some((other) => mayOverlap(it.text, other.text)))
}

function overlaps(inner: string): boolean {
	if (inner.includes('(')) return false
	const parts = splitAlternatives(inner)
	if (parts.length < 2) return false
	return parts.some((a, at) =>
		parts
			.slice(at + 1)
			.some(
				(b) =>
					a === b || (a.length === 1 && b.length <= 3 && mayOverlap(a, b)) || (mayOverlap(b, a) && b.startsWith('\\')),
			),
	)
}

function splitAlternatives(inner: string): readonly string[] {
	return inner.split('|')
}

interface Atom {
	readonly text: string
	readonly repeats: boolean
	readonly isOptional: boolean
}

function atomsOf(inner: string): readonly Atom[] | undefined {
	if (/[()|]/.test(inner.replace(/\\./g, ''))) return undefined
	const atoms: Atom[] = []
	const pattern = /(\\.|\[(?:\\.|[^\]\\])*\]|[^\\])([*+?]|\{\d+(?:,\d*)?\})?/gy
	for (const [, text = '', quantifier = ''] of inner.matchAll(pattern)) {
		if (text === '^' || text === '$') continue
		atoms.push({
			text,
			repeats: /^[*+]|,\}?$|,\d*\}/.test(quantifier),
			isOptional: quantifier === '?' || quantifier === '*',
		})
	}
	return atoms
}

/** Whether a character may be one of both. */
function mayOverlap(a: string, b: string): boolean {
	const one = matcherOf(a)
	const other = matcherOf(b)
	if (!one || !other) return false
	for (let code = 9; code < 127; code++) {
		const character = String.fromCharCode(code)
		if (one.test(character) && other.test(character)) return true
	}
	return false
}

function matcherOf(atom: string): RegExp | undefined {
	try {
		return new RegExp(`^(?:${atom})$`)
	} catch {
		return undefined
	}
}

function endOfClass(pattern: string, from: number): number {
	for (let at = from + 1; at < pattern.length; at++) {
		if (pattern[at] === '\\') at++
		else if (pattern[at] === ']') return at
	}
	return pattern.length
}
