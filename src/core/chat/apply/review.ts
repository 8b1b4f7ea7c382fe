import { type LineEdit, withEdits } from './lineEdit.ts'

/** Which lines differ, as edits of the first text: those that become others, in order. */
export type LineDiff = (before: readonly string[], after: readonly string[]) => readonly LineEdit[]

/** One change that waits for a decision. Lines are those of the document as it is now. */
export interface Hunk extends LineEdit {
	readonly id: number
	/** What it replaces. */
	readonly before: readonly string[]
}

/** The document as it is now, and the changes that are still to be decided on. */
export interface Review {
	readonly lines: readonly string[]
	/** In the order of the document; they do not overlap. */
	readonly hunks: readonly Hunk[]
}

/** Where the lines of a change stand in the text of a review; the ends are exclusive. */
export interface ShownHunk {
	readonly hunk: Hunk
	/** The line that it begins at. */
	readonly startLine: number
	readonly removed: { readonly startLine: number; readonly endLine: number }
	readonly added: { readonly startLine: number; readonly endLine: number }
}

export function reviewOf(lines: readonly string[], edits: readonly LineEdit[], diff: LineDiff): Review {
	const hunks = diff(lines, withEdits(lines, edits)).map(
		(edit, id): Hunk => ({ ...edit, id, before: lines.slice(edit.startLine, edit.endLine) }),
	)
	return { lines, hunks }
}

/** The text of a review: all of the document, and behind the lines that would go those that would come. */
export function reviewText({ lines, hunks }: Review): {
	readonly lines: readonly string[]
	readonly shown: readonly ShownHunk[]
} {
	const text: string[] = []
	const shown: ShownHunk[] = []
	let at = 0
	for (const hunk of hunks) {
		text.push(...lines.slice(at, hunk.startLine))
		const startLine = text.length
		text.push(...hunk.before)
		const removed = { startLine, endLine: text.length }
		text.push(...hunk.lines)
		shown.push({ hunk, startLine, removed, added: { startLine: removed.endLine, endLine: text.length } })
		at = hunk.endLine
	}
	text.push(...lines.slice(at))
	return { lines: text, shown }
}

/** Without a change: it was rejected. */
export function without(review: Review, id: number): Review {
	return { ...review, hunks: review.hunks.filter((hunk) => hunk.id !== id) }
}

/** With a change made: the ones behind it move. */
export function accepted({ lines, hunks }: Review, id: number): Review {
	const made = hunks.find((hunk) => hunk.id === id)
	if (!made) return { lines, hunks }
	const moved = made.lines.length - made.before.length
	const rest = hunks
		.filter((hunk) => hunk !== made)
		.map((hunk) =>
			hunk.startLine < made.startLine
				? hunk
				: { ...hunk, startLine: hunk.startLine + moved, endLine: hunk.endLine + moved },
		)
	return { lines: withEdits(lines, [made]), hunks: rest }
}

/**
 * After the document changed: changes keep their places. One whose lines are no longer there, or are no longer as they were, is lost.
 *
 * @param lines of the document as it is now
 */
export function afterChange(
	review: Review,
	lines: readonly string[],
	diff: LineDiff,
): { review: Review; lost: number } {
	const changes = diff(review.lines, lines)
	const hunks: Hunk[] = []
	for (const hunk of review.hunks) {
		let moved = 0
		let isHit = false
		for (const { startLine, endLine, lines: now } of changes) {
			if (
				endLine <= hunk.startLine &&
				!(startLine === endLine && startLine === hunk.startLine && hunk.before.length === 0)
			)
				moved += now.length - (endLine - startLine)
			else if (startLine < hunk.endLine || (startLine === hunk.startLine && hunk.before.length === 0)) isHit = true
		}
		const startLine = hunk.startLine + moved
		const endLine = hunk.endLine + moved
		const isThere = hunk.before.every((line, offset) => lines[startLine + offset] === line)
		if (!isHit && isThere) hunks.push({ ...hunk, startLine, endLine })
	}
	return { review: { lines, hunks }, lost: review.hunks.length - hunks.length }
}
