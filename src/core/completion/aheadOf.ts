import type { CompletionFigures } from '../model/figures.ts'
import type { WritingTerms } from '../model/ports.ts'
import type { AnswerPlace } from './answerPlace.ts'
import type { Asked } from './outcome.ts'
import type { AnchoredPrompt } from './promptAnchor.ts'

/** Milliseconds for a token; a slower model would be at it for longer than it takes to read a suggestion. */
const slowestToken = 30
/** Characters after the anchor; with more, the model would have no room for them beside its answer. */
const longestTyped = 256
/** The rest of a line, and the next one. */
const terms: WritingTerms = { maxTokens: 48, stop: ['\n\n'], stopRule: { maxLines: 2 } }

/** What follows a suggestion that is accepted as it is. */
export interface Ahead {
	readonly place: AnswerPlace
	readonly prompt: AnchoredPrompt
	readonly terms: WritingTerms
}

/**
 * What to ask while the user reads a suggestion, so that the next one is there when this one is accepted; undefined where the
 * model is too slow for it, or the prompt would have to be read anew.
 */
export function aheadOf(
	shown: string,
	place: AnswerPlace,
	{ prompt }: Asked,
	figures: CompletionFigures | undefined,
): Ahead | undefined {
	if (!figures || figures.generatedTokens === 0) return undefined
	if ((figures.totalMs - figures.prefillMs - figures.queueMs) / figures.generatedTokens > slowestToken) return undefined
	const prefix = place.prefix + shown
	// The place may be further than the prompt, where it was being written for an earlier key.
	const whole = prompt.prefix + prompt.typed
	const since = prefix.length - whole.length
	if (since <= 0 || !prefix.endsWith(shown) || prompt.typed.length + since > longestTyped) return undefined
	if (prefix.slice(-since - 40, -since) !== whole.slice(-40)) return undefined
	return { place: { ...place, prefix }, prompt: { ...prompt, typed: prompt.typed + prefix.slice(-since) }, terms }
}
