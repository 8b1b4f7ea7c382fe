const multipliers = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const
const additions = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17] as const

/**
 * 32 hex digits for a text: MurmurHash3, the form with 128 bits made of words of 32, over its UTF-16 code units, two to a word. It is
 * good enough to tell codes apart, and needs nothing but arithmetic; it keeps nothing secret.
 */
export function textHash(text: string): string {
	const hash = [0, 0, 0, 0]
	const words = Math.ceil(text.length / 2)
	for (let at = 0; at < words; at++) {
		const word = text.charCodeAt(2 * at) | ((text.charCodeAt(2 * at + 1) || 0) << 16)
		const lane = at & 3
		const mixed = Math.imul(
			rotated(Math.imul(word, multipliers[lane as 0]), 15 + lane),
			multipliers[((lane + 1) & 3) as 0],
		)
		hash[lane] = rotated((hash[lane] ?? 0) ^ mixed, 19 - 2 * lane) + (hash[(lane + 1) & 3] ?? 0)
		hash[lane] = (Math.imul(hash[lane] ?? 0, 5) + additions[lane as 0]) | 0
	}
	for (let lane = 0; lane < 4; lane++) hash[lane] = (hash[lane] ?? 0) ^ text.length
	mixAll(hash)
	for (let lane = 0; lane < 4; lane++) hash[lane] = finished(hash[lane] ?? 0)
	mixAll(hash)
	return hash.map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('')
}

function mixAll(hash: number[]): void {
	for (let lane = 1; lane < 4; lane++) hash[0] = ((hash[0] ?? 0) + (hash[lane] ?? 0)) | 0
	for (let lane = 1; lane < 4; lane++) hash[lane] = ((hash[lane] ?? 0) + (hash[0] ?? 0)) | 0
}

function rotated(word: number, bits: number): number {
	return (word << bits) | (word >>> (32 - bits))
}

function finished(word: number): number {
	let mixed = word
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
	return mixed ^ (mixed >>> 16)
}
