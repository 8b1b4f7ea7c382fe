import type { PromptVocabulary } from './fimPrompt.ts'

/** Milliseconds after which others get a chance: a heart-beat, a cancellation. */
const sliceMs = 10
/** Characters that are tokenized at a time, which takes a few milliseconds. */
const pieceLength = 16_384

/**
 * Tokens of each text, without any that a prompt puts around it. Never holds up the process for long.
 *
 * A long text is counted in pieces that begin with a line where they can; what no line break divides for 16,000 characters
 * may be counted a token or so too high at each cut.
 */
export async function countTokens(texts: readonly string[], vocabulary: PromptVocabulary): Promise<number[]> {
	const counts: number[] = []
	let since = performance.now()
	for (const text of texts) {
		let count = 0
		for (let start = 0; start < text.length; ) {
			const end = endOfPiece(text, start)
			count += vocabulary.tokenize(text.slice(start, end), 'suffix').length
			start = end
			if (performance.now() - since > sliceMs) {
				await new Promise((resolve) => setImmediate(resolve))
				since = performance.now()
			}
		}
		counts.push(count)
	}
	return counts
}

function endOfPiece(text: string, start: number): number {
	const longest = start + pieceLength
	if (longest >= text.length) return text.length
	for (let at = longest; at > start + pieceLength / 2; at--) {
		// No tokenizer joins a line break with what is not blank after it.
		if (text[at - 1] === '\n' && !/\s/.test(text[at] ?? '')) return at
	}
	const code = text.charCodeAt(longest)
	return code >= 0xdc00 && code <= 0xdfff ? longest + 1 : longest
}
