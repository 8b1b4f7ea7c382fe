import { findLines, fittedTo } from './findLines.ts'
import type { LineEdit } from './lineEdit.ts'

interface Replacement {
	readonly search: readonly string[]
	readonly replace: readonly string[]
}

const searchMark = /^<{5,9} ?SEARCH\s*$/
const middleMark = /^={5,9}\s*$/
const endMark = /^>{5,9} ?REPLACE\s*$/

/** @returns undefined where the block is no search/replace block */
export function replacementsIn(lines: readonly string[]): readonly Replacement[] | undefined {
	const replacements: Replacement[] = []
	let part: 'none' | 'search' | 'replace' = 'none'
	let search: string[] = []
	let replace: string[] = []
	for (const line of lines) {
		if (part === 'none' && searchMark.test(line)) {
			part = 'search'
			search = []
			replace = []
		} else if (part === 'search' && middleMark.test(line)) part = 'replace'
		else if (part === 'replace' && endMark.test(line)) {
			replacements.push({ search, replace })
			part = 'none'
		} else if (part === 'search') search.push(line)
		else if (part === 'replace') replace.push(line)
	}
	return replacements.length === 0 || part !== 'none' ? undefined : replacements
}

/** @returns why it cannot be done, where one of the places is not there or not the only one */
export function editsOfReplacements(
	text: readonly string[],
	replacements: readonly Replacement[],
): readonly LineEdit[] | 'notFound' | 'ambiguous' {
	const edits: LineEdit[] = []
	for (const { search, replace } of replacements) {
		if (search.every((line) => line.trim() === '')) {
			// Nothing is looked for: the beginning of a new file, or its end.
			edits.push({ startLine: text.length, endLine: text.length, lines: replace })
			continue
		}
		const found = findLines(text, search)
		if (found === 'none') return 'notFound'
		if (found === 'several') return 'ambiguous'
		edits.push({ startLine: found.startLine, endLine: found.endLine, lines: fittedTo(replace, search, found) })
	}
	return edits
}
