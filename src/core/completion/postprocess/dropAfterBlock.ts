import { answerEnd } from './answerEnd.ts'
import type { DraftFilter } from './draft.ts'

/** The model may go on with something else: what was begun ends the suggestion. What was typed of it since changes nothing about that. */
export const dropAfterBlock: DraftFilter = (draft, place) => {
	const end = place.isTypedAlong ? undefined : answerEnd(draft.text, place, false)
	return end === undefined ? draft : { ...draft, text: draft.text.slice(0, end) }
}
