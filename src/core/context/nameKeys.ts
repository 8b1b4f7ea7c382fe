/** A name as a number below 2^24. Two names may share one: what is found by it is compared by name where that matters. */
export type NameKey = number

const keyBits = 24
const lettersOfKey = 4
/** The first of the 64 characters that a packed key is written in. */
const zero = 48
const mostNames = 4_000
const firstPrime = 16_777_619
const firstOffset = 2_166_136_261

/** Marks that a language puts around a name (`$name`, `@name`, `name?`) do not count. */
export function keyOf(name: string): NameKey {
	let hash = firstOffset
	for (let at = 0; at < name.length; at++) {
		const code = name.charCodeAt(at)
		if (isPart(code)) hash = Math.imul(hash ^ code, firstPrime)
	}
	return folded(hash)
}

/** Calls back for each name of a text, in order: longer than a letter, and no number. */
export function eachName(text: string, found: (key: NameKey) => void): void {
	let at = 0
	while (at < text.length) {
		let code = text.charCodeAt(at)
		if (!isPart(code)) {
			at++
			continue
		}
		const start = at
		const isNumber = code < 58
		let hash = firstOffset
		while (isPart(code)) {
			hash = Math.imul(hash ^ code, firstPrime)
			code = ++at < text.length ? text.charCodeAt(at) : 0
		}
		if (!isNumber && at - start > 1) found(folded(hash))
	}
}

/** The keys of all names that a text has, each once: four characters for each of them, so that they take little room. */
export function packedNames(text: string): string {
	const seen = new Set<NameKey>()
	eachName(text, (key) => {
		if (seen.size < mostNames) seen.add(key)
	})
	let packed = ''
	for (const key of seen) packed += letters(key)
	return packed
}

export function keysIn(packed: string): Int32Array {
	const keys = new Int32Array(Math.floor(packed.length / lettersOfKey))
	for (let index = 0, at = 0; index < keys.length; index++, at += lettersOfKey) {
		const high = ((packed.charCodeAt(at) - zero) << 18) | ((packed.charCodeAt(at + 1) - zero) << 12)
		keys[index] = high | ((packed.charCodeAt(at + 2) - zero) << 6) | (packed.charCodeAt(at + 3) - zero)
	}
	return keys
}

function letters(key: NameKey): string {
	return String.fromCharCode(
		zero + (key >>> 18),
		zero + ((key >>> 12) & 63),
		zero + ((key >>> 6) & 63),
		zero + (key & 63),
	)
}

function folded(hash: number): NameKey {
	return (hash ^ (hash >>> keyBits)) & (2 ** keyBits - 1)
}

/** Letters, digits and `_`; whatever is not ASCII is taken for a letter. */
function isPart(code: number): boolean {
	return (
		(code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57) || code > 127
	)
}
