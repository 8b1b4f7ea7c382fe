import type { DraftFilter, DraftPlace } from './draft.ts'
import { scanDraft } from './scanDraft.ts'

/**
 * Of an answer that was cut at the limit of tokens, the last line is half a line; where there is only one, its last word may be half a
 * word, and a string that is open at its end is half a string.
 */
export const dropCutLine: DraftFilter = (draft, place) => {
	if (!place.isCut) return draft
	const lastBreak = draft.text.lastIndexOf('\n')
	const whole = draft.text.slice(0, Math.max(0, lastBreak))
	const text = whole.trim() === '' ? withoutHalf(draft.text, place) : whole
	if (text.trim() === '') return draft.text.trim() === '' ? 'onlyWhitespace' : 'cutShort'
	return text === draft.text ? draft : { ...draft, text }
}

function withoutHalf(text: string, place: DraftPlace): string {
	const { open } = scanDraft(text, place)
	const string = open.find((quoted) => quoted.of === 'string' && quoted.at >= 0)
	const kept = string ? text.slice(0, string.at) : text.replace(/[\p{L}\p{M}\p{N}_$]+$/u, '')
	if (kept === text) return text
	// A name without what is asked of it, a value less: what led to the half goes with it, the bracket it stands in may stay.
	const isInProse = open.some((quoted) => quoted.of !== 'code' && quoted.at < (string?.at ?? text.length))
	return isInProse
		? kept.trimEnd()
		: kept.replace(/(?:[\s.,:;?!=+\-*/%&|^~<>@#$]|(?<=\s)(?:and|or|not|in|is|as))+$/, '')
}
