import type { DraftTally } from '../speculation/draftTally.ts'
import { noDraft, type Speculator } from '../speculation/speculation.ts'
import type { TokenId } from './fimPrompt.ts'
import type { TokenState } from './tokenState.ts'
import type { Turn } from './turn.ts'

export interface StepInput {
	readonly target: TokenState
	readonly speculator: Speculator | undefined
	/** All tokens so far; the target has evaluated all but the last. */
	readonly tokens: readonly TokenId[]
	/** Tokens that are still wanted. */
	readonly tokensLeft: number
	readonly temperature: number
	readonly turn: Turn
	readonly tally: DraftTally
}

/**
 * One call of the target, with a draft where one pays.
 *
 * @returns the tokens that it yields: at least one, or none where the request was cancelled meanwhile.
 */
export async function decodeStep(input: StepInput): Promise<readonly TokenId[]> {
	const { target, speculator, tokens, tokensLeft, temperature, turn, tally } = input
	// The last token that is wanted comes from the target's answer to the one before it: it need not be drafted.
	const most = Math.min(tokensLeft - 1, target.capacity - target.length - 1)
	const mayDraft = most > 0 && !target.wantsSingleTokens
	const draft = speculator && mayDraft ? await speculator.draft(tokens, most, turn) : noDraft
	if (turn.isCancelled()) return []
	const batch = [...tokens.slice(-1), ...draft.tokens]
	const start = performance.now()
	const computing = target.next(batch, batch.length, temperature)
	speculator?.meanwhile()
	const answers = await computing
	const ms = performance.now() - start
	const accepted = agreed(draft.tokens, answers)
	await target.truncate(target.length - (draft.tokens.length - accepted))
	speculator?.observe(draft, accepted, ms)
	tally.step(draft.drafter, draft.tokens.length, accepted)
	return answers.slice(0, accepted + 1)
}

/**
 * How many tokens of a draft are what the target says itself; its answer after the last of these follows them.
 *
 * Exact at any temperature. The target draws its own token x at every place, independently, from its distribution p. A
 * drafted token d stays if x is d: with probability p(d). Otherwise the text goes on with x, which then has the
 * distribution of p without d. That is rejection sampling for a drafter that is sure of its one proposal; the text is
 * always the target's own draws, and a draft only decides how many of them come out of one call.
 */
function agreed(draft: readonly TokenId[], answers: readonly TokenId[]): number {
	let accepted = 0
	while (accepted < draft.length && draft[accepted] === answers[accepted]) accepted++
	return accepted
}
