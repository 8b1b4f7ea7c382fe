import type { Samples } from './samples.ts'
import type { TimedEngine } from './timedEngine.ts'

/** What every measurement gets. */
export interface Measurement {
	readonly engine: TimedEngine
	readonly samples: Samples
	readonly plan: PromptPlan
	/** A text that was never given before: with it in front, a prompt is new to the engine. */
	newMark(): string
}

/** How long the prompts of a benchmark are, so that it ends in time on a slow machine, too. */
export interface PromptPlan {
	/** Of the long prompt, about. */
	readonly tokens: number
	/** Of a place in a file, at most. */
	readonly placeTokens: number
	readonly charactersPerToken: number
	/** Milliseconds that a token of a prompt takes. */
	readonly msPerToken: number
}

const longestPrompt = 2_000
const longestPlace = 1_000
/** Milliseconds that reading the long prompt may take, and reading a place. */
const patience = 20_000
const placePatience = 4_000
const leastPrompt = 128
/** Tokens that are left for markers and the answer. */
const reserve = 192

/** @param trial what a prompt of some hundred tokens cost. */
export function planPrompts(
	trial: { readonly characters: number; readonly tokens: number; readonly ms: number },
	contextSize: number,
): PromptPlan {
	const msPerToken = trial.ms / trial.tokens
	const bearable = (ms: number) => Math.max(leastPrompt, Math.floor(ms / msPerToken))
	return {
		tokens: Math.min(longestPrompt, bearable(patience), contextSize - reserve),
		placeTokens: Math.min(longestPlace, bearable(placePatience), contextSize - reserve),
		charactersPerToken: trial.characters / trial.tokens,
		msPerToken,
	}
}

/** How many characters of code make about so many tokens. */
export function charactersFor(tokens: number, { charactersPerToken }: PromptPlan): number {
	return Math.floor(tokens * charactersPerToken)
}
