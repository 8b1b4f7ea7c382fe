import { type CursorLine, cursorLine, type SelectedItem } from './cursorLine.ts'
import type { DocumentLines, Position } from './documentLines.ts'
import type { NoSuggestionReason } from './outcome.ts'
import type { DraftPlace } from './postprocess/draft.ts'
import { holdsSpecialTokens } from './postprocess/dropRemnants.ts'
import { indentUnitOf } from './postprocess/indentation.ts'
import { type PromptWindow, promptWindow, windowLimits } from './promptWindow.ts'
import { decideTrigger } from './triggerPolicy.ts'

/** What the model is asked, and what its answer is fitted into. */
export interface Question extends Omit<DraftPlace, 'isCut'> {
	readonly line: CursorLine
	readonly window: PromptWindow
	readonly multiLine: boolean
	readonly debounce: boolean
	/** Nothing but blanks between the cursor and the end of the line. */
	readonly nothingFollows: boolean
}

export interface QuestionInput {
	readonly document: DocumentLines
	readonly position: Position
	readonly explicit: boolean
	readonly selectedItem?: SelectedItem | undefined
	readonly maxTokens: number
}

const linesLookedThrough = 5
const linesBelowLookedThrough = 20
const mostLinesBelow = 8
const longestComparedLine = 1_000

/**
 * Reads everything that is needed of the document; or says why nothing is asked.
 * @param contextSize of the model, in tokens
 */
export function questionOf(input: QuestionInput, contextSize: number): Question | NoSuggestionReason {
	const { document, explicit } = input
	const line = cursorLine(document, input.position, input.selectedItem)
	if (!line) return 'suggestWidgetSelection'
	const { before, after, cursor } = line
	const decision = decideTrigger({ languageId: document.languageId, before, after, explicit })
	if (!decision.ask) return decision.reason
	const window = promptWindow(document, cursor, before, windowLimits(contextSize, input.maxTokens))
	if (window.prefix.includes('\0') || window.suffix.includes('\0')) return 'binaryContent'
	const { multiLine, debounce } = decision
	const previousLine = nearLineAbove(document, cursor.line)
	const linesBelow = nearLinesBelow(document, cursor.line)
	const shown = window.prefix + window.suffix
	const hasFences = shown.includes('```') || document.languageId === 'markdown'
	const nothingFollows = after.trim() === ''
	return {
		line,
		languageId: document.languageId,
		indentUnit: indentUnitOf(window.prefix, window.suffix),
		before,
		after,
		previousLine,
		nextLine: linesBelow[0],
		linesBelow,
		hasFences,
		hasSpecialTokens: holdsSpecialTokens(shown),
		window,
		multiLine,
		debounce,
		nothingFollows,
	}
}

/** The nearest line with text; none where it is too long to be one that a model repeats. */
function nearLineAbove(document: DocumentLines, line: number): string | undefined {
	const first = Math.max(0, line - linesLookedThrough)
	for (let near = line - 1; near >= first; near--) {
		const text = document.lineAt(near)
		if (text.trim() !== '') return text.length > longestComparedLine ? undefined : text
	}
	return undefined
}

/** The first one is near; the others are looked for further down. */
function nearLinesBelow(document: DocumentLines, line: number): string[] {
	const found: string[] = []
	const last = Math.min(document.lineCount - 1, line + linesBelowLookedThrough)
	for (let near = line + 1; near <= last && found.length < mostLinesBelow; near++) {
		const text = document.lineAt(near)
		if (text.length > longestComparedLine) break
		if (text.trim() !== '') found.push(text)
		else if (found.length === 0 && near - line >= linesLookedThrough) break
	}
	return found
}
