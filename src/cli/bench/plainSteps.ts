import { charactersFor, type Measurement } from './measurement.ts'
import { codeText } from './recording.ts'

/** Tokens before those that are timed; a plan for shorter prompts has fewer. */
const depth = 256
/** Characters from one step to the next. */
const stride = 4

/**
 * Decoding without drafts, one token at a time. An answer of two tokens takes exactly one step after the first one, and for a
 * single token nothing is drafted; so many short answers are asked for, each a little further in the text, whose prompt is
 * known but for the last characters. Asked for with a purpose of its own, so that no other learns from them how long
 * answers are.
 *
 * @returns what takes so many steps and answers the milliseconds of each. It may be fewer: the model may end a text.
 */
export function plainSteps({ engine, plan }: Measurement): (count: number) => Promise<number[]> {
	let length = charactersFor(Math.min(depth, plan.tokens), plan)
	return async (count) => {
		const times: number[] = []
		for (let step = 0; step < count; step++) {
			const prefix = codeText('steps', length)
			length += stride
			const { stats } = await engine.ask({ prefix, maxTokens: 2, mode: 'plain', purpose: 'index' }).answer
			if (stats.draftedTokens > 0) throw new Error('a single token was drafted')
			if (stats.steps === 1) times.push(stats.totalMs - stats.firstTokenMs - stats.pausedMs)
		}
		return times
	}
}
