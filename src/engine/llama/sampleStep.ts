import { type Candidate, choose, sampledFrom } from './candidates.ts'
import type { TokenId } from './fimPrompt.ts'
import type { Gate } from './gate.ts'
import type { Listing, TokenState } from './tokenState.ts'
import type { Turn } from './turn.ts'

/** The probability of what is listed nowhere, at most. */
const leastListed = 0.001
/** What is less likely is as good as impossible. */
const leastProbability = 1e-9

/** How tokens are drawn from what the model says. */
export interface Sampling {
	/** 0: always the most likely token. */
	readonly temperature: number
	/** Whether to say how likely tokens were, and with how many others they are compared. */
	readonly logProbs: false | Exclude<Listing, 'all'>
	/** What the answer may say; absent where it may say anything. */
	readonly gate: Gate | undefined
}

export interface Sampled {
	readonly token: TokenId
	/** Natural logarithm, before the temperature and whatever the gate ruled out. Only where it was asked for. */
	readonly logProb?: number
	/** By how much that is above the best of the others. Only with `logProb`. */
	readonly margin?: number
}

export interface SampleInput {
	readonly target: TokenState
	/** All tokens so far, of which the target has evaluated the first ones, but not the last. */
	readonly tokens: readonly TokenId[]
	/** Tokens that may follow, which the gate allows. */
	readonly draft: readonly TokenId[]
	readonly sampling: Sampling
	readonly turn: Turn
	/** Called while the target computes. */
	readonly meanwhile?: () => void
}

/**
 * The tokens that follow, in one call of the target: as many of the draft as the target says itself, and one more. Leaves
 * the target with all but the last of them evaluated.
 *
 * Exact at any temperature. The target draws its own token x at every place, independently, from its distribution p. A
 * drafted token d stays if x is d: with probability p(d). Otherwise the text goes on with x, which then has the
 * distribution of p without d. That is rejection sampling for a drafter that is sure of its one proposal; the text is
 * always the target's own draws, and a draft only decides how many of them come out of one call. A gate changes p, and
 * nothing else: see `choose`.
 *
 * @returns fewer, or none, where the request was cancelled meanwhile.
 */
export async function sampleStep(input: SampleInput): Promise<readonly Sampled[]> {
	const { sampling } = input
	const gate = sampling.gate?.isOpen ? undefined : sampling.gate
	return gate || sampling.logProbs ? sampleListed(input, gate) : sampleDirectly(input)
}

async function sampleDirectly({ target, tokens, draft, sampling, meanwhile }: SampleInput): Promise<Sampled[]> {
	const batch = [...tokens.slice(target.length), ...draft]
	const computing = target.next(batch, draft.length + 1, sampling.temperature)
	meanwhile?.()
	const answers = await computing
	let accepted = 0
	while (accepted < draft.length && draft[accepted] === answers[accepted]) accepted++
	await target.truncate(target.length - (draft.length - accepted))
	return answers.slice(0, accepted + 1).map((token) => ({ token }))
}

/** With the likeliest tokens of every place, so that the next best can be taken and it is known how likely each was. */
async function sampleListed(input: SampleInput, gate: Gate | undefined): Promise<Sampled[]> {
	const { target, tokens, draft, sampling, meanwhile } = input
	const batch = [...tokens.slice(target.length), ...draft]
	const computing = target.likeliest(batch, draft.length + 1, sampling.logProbs || 'few')
	meanwhile?.()
	const lists = await computing
	const sampled: Sampled[] = []
	for (const [place, likeliest] of lists.entries()) {
		const allows = (token: TokenId) => gate?.allows(token) ?? true
		let chosen = choose(likeliest, sampling.temperature, allows)
		if (!chosen) {
			const all = await listAll(input, place)
			if (!all) return sampled
			chosen = choose(firstAllowed(all, sampling.temperature, allows), sampling.temperature, () => true)
		}
		if (!chosen) throw new Error('no token is allowed to follow')
		gate?.accept(chosen.token)
		sampled.push(sampling.logProbs ? judged(chosen, likeliest) : { token: chosen.token })
		if (gate?.isDone || draft[place] !== chosen.token) break
	}
	await target.truncate(tokens.length + sampled.length - 1)
	return sampled
}

function judged({ token, probability }: Candidate, likeliest: readonly Candidate[]): Sampled {
	// Where a gate forces a token the model may give it none at all, and no logarithm stands for that.
	const logProb = Math.log(Math.max(probability, leastProbability))
	const other = likeliest.find((candidate) => candidate.token !== token)
	// Where nothing else was listed, the others share what is left of certainty.
	return { token, logProb, margin: logProb - Math.log(Math.max(other?.probability ?? leastListed, leastProbability)) }
}

/** Takes one place again, with all that may follow there. @returns undefined where the request was cancelled meanwhile. */
async function listAll({ target, tokens, draft, turn }: SampleInput, place: number): Promise<Candidate[] | undefined> {
	await target.truncate(tokens.length + place - 1)
	// One token, unless the target cannot take back single ones and has to begin anew.
	const left = await target.prefill([...tokens, ...draft.slice(0, place)].slice(target.length), turn)
	if (turn.isCancelled()) return undefined
	const [list] = await target.likeliest(left, 1, 'all')
	if (!list) throw new Error('llama.cpp was asked for nothing')
	return list
}

/** The likeliest of those that are allowed, as many as are ever considered. */
function firstAllowed(all: readonly Candidate[], temperature: number, allows: (token: TokenId) => boolean) {
	const most = temperature === 0 ? 1 : sampledFrom.topK
	const allowed: Candidate[] = []
	for (const candidate of all) {
		if (allows(candidate.token)) allowed.push(candidate)
		if (allowed.length === most) break
	}
	return allowed
}
