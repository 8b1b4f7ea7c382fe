import type { DraftFilter, DraftPlace } from './draft.ts'

/**
 * Ends the suggestion before a line that says what the next line of the document says already, and before two lines that stand
 * somewhat further below. Quotes, blanks and what ends a statement make no difference.
 */
export const dropRepeatedLines: DraftFilter = (draft, place) => {
	const { before, after } = place
	const lines = `${before}${draft.text}`.split('\n')
	const lastLine = lines.length - 1
	const whole = lines.map((line, index) => (index === lastLine ? line + after.slice(draft.replaceAfter) : line))
	const repeated = firstRepeated(whole, place)
	if (repeated < 0) return draft
	// Of the cursor's own line only what the user wrote stays, so a repeat there leaves nothing to add.
	const text = lines.slice(0, repeated).join('\n').slice(before.length)
	return text.trim() === '' ? 'repeatsWhatFollows' : { text, replaceAfter: 0 }
}

/** Whether lines that are written to their ends say what stands below already, so that no more of them is wanted. */
export function saysWhatFollows(text: string, place: DraftPlace): boolean {
	return firstRepeated(`${place.before}${text}`.split('\n'), place) >= 0
}

function firstRepeated(lines: readonly string[], { nextLine, linesBelow }: DraftPlace): number {
	const next = nextLine?.trimEnd()
	if (!next) return -1
	const below = linesBelow.map(plain)
	const pairs = new Set(below.slice(1).flatMap((line, at) => (at > 0 ? [`${below[at]}\n${line}`] : [])))
	const written = lines.map(plain)
	return lines.findIndex((line, at) => {
		if (line.trimEnd() === next || (isTelling(next) && written[at] === plain(next))) return true
		const pair = `${written[at]}\n${written[at + 1]}`
		return isTelling(line) && isTelling(lines[at + 1] ?? '') && pairs.has(pair)
	})
}

/** The same for lines that say the same; their indentation counts. */
function plain(line: string): string {
	const indent = line.slice(0, line.length - line.trimStart().length)
	const text = line
		.trim()
		.replace(/\s+/g, ' ')
		.replace(/['"`]/g, '"')
		.replace(/[;,]+$/, '')
	return indent + text
}

/** A bracket alone, and what is about as short, may well stand there twice. */
function isTelling(line: string): boolean {
	return /[\p{L}\p{N}].*[\p{L}\p{N}].*[\p{L}\p{N}]/u.test(line)
}
