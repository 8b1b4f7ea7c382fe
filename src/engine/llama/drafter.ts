import type { TokenId } from './fimPrompt.ts'
import type { Turn } from './turn.ts'

/** Guesses how a text goes on, much faster than the model that it guesses for. */
export interface Drafter {
	/**
	 * @param tokens all tokens so far.
	 * @param count most tokens to propose, at least 1.
	 * @returns the proposal, which may be shorter or empty, and the milliseconds it took without bringing the drafter up to
	 * date with tokens that it had not seen.
	 */
	propose(tokens: readonly TokenId[], count: number, turn: Turn): Promise<Proposal>
}

export interface Proposal {
	readonly tokens: readonly TokenId[]
	readonly ms: number
}
