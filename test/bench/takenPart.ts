import type { Suggestion } from '../../src/core/completion/outcome.ts'
import type { Taking } from './recording.ts'

/**
 * What the editor inserts. Of one that replaces what stands behind the cursor a part is never taken; by lines it is taken without
 * the line break, which is a key of its own.
 */
export function takenPart({ text, replace: { start, end } }: Suggestion, taking: Taking): string {
	if (taking === 'all') return text
	if (start !== end) return ''
	if (taking === 'line') return text.split('\n', 1)[0] ?? ''
	return text.slice(0, wordEnd(text))
}

/** As VS Code finds it: the next word; what stands before one; or blanks, where they come first. */
function wordEnd(text: string): number {
	const word = /\w+/.exec(text)
	const end = word ? word.index || word[0].length : text.length
	const blanks = /\s+/.exec(text)
	return blanks ? Math.min(end, blanks.index + blanks[0].length) : end
}
