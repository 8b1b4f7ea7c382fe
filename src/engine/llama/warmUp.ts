import type { TokenId } from './fimPrompt.ts'
import type { TokenState } from './tokenState.ts'
import type { Turn } from './turn.ts'

export interface WarmUp {
	readonly promptTokens: number
	readonly evaluatedTokens: number
	/** False where it gave way to somebody, or was cancelled. */
	readonly isWhole: boolean
}

/** Evaluates all of a prompt but its last token, which the request that it is for has to evaluate anyway. */
export async function warmUp(target: TokenState, prompt: readonly TokenId[], turn: Turn): Promise<WarmUp> {
	const wanted = prompt.slice(0, -1)
	const { pausedMs } = turn
	let evaluatedTokens = 0
	let kept: number | undefined
	for (;;) {
		await turn.checkpoint()
		// Whoever had the turn meanwhile may have used the same state.
		const isWhole = kept !== undefined && kept + evaluatedTokens >= wanted.length
		if (isWhole || turn.isCancelled() || turn.pausedMs > pausedMs) {
			return { promptTokens: prompt.length, evaluatedTokens, isWhole }
		}
		kept ??= await target.keep(wanted, wanted.length)
		const rest = wanted.slice(kept + evaluatedTokens)
		if (rest.length > 0) evaluatedTokens += await target.advance(rest)
	}
}
