import type { TokenId } from '../llama/fimPrompt.ts'
import type { TokenState } from '../llama/tokenState.ts'
import type { Turn } from '../llama/turn.ts'
import type { DraftCosts } from './modelDrafter.ts'
import { type ThreadSource, VerifyCosts } from './verifyCosts.ts'

/** Numbers of tokens in a call, the most telling ones first: a slow model is measured at these only. */
const sizes = [1, 2, 4, 8, 16, 3, 6, 12] as const
const rounds = 5
/** After this many milliseconds no further call is made. */
const budget = 500
/** The first round may take longer where a token takes at most so long: a few numbers of a busy machine mislead for long. */
const firstBudget = 1_500
const cheapToken = 50

/**
 * Measures what calls of one to sixteen tokens cost, so that the first requests need not guess. Takes half a second, or one
 * call where that takes longer. Leaves the state empty.
 *
 * @param threads those that the state computes with.
 */
export async function measureVerifyCosts(
	state: TokenState,
	token: TokenId,
	turn: Turn,
	threads?: ThreadSource,
): Promise<VerifyCosts> {
	const times = new Map<number, number[]>()
	const start = performance.now()
	const spent = () => performance.now() - start - turn.pausedMs
	for (let round = 0; round < rounds; round++) {
		for (const size of sizes) {
			await turn.checkpoint()
			const isDear = round > 0 || (times.get(1)?.[0] ?? 0) > cheapToken
			if (spent() > (isDear ? budget : firstBudget)) break
			const settled = threads?.settled
			// Another number of threads is being tried: what larger calls cost with it says nothing.
			for (let wanted = threads?.wantedCall; wanted !== undefined; wanted = threads?.wantedCall) {
				await turn.checkpoint()
				await timeOf(state, token, wanted, wanted)
			}
			if (threads?.settled !== settled) times.clear()
			times.set(size, [...(times.get(size) ?? []), await timeOf(state, token, size, size)])
		}
	}
	await state.truncate(0)
	const measured = [...times].map(([tokens, each]) => ({ tokens, ms: lowerQuartile(each) }))
	// More tokens never take less time: where they seem to, the single ones were held up.
	const single = { tokens: 1, ms: Math.min(...measured.map(({ ms }) => ms)) }
	return new VerifyCosts(threads, [single, ...measured.filter(({ tokens }) => tokens > 1)])
}

/** What a draft model costs. Leaves the state empty. */
export async function measureDraftCosts(state: TokenState, token: TokenId, turn: Turn): Promise<DraftCosts> {
	const decode: number[] = []
	for (let round = 0; round < rounds; round++) {
		await turn.checkpoint()
		decode.push(await timeOf(state, token, 1, 1))
	}
	const prepared = (await timeOf(state, token, 32, 1)) / 32
	await state.truncate(0)
	return { token: lowerQuartile(decode), prepared }
}

/** Milliseconds of one call with so many tokens, of which the last ones are answered. */
export async function timeOf(state: TokenState, token: TokenId, size: number, answers: number): Promise<number> {
	if (state.length + size > state.capacity) await state.truncate(0)
	const start = performance.now()
	await state.next(Array<TokenId>(size).fill(token), answers)
	return performance.now() - start
}

/** What most take longer than: others may have had the processor, and next time they have not. */
function lowerQuartile(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 4)] ?? 0
}
