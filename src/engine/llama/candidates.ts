import type { TokenId } from './fimPrompt.ts'

/** A token that may come next. */
export interface Candidate {
	readonly token: TokenId
	/** Before the temperature; of all tokens, or of the listed ones, as the list says. */
	readonly probability: number
}

/** Of the most likely tokens only these are sampled from, where the temperature is above 0: the rest is noise. */
export const sampledFrom = { topK: 40, topP: 0.95 } as const

/**
 * The next token, out of the likeliest ones.
 *
 * At temperature 0 it is the first that is allowed. Above 0 a token x is drawn from p, the distribution that `sampledFrom`
 * and the temperature leave, and counts if it is allowed; otherwise one is drawn from p restricted to what is allowed.
 * With A what is allowed and Z = p(A), a token y of A comes out with the probability p(y) + (1 - Z) p(y) / Z = p(y) / Z:
 * exactly p restricted to A, although most tokens are never looked at.
 *
 * @param likeliest first the most likely one.
 * @returns undefined where none of them is allowed.
 */
export function choose(
	likeliest: readonly Candidate[],
	temperature: number,
	allows: (token: TokenId) => boolean,
): Candidate | undefined {
	if (temperature === 0) return likeliest.find(({ token }) => allows(token))
	const considered = consideredOf(likeliest)
	const drawn = draw(considered, temperature)
	if (!drawn || allows(drawn.token)) return drawn
	return draw(
		considered.filter(({ token }) => allows(token)),
		temperature,
	)
}

/** As llama.cpp does it: the most likely tokens up to a number, and of these up to a share of their sum. */
function consideredOf(likeliest: readonly Candidate[]): readonly Candidate[] {
	const most = likeliest.slice(0, sampledFrom.topK)
	const wanted = most.reduce((total, { probability }) => total + probability, 0) * sampledFrom.topP
	let sum = 0
	const last = most.findIndex(({ probability }) => {
		sum += probability
		return sum >= wanted
	})
	return last < 0 ? most : most.slice(0, last + 1)
}

function draw(candidates: readonly Candidate[], temperature: number): Candidate | undefined {
	const [first] = candidates
	if (!first) return undefined
	// Relative to the first, so that a low temperature does not make all of them 0.
	const weights = candidates.map(({ probability }) => (probability / first.probability) ** (1 / temperature))
	let left = Math.random() * weights.reduce((total, weight) => total + weight, 0)
	const index = weights.findIndex((weight) => {
		left -= weight
		return left < 0
	})
	return candidates[index] ?? first
}
