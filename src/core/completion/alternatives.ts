import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { CompletionModel } from '../model/ports.ts'
import type { DocumentLines } from './documentLines.ts'
import { endOf } from './endOf.ts'
import { postprocess } from './postprocess/postprocess.ts'
import type { AnchoredPrompt } from './promptAnchor.ts'
import type { Question } from './question.ts'
import { shownLines } from './shownLines.ts'

/** Tried beside the first answer; some of them say the same. */
const tries = 3
/** Enough to leave the likeliest path, little enough to write what fits. */
const temperature = 0.8

/**
 * Other answers for a place, for a person who asked by hand and waits for them: each one differs from the first and from the ones before.
 * Ends early where it is cancelled or the time is over; what one of them fails with is not the first one's failure.
 *
 * @param deps.budgetMs for all of them
 * @param deps.whole as much of a text as the syntax takes; may be empty
 */
export async function alternativesTo(
	first: string,
	deps: {
		readonly model: CompletionModel
		readonly clock: Clock
		readonly document: DocumentLines
		readonly prompt: AnchoredPrompt
		readonly question: Question
		readonly maxTokens: number
		readonly budgetMs: number
		readonly whole: (text: string) => Promise<string>
	},
	token: CancellationToken,
): Promise<string[]> {
	const { model, clock, document, prompt, question, maxTokens, budgetMs, whole } = deps
	const end = clock.now() + budgetMs
	const found: string[] = []
	const shown = shownLines(document, question.line.cursor.line, prompt)
	for (let count = 0; count < tries && !token.isCancellationRequested; count++) {
		const deadlineMs = end - clock.now()
		if (deadlineMs <= 0) break
		const request = { ...prompt, ...endOf(question), maxTokens, temperature, deadlineMs, shown }
		const answer = await model.complete(request, () => {}, token).catch(() => undefined)
		if (!answer || answer.stopReason === 'cancelled' || answer.stopReason === 'deadline') break
		const { result } = postprocess(answer.text, { ...question, isCut: answer.stopReason === 'maxTokens' })
		// What replaces other characters than the first one cannot stand in its place.
		if (typeof result === 'string' || result.replaceAfter > 0) continue
		const text = await whole(question.line.lead + result.text)
		if (text !== '' && text !== first && !found.includes(text)) found.push(text)
	}
	return found
}
