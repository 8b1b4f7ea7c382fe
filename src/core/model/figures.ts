/** What one answer cost. Tokens and milliseconds. */
export interface CompletionFigures {
	/** Tokens in the whole prompt. */
	readonly promptTokens: number
	/** Prompt tokens that did not have to be computed again. */
	readonly reusedTokens: number
	readonly generatedTokens: number
	/** Tokens that the draft model proposed, and how many of them the model agreed to. */
	readonly draftedTokens: number
	readonly acceptedTokens: number
	/** The same by drafter. */
	readonly drafters: { readonly ngram: DraftFigures; readonly model: DraftFigures }
	/** How often the first, second, ... token of a draft was agreed to. */
	readonly acceptedByPosition: readonly number[]
	/** Calls of the model after the first token. */
	readonly steps: number
	/** Before anything was computed for this request. */
	readonly queueMs: number
	/** How long more urgent requests held it up after that. */
	readonly pausedMs: number
	readonly prefillMs: number
	/** From the request to its first token. */
	readonly firstTokenMs: number
	readonly totalMs: number
}

export interface DraftFigures {
	readonly drafted: number
	readonly accepted: number
}

/** The figures of a request that cost nothing. */
export const noFigures: CompletionFigures = {
	promptTokens: 0,
	reusedTokens: 0,
	generatedTokens: 0,
	draftedTokens: 0,
	acceptedTokens: 0,
	drafters: { ngram: { drafted: 0, accepted: 0 }, model: { drafted: 0, accepted: 0 } },
	acceptedByPosition: [],
	steps: 0,
	queueMs: 0,
	pausedMs: 0,
	prefillMs: 0,
	firstTokenMs: 0,
	totalMs: 0,
}
