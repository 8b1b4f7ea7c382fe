import type { DraftFilter } from './draft.ts'

/** Ends the suggestion before a line that says what the next line of the document says already. */
export const dropRepeatedLines: DraftFilter = (draft, { before, after, nextLine }) => {
	const next = nextLine?.trimEnd()
	if (!next) return draft
	const lines = `${before}${draft.text}`.split('\n')
	const lastLine = lines.length - 1
	const repeated = lines.findIndex((line, index) => {
		const whole = index === lastLine ? line + after.slice(draft.replaceAfter) : line
		return whole.trimEnd() === next
	})
	if (repeated < 0) return draft
	// Of the cursor's own line only what the user wrote stays, so a repeat there leaves nothing to add.
	const text = lines.slice(0, repeated).join('\n').slice(before.length)
	return text.trim() === '' ? 'repeatsWhatFollows' : { text, replaceAfter: 0 }
}
