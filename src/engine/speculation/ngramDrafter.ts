import type { TokenId } from '../llama/fimPrompt.ts'
import type { Drafter } from './drafter.ts'
import { NgramIndex, type NgramMatch } from './ngramIndex.ts'

/** Text that a request's answer may repeat, indexed as far as it has been tokenized. */
export interface Reference {
	readonly index: NgramIndex
}

/** A long match is a copy under way; a short one may be chance. */
const kinds = [
	{ kind: 'ngram8', from: 8, assumedAcceptance: 0.85 },
	{ kind: 'ngram4', from: 4, assumedAcceptance: 0.75 },
	{ kind: 'ngram3', from: 3, assumedAcceptance: 0.6 },
	{ kind: 'ngram2', from: 2, assumedAcceptance: 0.45 },
] as const

/**
 * Proposes for one request what followed the last time the text ended as it does now: in the text itself, or in a
 * reference. Costs no model anything.
 */
export function ngramDrafter(reference: Reference | undefined): Drafter {
	const own = new NgramIndex()
	let found: { readonly index: NgramIndex; readonly match: NgramMatch } | undefined
	const look = (tokens: readonly TokenId[]) => {
		own.add(tokens.slice(own.tokens.length))
		const here = own.find(tokens)
		const there = reference?.index.find(tokens)
		if (reference && there && there.length > (here?.length ?? 0)) return { index: reference.index, match: there }
		return here && { index: own, match: here }
	}
	return {
		name: 'ngram',
		outlook(tokens) {
			found = look(tokens)
			const length = found?.match.length ?? 0
			const fitting = kinds.find(({ from }) => length >= from)
			return fitting && { ...fitting, msPerToken: 0, preparationMs: 0 }
		},
		async propose(tokens, { count }) {
			found ??= look(tokens)
			if (!found) return []
			const { index, match } = found
			const proposed = index.after(match, count)
			// Text that repeats itself ends in the middle of a turn, and is foretold for the next ones, too.
			const turn = index === own && proposed.length > 0 ? [...proposed] : []
			while (turn.length > 0 && proposed.length < count) proposed.push(...turn.slice(0, count - proposed.length))
			return proposed
		},
	}
}
