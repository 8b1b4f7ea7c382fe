import { bracketsIn } from './bracketsIn.ts'
import type { DraftFilter, DraftPlace } from './draft.ts'
import { columnsOf, columnsOfUnit, indentOf } from './indentation.ts'
import { scanDraft } from './scanDraft.ts'

/**
 * Ends the suggestion before a bracket that closes what the lines below close already: what they are indented by tells which block they
 * belong to.
 */
export const dropSecondCloser: DraftFilter = (draft, place) => {
	const { text } = draft
	if (place.nextLine === undefined || place.after.trim() !== '') return draft
	if (opensAndCloses(text, place)) return 'repeatsWhatFollows'
	for (const { at, character, isUnopened } of bracketsIn(scanDraft(text, place).code)) {
		if (!isUnopened) continue
		const lineStart = text.lastIndexOf('\n', at) + 1
		const isFirst = text.slice(lineStart, at).trim() === ''
		const isOwnLine = isFirst && lineStart > 0
		if (isFirst && !isOwnLine) continue
		const isSecond = isOwnLine ? closesLine(text.slice(lineStart), place) : closesBlock(character, place)
		if (!isSecond) continue
		const kept = text.slice(0, isOwnLine ? lineStart : at).trimEnd()
		return kept === '' ? 'repeatsWhatFollows' : { ...draft, text: kept }
	}
	return draft
}

/** On the empty line of a block, between the line that opens and the one that closes it. */
function opensAndCloses(text: string, { before, previousLine, nextLine = '' }: DraftPlace): boolean {
	if (before.trim() !== '' || !/^[)\]}]/.test(text.trimStart()) || previousLine === undefined) return false
	return /[([{]$/.test(previousLine.trimEnd()) && isCloser(nextLine) && indentOf(previousLine) === indentOf(nextLine)
}

/** A closing bracket that begins its line, with what stands further in or with a bracket alike below. */
function closesLine(line: string, { nextLine = '' }: DraftPlace): boolean {
	const [below, own] = [columnsOf(nextLine), columnsOf(line)]
	return below > own || (below === own && isCloser(nextLine))
}

/** A closing bracket behind something else, where the line below closes the block of the cursor's line. */
function closesBlock(closer: string, { before, previousLine, nextLine = '', indentUnit }: DraftPlace): boolean {
	if (before.trim() !== '' || !nextLine.trimStart().startsWith(closer)) return false
	const [below, own] = [columnsOf(nextLine), columnsOf(before)]
	const isOpenedThere = previousLine !== undefined && /[([{]$/.test(previousLine.trimEnd())
	if (isOpenedThere) return columnsOf(previousLine) === below
	return below < own && own - below <= columnsOfUnit(indentUnit)
}

function isCloser(line: string): boolean {
	return /^\s*[)\]}]/.test(line)
}
