import type { CancellationToken } from '../../shared/cancellation.ts'
import type { CompletionModel } from '../model/ports.ts'
import { endOf } from './endOf.ts'
import { postprocess } from './postprocess/postprocess.ts'
import type { AnchoredPrompt } from './promptAnchor.ts'
import type { Question } from './question.ts'

/** Tried beside the first answer; some of them say the same. */
const tries = 3
/** Enough to leave the likeliest path, little enough to write what fits. */
const temperature = 0.8
/** Milliseconds for each. */
const longestTry = 2_000

/**
 * Other answers for a place, for a person who asked by hand and waits for them: each one differs from the first and from the ones before.
 * Ends early where it is cancelled; what one of them fails with is not the first one's failure.
 */
export async function alternativesTo(
	first: string,
	{
		model,
		prompt,
		question,
		maxTokens,
	}: {
		readonly model: CompletionModel
		readonly prompt: AnchoredPrompt
		readonly question: Question
		readonly maxTokens: number
	},
	token: CancellationToken,
): Promise<string[]> {
	const found: string[] = []
	for (let count = 0; count < tries && !token.isCancellationRequested; count++) {
		const request = { ...prompt, ...endOf(question), maxTokens, temperature, deadlineMs: longestTry }
		const answer = await model.complete(request, () => {}, token).catch(() => undefined)
		if (!answer || answer.stopReason === 'cancelled' || answer.stopReason === 'deadline') break
		const { result } = postprocess(answer.text, { ...question, isCut: answer.stopReason === 'maxTokens' })
		// What replaces other characters than the first one cannot stand in its place.
		if (typeof result === 'string' || result.replaceAfter > 0) continue
		const text = question.line.lead + result.text
		if (text !== first && !found.includes(text)) found.push(text)
	}
	return found
}
