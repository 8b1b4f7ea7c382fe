import type { DraftTally } from '../speculation/draftTally.ts'
import { noDraft, type Speculator } from '../speculation/speculation.ts'
import type { TokenId } from './fimPrompt.ts'
import { type Sampled, type Sampling, sampleStep } from './sampleStep.ts'
import type { TokenState } from './tokenState.ts'
import type { Turn } from './turn.ts'

export interface StepInput {
	readonly target: TokenState
	readonly speculator: Speculator | undefined
	/** All tokens so far; the target has evaluated all but the last. */
	readonly tokens: readonly TokenId[]
	/** Tokens that are still wanted. */
	readonly tokensLeft: number
	readonly sampling: Sampling
	readonly turn: Turn
	readonly tally: DraftTally
}

/**
 * One call of the target, with a draft where one pays.
 *
 * @returns the tokens that it yields: at least one, or none where the request was cancelled meanwhile.
 */
export async function decodeStep(input: StepInput): Promise<readonly Sampled[]> {
	const { target, speculator, tokens, tokensLeft, sampling, turn, tally } = input
	// The last token that is wanted comes from the target's answer to the one before it: it need not be drafted.
	const most = Math.min(tokensLeft - 1, target.capacity - target.length - 1)
	const mayDraft = most > 0 && !target.wantsSingleTokens
	const proposed = speculator && mayDraft ? await speculator.draft(tokens, most, turn) : noDraft
	if (turn.isCancelled()) return []
	const { gate } = sampling
	// What the gate refuses would be evaluated for nothing, and all that follows it.
	const draft = gate ? { ...proposed, tokens: proposed.tokens.slice(0, gate.fitting(proposed.tokens)) } : proposed
	const start = performance.now()
	const meanwhile = () => speculator?.meanwhile()
	const sampled = await sampleStep({ target, tokens, draft: draft.tokens, sampling, turn, meanwhile })
	if (sampled.length === 0) return sampled
	const accepted = sampled.filter(({ token }, i) => token === draft.tokens[i]).length
	speculator?.observe(draft, accepted, performance.now() - start)
	tally.step(draft.drafter, draft.tokens.length, accepted)
	return sampled
}
