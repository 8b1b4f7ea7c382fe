import type { NoSuggestionReason } from '../outcome.ts'
import { closeOnOwnLine } from './closeOnOwnLine.ts'
import type { Draft, DraftFilter, DraftPlace } from './draft.ts'
import { dropAfterBlock } from './dropAfterBlock.ts'
import { dropCutLine } from './dropCutLine.ts'
import { dropEcho } from './dropEcho.ts'
import { dropRemnants } from './dropRemnants.ts'
import { dropRepeatedLines } from './dropRepeatedLines.ts'
import { dropRepetition } from './dropRepetition.ts'
import { dropSecondCloser } from './dropSecondCloser.ts'
import type { FilterName } from './filterName.ts'
import { fitIndentation } from './fitIndentation.ts'
import { joinWithFollowing } from './joinWithFollowing.ts'
import { trimEnd } from './trimEnd.ts'

/** By the names that the receipt gives them. */
const filters: readonly (readonly [name: FilterName, filter: DraftFilter])[] = [
	['dropRepetition', dropRepetition],
	['dropRemnants', dropRemnants],
	['dropAfterBlock', dropAfterBlock],
	['dropCutLine', dropCutLine],
	['dropEcho', dropEcho],
	// Also as the model indented it: a line of the level below that is moved into the block is still that line.
	['dropRepeatedLines', dropRepeatedLines],
	['fitIndentation', fitIndentation],
	['trimEnd', trimEnd],
	['joinWithFollowing', joinWithFollowing],
	['dropRepeatedLines', dropRepeatedLines],
	['dropSecondCloser', dropSecondCloser],
	['trimEnd', trimEnd],
	['closeOnOwnLine', closeOnOwnLine],
]

export interface Postprocessed {
	readonly result: Draft | NoSuggestionReason
	/** Filters that changed the answer, or refused it. */
	readonly acted: readonly FilterName[]
}

/** Turns the model's raw answer into what is shown, or says why nothing is. */
export function postprocess(answer: string, place: DraftPlace): Postprocessed {
	if (answer === '') return { result: 'emptyAnswer', acted: [] }
	let draft: Draft = { text: answer.replace(/\r\n?/g, '\n'), replaceAfter: 0 }
	const acted = new Set<FilterName>()
	for (const [name, filter] of filters) {
		const next = filter(draft, place)
		const isChanged = typeof next === 'string' || next.text !== draft.text || next.replaceAfter !== draft.replaceAfter
		if (isChanged) acted.add(name)
		if (typeof next === 'string') return { result: next, acted: [...acted] }
		draft = next
	}
	return { result: draft, acted: [...acted] }
}
