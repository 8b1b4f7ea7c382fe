import { type CursorLine, cursorLine, type SelectedItem } from './cursorLine.ts'
import type { DocumentLines, Position } from './documentLines.ts'
import type { NoSuggestionReason } from './outcome.ts'
import type { DraftPlace } from './postprocess/draft.ts'
import { type PromptWindow, promptWindow, windowLimits } from './promptWindow.ts'
import { decideTrigger } from './triggerPolicy.ts'

/** What the model is asked, and what its answer is fitted into. */
export interface Question extends DraftPlace {
	readonly line: CursorLine
	readonly window: PromptWindow
	readonly multiLine: boolean
	readonly debounceMs: number
}

export interface QuestionInput {
	readonly document: DocumentLines
	readonly position: Position
	readonly explicit: boolean
	readonly selectedItem?: SelectedItem | undefined
	readonly maxTokens: number
}

const linesLookedAheadFor = 5
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
	const { multiLine, debounceMs } = decision
	return { line, before, after, nextLine: nextLineOf(document, cursor.line), window, multiLine, debounceMs }
}

/** The next line with text; none where it is too long to be one that a model repeats. */
function nextLineOf(document: DocumentLines, line: number): string | undefined {
	const end = Math.min(document.lineCount, line + 1 + linesLookedAheadFor)
	for (let next = line + 1; next < end; next++) {
		const text = document.lineAt(next)
		if (text.length > longestComparedLine) return undefined
		if (text.trim() !== '') return text
	}
	return undefined
}
