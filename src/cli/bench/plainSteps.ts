import { charactersFor, type Measurement } from './measurement.ts'
import { codeText } from './recording.ts'

/** Tokens before those that are timed; a plan for shorter prompts has fewer. */
const depth = 256
/** Characters from one answer to the next. */
const stride = 4

/**
 * Decoding without drafts. Each answer begins a little further in the text, so that its prompt is known but for the last
 * characters. Asked for with a purpose of its own, so that no other learns from them how long answers are.
 *
 * @returns what takes so many steps and answers the milliseconds of one of them; undefined where the model ended the text at
 * once.
 */
export function plainSteps({ engine, plan }: Measurement): (count: number) => Promise<number | undefined> {
	let length = charactersFor(Math.min(depth, plan.tokens), plan)
	return async (count) => {
		const prefix = codeText('steps', length)
		length += stride
		const question = { prefix, maxTokens: count + 1, mode: 'plain', purpose: 'index', drafts: false } as const
		const { stats } = await engine.ask(question).answer
		if (stats.draftedTokens > 0) throw new Error('a token was drafted')
		if (stats.steps === 0) return undefined
		return (stats.totalMs - stats.firstTokenMs - stats.pausedMs) / stats.steps
	}
}
