import { charactersFor, type Measurement } from './measurement.ts'
import { codeText } from './recording.ts'
import { median } from './statistics.ts'

/** Tokens before those that are timed; a plan for shorter prompts has fewer. */
const depth = 256
const steps = 24
/** Characters from one step to the next. */
const stride = 4

/**
 * Decoding without drafts. An answer of two tokens takes exactly one step after the first one, and for a single token
 * nothing is drafted; so many short answers are asked for, each a little further in the text, whose prompt is known but for
 * the last characters. Asked for with a purpose of its own, so that no other learns from them how long answers are.
 *
 * @returns milliseconds of one token: the median of this round.
 */
export async function measureDecoding({ engine, samples, plan }: Measurement): Promise<number> {
	const start = charactersFor(Math.min(depth, plan.tokens), plan)
	const text = codeText('decoding', start + steps * stride)
	const times: number[] = []
	for (let step = 0; step < steps; step++) {
		const prefix = text.slice(0, start + step * stride)
		const { stats } = await engine.ask({ prefix, maxTokens: 2, mode: 'plain', purpose: 'index' }).answer
		if (stats.draftedTokens > 0) throw new Error('a single token was drafted')
		if (stats.steps === 1) times.push(stats.totalMs - stats.firstTokenMs - stats.pausedMs)
	}
	if (times.length === 0) throw new Error('the model writes no code: every answer ended at its first token')
	for (const ms of times) samples.add('decodeRate', 1000 / ms)
	return median(times)
}
