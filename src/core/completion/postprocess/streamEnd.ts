import { answerEnd } from './answerEnd.ts'
import type { DraftPlace } from './draft.ts'
import { dropRemnants } from './dropRemnants.ts'
import { saysWhatFollows } from './dropRepeatedLines.ts'
import { endsInRepetition, type RepetitionLimits } from './dropRepetition.ts'
import type { StreamEnd } from './filterName.ts'

/** More than where an answer has come to its end: this one may still end by itself. */
const repetition: RepetitionLimits = { times: 8, characters: 80 }

/** Looks at an answer so far: filters that would drop all that comes need not wait for it. */
export function streamEnd(text: string, place: DraftPlace): StreamEnd | undefined {
	if (endsInRepetition(text, repetition)) return 'lost'
	// What stands in the fence is yet to come.
	if (/^\s*`{1,3}[\w+#-]*$/.test(text)) return undefined
	const cleaned = dropRemnants({ text, replaceAfter: 0 }, place)
	const isCleaned = typeof cleaned === 'string' ? text.trim() !== '' : !text.endsWith(cleaned.text)
	if (isCleaned || answerEnd(text, place, true) !== undefined) return 'enough'
	const lastBreak = text.lastIndexOf('\n')
	return lastBreak >= 0 && saysWhatFollows(text.slice(0, lastBreak), place) ? 'enough' : undefined
}
