import type { NoSuggestionReason } from '../outcome.ts'
import type { Draft, DraftFilter, DraftPlace } from './draft.ts'
import { dropRepeatedLines } from './dropRepeatedLines.ts'
import { dropSecondCloser } from './dropSecondCloser.ts'
import { joinWithFollowing } from './joinWithFollowing.ts'
import { trimEnd } from './trimEnd.ts'

const filters: readonly DraftFilter[] = [trimEnd, joinWithFollowing, dropRepeatedLines, dropSecondCloser, trimEnd]

/** Turns the model's raw answer into what is shown, or says why nothing is. */
export function postprocess(answer: string, place: DraftPlace): Draft | NoSuggestionReason {
	if (answer === '') return 'emptyAnswer'
	let draft: Draft = { text: answer.replace(/\r\n?/g, '\n'), replaceAfter: 0 }
	for (const filter of filters) {
		const next = filter(draft, place)
		if (typeof next === 'string') return next
		draft = next
	}
	return draft
}
