import { createHash } from 'node:crypto'

/** Tokens from one hash to the next. */
export const hashStep = 64

/** Names the first 64 tokens, the first 128 and so on: two texts have as many of these in common as they begin alike. */
export function tokenHashes(tokens: readonly number[]): string[] {
	const hashes: string[] = []
	let before = ''
	for (let end = hashStep; end <= tokens.length; end += hashStep) {
		before = hashOf(before, tokens.slice(end - hashStep, end))
		hashes.push(before)
	}
	return hashes
}

/** Names all tokens together. */
export function wholeHash(tokens: readonly number[]): string {
	return hashOf('', tokens)
}

function hashOf(before: string, tokens: readonly number[]): string {
	return createHash('sha256').update(before).update(Int32Array.from(tokens)).digest('hex').slice(0, 32)
}
