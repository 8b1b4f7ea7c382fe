import type { Drafter, Proposal } from './drafter.ts'
import type { TokenId } from './fimPrompt.ts'
import type { TokenState } from './tokenState.ts'

const nothing: Proposal = { tokens: [], ms: 0 }

/**
 * Drafts with a small model of the same tokenizer.
 *
 * @param vocabularySize of the draft model, which may lack the target's last, unused tokens.
 */
export function modelDrafter(state: TokenState, vocabularySize: number): Drafter {
	return {
		async propose(tokens, count, turn) {
			const last = tokens.at(-1)
			if (last === undefined || tokens.length + count > state.capacity) return nothing
			const kept = await state.keep(tokens, tokens.length - 1)
			const unseen = tokens.slice(kept)
			if (unseen.some((token) => token >= vocabularySize)) return nothing
			let input: readonly TokenId[] = await state.prefill(unseen, turn)
			if (turn.isCancelled()) return nothing
			const drafted: TokenId[] = []
			let start = performance.now()
			let ms = 0
			while (drafted.length < count && !turn.isCancelled()) {
				const [token] = await state.next(input, 1)
				if (token === undefined) break
				// Of the first call only what it would have cost without the tokens that were new.
				ms += (performance.now() - start) / input.length
				start = performance.now()
				drafted.push(token)
				input = [token]
			}
			return { tokens: drafted, ms }
		},
	}
}
