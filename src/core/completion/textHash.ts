/** Characters before an end that its hash is made of; they do not depend on where a window of text begins. */
const hashed = 100
const base = 0x01000193
const gone = power(base, hashed)

/** Of a whole text, 32 bits. */
export function hashOf(text: string): number {
	let hash = 0
	for (let at = 0; at < text.length; at++) hash = Math.imul(hash, base) + text.charCodeAt(at)
	return hash | 0
}

/**
 * Hashes of what stands before the last ends in a text, 32 bits each: the text's end first, then one character less each time. All
 * of them together take as many steps as there are characters.
 *
 * @param most how many there are, where the text is long enough
 * @param seed makes them those of one document
 */
export function endHashes(text: string, most: number, seed: number): Int32Array {
	const count = Math.min(most, text.length + 1)
	const hashes = new Int32Array(count)
	const first = text.length + 1 - count
	const start = Math.max(0, first - hashed)
	let hash = hashOf(text.slice(start, first))
	for (let end = first; ; end++) {
		hashes[text.length - end] = hash ^ seed
		if (end === text.length) return hashes
		const left = end - hashed >= start ? Math.imul(text.charCodeAt(end - hashed), gone) : 0
		hash = (Math.imul(hash, base) + text.charCodeAt(end) - left) | 0
	}
}

function power(value: number, exponent: number): number {
	let result = 1
	for (let count = 0; count < exponent; count++) result = Math.imul(result, value)
	return result
}
