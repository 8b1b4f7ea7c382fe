import type { TokenId } from '../llama/fimPrompt.ts'
import type { TokenState } from '../llama/tokenState.ts'
import type { Turn } from '../llama/turn.ts'
import type { Drafter } from './drafter.ts'
import { runningMean } from './runningMean.ts'

export interface DraftCosts {
	/** Milliseconds of one drafted token. */
	readonly token: number
	/** Milliseconds of one token of text that is new to the draft model. */
	readonly prepared: number
}

/** Tokens that a trial shows the draft model, where it has not seen more than these. */
const trialWindow = 16

/**
 * Drafts with a small model of the same tokenizer.
 *
 * @param vocabularySize of the draft model, which may lack the target's last, unused tokens.
 */
export function modelDrafter(state: TokenState, vocabularySize: number, costs: DraftCosts): Drafter {
	const tokenMs = runningMean(costs.token)
	const preparedMs = runningMean(costs.prepared)
	/** Steps in which nothing was drafted: the older a cost is, the less it says. */
	let idle = 0

	/** Whether some of these tokens mean nothing to the draft model: then it cannot read on from there. */
	const lacks = (tokens: readonly TokenId[]) => tokens.some((token) => token >= vocabularySize)

	/** Brings the state up to date but for the last tokens, which it returns. */
	const prepare = async (tokens: readonly TokenId[], trial: boolean, turn: Turn) => {
		const unseen = tokens.length - state.common(tokens)
		const shown = trial && unseen > trialWindow ? tokens.slice(-trialWindow) : tokens
		const kept = await state.keep(shown, shown.length - 1)
		const rest = shown.slice(kept)
		const [start, paused] = [performance.now(), turn.pausedMs]
		const left = await state.prefill(rest, turn)
		const prefilled = rest.length - left.length
		if (prefilled > 0) preparedMs.observe((performance.now() - start - (turn.pausedMs - paused)) / prefilled)
		return left
	}

	return {
		name: 'model',
		outlook(tokens) {
			if (tokens.length === 0 || tokens.length >= state.capacity) return undefined
			const unseen = tokens.length - 1 - state.common(tokens)
			if (lacks(tokens.slice(-1 - unseen))) return undefined
			idle++
			return {
				kind: 'model',
				assumedAcceptance: 0.6,
				msPerToken: tokenMs.value,
				preparationMs: Math.max(0, unseen - 1) * preparedMs.value,
			}
		},
		async propose(tokens, { count, trial }, turn) {
			if (tokens.length + count > state.capacity) return []
			if (lacks(tokens.slice(state.common(tokens)))) return []
			idle--
			let input = await prepare(tokens, trial, turn)
			const drafted: TokenId[] = []
			while (drafted.length < count && !turn.isCancelled()) {
				const start = performance.now()
				const [token] = await state.next(input, 1)
				const ms = performance.now() - start
				if (input.length <= 2) {
					tokenMs.observe(ms, idle)
					idle = 0
				} else preparedMs.observe(ms / input.length)
				if (token === undefined || token >= vocabularySize) break
				drafted.push(token)
				input = [token]
			}
			return drafted
		},
	}
}
