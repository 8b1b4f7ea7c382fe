import { findLines, fittedTo } from './findLines.ts'
import type { LineEdit } from './lineEdit.ts'

interface Hunk {
	/** From 0, as the header says it; undefined where it says nothing. */
	readonly startLine: number | undefined
	readonly before: readonly string[]
	readonly after: readonly string[]
}

const header = /^@@(?: -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@.*| ?\.\.\. ?@@.*| ?@@.*|\s*)$/

/** The hunks of a unified diff; numbers of lines in headers may be missing or wrong. @returns undefined where the block is no diff */
export function hunksIn(lines: readonly string[]): readonly Hunk[] | undefined {
	const hunks: { startLine: number | undefined; before: string[]; after: string[] }[] = []
	let isInHunk = false
	for (const line of lines) {
		const head = header.exec(line)
		if (head) {
			hunks.push({ startLine: head[1] === undefined ? undefined : Number(head[1]) - 1, before: [], after: [] })
			isInHunk = true
			continue
		}
		if (
			/^(?:diff --git |index [0-9a-f]+\.\.|--- |\+\+\+ )/.test(line) &&
			(!isInHunk || /^(?:diff|index) /.test(line))
		) {
			isInHunk = false
			continue
		}
		const hunk = hunks.at(-1)
		if (!isInHunk || !hunk || line.startsWith('\\')) continue
		const rest = line.slice(1)
		if (line.startsWith('-')) hunk.before.push(rest)
		else if (line.startsWith('+')) hunk.after.push(rest)
		else {
			// Models forget the blank before an empty line.
			hunk.before.push(line === '' ? '' : rest)
			hunk.after.push(line === '' ? '' : rest)
		}
	}
	const changing = hunks.filter(({ before, after }) => before.join('\n') !== after.join('\n'))
	return changing.length === 0 ? undefined : changing
}

/** @returns why it cannot be done, where one of the hunks has no place, or several */
export function editsOfHunks(
	text: readonly string[],
	hunks: readonly Hunk[],
): readonly LineEdit[] | 'notFound' | 'ambiguous' {
	const edits: LineEdit[] = []
	for (const { startLine, before, after } of hunks) {
		if (before.every((line) => line.trim() === '')) {
			if (startLine === undefined && text.length > 0) return 'ambiguous'
			const at = Math.min(text.length, Math.max(0, (startLine ?? 0) + (text.length > 0 ? 1 : 0)))
			edits.push({ startLine: at, endLine: at, lines: after })
			continue
		}
		const found = findLines(text, before, startLine)
		if (found === 'none') return 'notFound'
		if (found === 'several') return 'ambiguous'
		const lines = fittedTo(trimmedLike(after, before), before, found)
		edits.push({ startLine: found.startLine, endLine: found.endLine, lines })
	}
	return edits
}

/** Without the blank lines around that are not looked for either. */
function trimmedLike(after: readonly string[], before: readonly string[]): readonly string[] {
	let start = 0
	while (before[start]?.trim() === '' && after[start]?.trim() === '') start++
	let end = 0
	while (before.at(-1 - end)?.trim() === '' && after.at(-1 - end)?.trim() === '' && end < after.length - start) end++
	return after.slice(start, after.length - end)
}
