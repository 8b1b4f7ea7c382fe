import type { TokenId } from './fimPrompt.ts'

/** Guesses how a text goes on, much faster than the model that it guesses for. */
export interface Drafter {
	/** How many of these tokens it has not seen yet, and would have to take in before it can guess. */
	unseen(tokens: readonly TokenId[]): number
	/**
	 * @param tokens all tokens so far.
	 * @param count most tokens to propose, at least 1.
	 */
	propose(tokens: readonly TokenId[], count: number, isCancelled: () => boolean): Promise<Proposal>
}

export interface Proposal {
	/** May be fewer than were asked for, or none. */
	readonly tokens: readonly TokenId[]
	/** Milliseconds to guess them. */
	readonly ms: number
	/** Tokens that had to be taken in before, and the milliseconds that took. */
	readonly unseen: number
	readonly catchUpMs: number
}
