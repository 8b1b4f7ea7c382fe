import { splitsCharacter } from './documentLines.ts'
import type { NoSuggestionReason } from './outcome.ts'

/** The editor stops drawing a line after this many characters, so ghost text could not be seen there. */
const longestLine = 10_000

export interface TriggerInput {
	readonly languageId: string
	/** The cursor's line up to the cursor. */
	readonly before: string
	/** The cursor's line from the cursor on. */
	readonly after: string
	/** The user asked with a command rather than by typing. */
	readonly explicit: boolean
}

export type TriggerDecision =
	| {
			readonly ask: true
			readonly multiLine: boolean
			/** Whether to wait for a pause in fast typing first. */
			readonly debounce: boolean
	  }
	| { readonly ask: false; readonly reason: NoSuggestionReason }

/** Decides whether the model is asked at all, and for how much. */
export function decideTrigger({ languageId, before, after, explicit }: TriggerInput): TriggerDecision {
	if (before.length + after.length > longestLine) return no('lineTooLong')
	const line = before + after
	if (splitsCharacter(line, before.length)) return no('midWord')
	// A person who asks by hand gets an answer anywhere on the line.
	if (!explicit) {
		if (endsInWord(before) && startsInWord(after)) return no('midWord')
		if (!onlyClosersIn(after)) return no('textAfterCursor')
	}
	const atLineStart = before.trim() === ''
	const nothingFollows = after.trim() === ''
	return {
		ask: true,
		multiLine: nothingFollows && (atLineStart || explicit || opensBlock(before, languageId)),
		debounce: !explicit && !atLineStart,
	}
}

function no(reason: NoSuggestionReason): TriggerDecision {
	return { ask: false, reason }
}

function endsInWord(text: string): boolean {
	return /[\p{L}\p{M}\p{N}_$]$/u.test(text)
}

function startsInWord(text: string): boolean {
	return /^[\p{L}\p{M}\p{N}_$]/u.test(text)
}

/** The end of a tag and tags that close count too. Trimmed first: with free space at both ends the expression would backtrack cubically over long runs of spaces. */
function onlyClosersIn(after: string): boolean {
	return /^[)>}\]"'`]*\s*(?:\/?>)?(?:<\/[\w.:-]*>)*\s*[:{;,]?$|^\*\/$/.test(after.trim())
}

const colonOpensBlock = new Set(['python', 'yaml', 'nim', 'gdscript'])

function opensBlock(before: string, languageId: string): boolean {
	const last = before.trimEnd().at(-1)
	return last === '{' || last === '(' || last === '[' || (last === ':' && colonOpensBlock.has(languageId))
}
