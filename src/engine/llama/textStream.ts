import type { TokenId } from './fimPrompt.ts'

const replacement = '\uFFFD'

/**
 * Turns tokens into text as they come. A token may end in the middle of a character: then nothing comes out until the
 * character is whole.
 */
export class TextStream {
	private readonly detokenize: (tokens: readonly TokenId[]) => string
	/** Tokens since the last point where the text was whole, after the ones that are there as context. */
	private pending: TokenId[] = []
	private context: readonly TokenId[]
	private contextText: string

	/**
	 * @param context tokens of text that are taken to stand before: some tokenizers drop the first token's space where
	 * nothing does.
	 */
	constructor(detokenize: (tokens: readonly TokenId[]) => string, context: readonly TokenId[]) {
		this.detokenize = detokenize
		this.context = context
		this.contextText = detokenize(context)
	}

	/** The text that is whole now. */
	push(token: TokenId): string {
		this.pending.push(token)
		const text = this.detokenize([...this.context, ...this.pending])
		// A broken character that no later token mends must not hold back everything after it.
		if (text.endsWith(replacement) && this.pending.length < 8) return ''
		const piece = text.slice(this.contextText.length)
		this.context = this.pending
		this.contextText = this.detokenize(this.pending)
		this.pending = []
		return piece
	}

	/** What is whole of the rest, when nothing follows. */
	end(): string {
		if (this.pending.length === 0) return ''
		const text = this.detokenize([...this.context, ...this.pending]).slice(this.contextText.length)
		this.pending = []
		let whole = text.length
		while (text.endsWith(replacement, whole)) whole -= replacement.length
		return text.slice(0, whole)
	}
}
