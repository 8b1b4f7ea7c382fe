import type { CompletionStats } from '../../protocol/engine.ts'
import type { TokenId } from '../llama/fimPrompt.ts'
import type { Turn } from '../llama/turn.ts'

export type DrafterName = keyof CompletionStats['drafters']

/** Guesses how a text goes on, much faster than the model that it guesses for. */
export interface Drafter {
	readonly name: DrafterName
	/** What a proposal would be worth now; undefined where there is none. Costs next to nothing. */
	outlook(tokens: readonly TokenId[]): Outlook | undefined
	/** A proposal, which may be shorter than asked for, or empty. */
	propose(tokens: readonly TokenId[], request: ProposalRequest, turn: Turn): Promise<readonly TokenId[]>
}

export interface Outlook {
	/** Proposals of one kind are about as often right: acceptance is counted for each kind. */
	readonly kind: string
	/** Share of such tokens that is taken to be right until it is known better. */
	readonly assumedAcceptance: number
	readonly msPerToken: number
	/** Before the first token, to catch up with text that the drafter has not seen. */
	readonly preparationMs: number
}

export interface ProposalRequest {
	/** Most tokens to propose, at least 1. */
	readonly count: number
	/** Only to see whether drafts are any good: not worth much preparation. */
	readonly trial: boolean
}
