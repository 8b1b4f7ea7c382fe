import type { DraftFilter } from './draft.ts'

/**
 * On the empty line of a block that is closed already, an answer that begins with a closing bracket would close it twice:
 * the line above opens the block, and the line below, indented alike, closes it.
 */
export const dropSecondCloser: DraftFilter = (draft, { before, previousLine, nextLine }) => {
	if (before.trim() !== '' || !/^[)\]}]/.test(draft.text.trimStart())) return draft
	if (previousLine === undefined || nextLine === undefined) return draft
	const opens = /[([{]$/.test(previousLine.trimEnd())
	const closes = /^\s*[)\]}]/.test(nextLine)
	return opens && closes && indentOf(previousLine) === indentOf(nextLine) ? 'repeatsWhatFollows' : draft
}

function indentOf(line: string): string {
	return line.slice(0, line.length - line.trimStart().length)
}
