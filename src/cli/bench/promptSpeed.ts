import { charactersFor, type Measurement } from './measurement.ts'
import { codeText } from './recording.ts'

/** Keystrokes after a long prompt. */
const keystrokes = ' = new Map('

/** A long prompt that is new, and then what a person types at its end, one character after the other. */
export async function measurePrompt({ engine, samples, plan, newMark }: Measurement): Promise<void> {
	const length = charactersFor(plan.tokens, plan)
	const text = codeText(newMark(), length)
	// Code follows the cursor, too, as it does in an editor.
	const cut = Math.floor(length * 0.9)
	const question = { prefix: text.slice(0, cut), suffix: text.slice(cut), maxTokens: 2 }
	const cold = engine.ask(question)
	samples.add('coldFirstToken', await cold.firstTextMs)
	const { promptTokens, reusedTokens, prefillMs } = (await cold.answer).stats
	samples.add('promptRate', ((promptTokens - reusedTokens) / prefillMs) * 1000)
	for (let end = 1; end <= keystrokes.length; end++) {
		const next = engine.ask({ ...question, typed: keystrokes.slice(0, end) })
		samples.add('warmFirstToken', await next.firstTextMs)
		const { stats } = await next.answer
		samples.add('typedReuse', (stats.reusedTokens / stats.promptTokens) * 100)
	}
}
