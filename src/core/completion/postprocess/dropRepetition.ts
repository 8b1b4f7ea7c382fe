import type { DraftFilter } from './draft.ts'

/** Characters that a model may say over and over. */
const longestPeriod = 80
/** So many times in a row, and over so many characters, is no chance any more. */
export interface RepetitionLimits {
	readonly times: number
	readonly characters: number
}

const whenCut: RepetitionLimits = { times: 4, characters: 24 }

/** A model that is lost says the same until it is stopped. What it says before it ended by itself may well be a table of zeros. */
export const dropRepetition: DraftFilter = (draft, { isCut }) =>
	isCut && endsInRepetition(draft.text, whenCut) ? 'repeatsItself' : draft

/** Whether a text says the same to its end, often enough that it is no chance. */
export function endsInRepetition(text: string, { times, characters }: RepetitionLimits): boolean {
	for (let period = 1; period <= Math.min(longestPeriod, text.length / times); period++) {
		const needed = Math.max(characters, period * times)
		if (needed > text.length) continue
		let same = 0
		while (same < needed - period && text.at(-1 - same) === text.at(-1 - same - period)) same++
		if (same >= needed - period) return true
	}
	return false
}
