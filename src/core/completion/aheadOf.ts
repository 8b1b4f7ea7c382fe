import type { WritingTerms } from '../model/ports.ts'
import type { AnswerPlace } from './answerPlace.ts'

/** Milliseconds for a token; a slower model would be at it for longer than it takes to read a suggestion. */
const slowestToken = 30
/** The rest of a line, and the next one: so far ahead and no further, until that is what is shown. */
const terms: WritingTerms = { maxTokens: 48, stop: ['\n\n'], stopRule: { maxLines: 2 } }

/** What is shown of an answer. */
export interface ShownText {
	readonly text: string
	/** Characters after the cursor whose place it takes. */
	readonly replaced: number
}

/** What follows a suggestion that is accepted as it is. */
export interface Ahead {
	readonly place: AnswerPlace
	readonly terms: WritingTerms
}

/**
 * What to ask while the user reads a suggestion, so that the next one is there when this one is accepted; undefined where the
 * model is too slow for it.
 *
 * @param tokenMs milliseconds that the model took for a token of its last answer
 */
export function aheadOf(
	{ text, replaced }: ShownText,
	{ documentId, prefix, suffix }: AnswerPlace,
	tokenMs: number | undefined,
): Ahead | undefined {
	if (tokenMs === undefined || tokenMs > slowestToken) return undefined
	return { place: { documentId, prefix: prefix + text, suffix: suffix.slice(replaced) }, terms }
}
