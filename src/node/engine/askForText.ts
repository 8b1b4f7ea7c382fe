import { noFigures } from '../../core/model/figures.ts'
import type { WritingTerms, WrittenAnswer } from '../../core/model/ports.ts'
import type { EngineResult } from '../../protocol/engine.ts'
import type { Asked } from './modelHandle.ts'

/**
 * Asks for text and passes on its pieces; where the engine gives no answer any more, they are the answer. `whole` is what
 * the engine answered.
 */
export async function askForText<A extends EngineResult<'complete'>>(
	onText: (text: string) => void,
	ask: (onProgress: (progress: { readonly text: string }) => void) => Promise<Asked<A>>,
): Promise<{ readonly written: WrittenAnswer; readonly whole?: A }> {
	let streamed = ''
	const asked = await ask(({ text }) => {
		streamed += text
		onText(text)
	})
	if (asked.kind === 'overtaken') {
		const { reason, elapsedMs } = asked
		const stats = { ...noFigures, firstTokenMs: elapsedMs, totalMs: elapsedMs }
		return { written: { text: streamed, stopReason: reason, stats } }
	}
	const { text, stopReason, logProbs, stats } = asked.answer
	const written = { text, stopReason, stats, ...(logProbs !== undefined && { logProbs }) }
	return { written, whole: asked.answer }
}

/** The part of a request that says how the answer is to be written, as the protocol has it. */
export function writingParams({ maxTokens, stop, stopRule, temperature, reference, drafts, logProbs }: WritingTerms) {
	return { maxTokens, stop: [...stop], stopRule, temperature, reference, drafts, logProbs }
}
