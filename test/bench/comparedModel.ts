import { type Summary, summaryOf } from '../../src/cli/bench/statistics.ts'

/** A synthetic model that the engine and llama.cpp's own programs are compared on. */
export interface ComparedModel {
	readonly name: string
	readonly path: string
	/** Tokens before those that are decoded, and tokens decoded. */
	readonly depth: number
	readonly tokens: number
	/** Answers in a round, and keystrokes in a round. */
	readonly answers: number
	readonly keystrokes: number
	/** A text of so many words; every word of all of them is another one, and none is in an answer. */
	newText(words: number): string
}

export const comparedContext = 4_096

/** For results that both sides have to have. */
export function summarized(values: readonly number[]): Summary {
	const summary = summaryOf(values)
	if (!summary) throw new Error('nothing was measured')
	return summary
}
