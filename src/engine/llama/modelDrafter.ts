import type { Drafter, Proposal } from './drafter.ts'
import type { TokenState } from './tokenState.ts'

const nothing: Proposal = { tokens: [], ms: 0, unseen: 0, catchUpMs: 0 }

/**
 * Drafts with a small model of the same tokenizer.
 *
 * @param vocabularySize of the draft model, which may lack the target's last, unused tokens.
 */
export function modelDrafter(state: TokenState, vocabularySize: number): Drafter {
	return {
		unseen: (tokens) => tokens.length - Math.min(state.common(tokens), tokens.length - 1),
		async propose(tokens, count, isCancelled) {
			if (tokens.length === 0 || tokens.length + count > state.capacity) return nothing
			const start = performance.now()
			const kept = await state.keep(tokens, tokens.length - 1)
			const unseen = tokens.slice(kept)
			if (unseen.some((token) => token >= vocabularySize)) return nothing
			const rest = await state.prefill(unseen, isCancelled)
			if (isCancelled()) return nothing
			const drafted = await state.next(rest, 1)
			// The first guess comes with the last tokens that are taken in, and costs about as much as one of the next.
			const caughtUp = performance.now()
			while (drafted.length < count && !isCancelled()) drafted.push(...(await state.next(drafted.slice(-1), 1)))
			const others = drafted.length - 1
			const msEach = others > 0 ? (performance.now() - caughtUp) / others : (caughtUp - start) / unseen.length
			const catchUpMs = Math.max(0, caughtUp - start - msEach)
			return { tokens: drafted, ms: msEach * drafted.length, unseen: unseen.length, catchUpMs }
		},
	}
}
