export const bytesPerToken = 3

/**
 * Tokens that a text has at most, about, for models that do not count: one for each three bytes of UTF-8. Code has three to four characters a
 * token with the vocabularies of today, Chinese and Japanese one token a character or less; too many is better than a prompt that does
 * not fit.
 */
export function estimatedTokens(text: string): number {
	let bytes = 0
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at)
		// Both halves of a pair together are four bytes.
		const isHalf = code >= 0xd800 && code <= 0xdfff
		bytes += code < 0x80 ? 1 : code < 0x800 || isHalf ? 2 : 3
	}
	return Math.ceil(bytes / bytesPerToken)
}
