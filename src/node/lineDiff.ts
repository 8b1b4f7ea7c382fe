import { diffArrays } from 'diff'
import type { LineEdit } from '../core/chat/apply/lineEdit.ts'

/**
 * Which lines differ, as edits of the first text, by the shortest way from one to the other. Blanks at the end of a line do not count: models
 * leave some behind.
 */
export function lineDiff(before: readonly string[], after: readonly string[]): readonly LineEdit[] {
	const edits: LineEdit[] = []
	let at = 0
	let open: { startLine: number; endLine: number; lines: string[] } | undefined
	for (const { added, removed, value } of diffArrays([...before], [...after], {
		comparator: (a, b) => a.trimEnd() === b.trimEnd(),
	})) {
		if (!added && !removed) {
			if (open) edits.push(open)
			open = undefined
			at += value.length
			continue
		}
		open ??= { startLine: at, endLine: at, lines: [] }
		if (removed) {
			at += value.length
			open.endLine = at
		} else open.lines.push(...value)
	}
	if (open) edits.push(open)
	return edits
}
