/**
 * Tokens that a text has at most, about, for servers that do not count: one for each three bytes of UTF-8. Code has three to four characters a
 * token with the vocabularies of today, Chinese and Japanese one token a character or less; too many is better than a prompt that does
 * not fit.
 */
export function estimatedTokens(text: string): number {
	return Math.ceil(Buffer.byteLength(text) / bytesPerToken)
}

export const bytesPerToken = 3
