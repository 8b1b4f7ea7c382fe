import { type CursorLine, cursorLine, type SelectedItem } from './cursorLine.ts'
import type { DocumentLines, Position } from './documentLines.ts'
import type { NoSuggestionReason } from './outcome.ts'
import type { DraftPlace } from './postprocess/draft.ts'
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
	const previousLine = lineNear(document, cursor.line, -1)
	const nextLine = lineNear(document, cursor.line, 1)
	const nothingFollows = after.trim() === ''
	return { line, before, after, previousLine, nextLine, window, multiLine, debounce, nothingFollows }
}

/** The nearest line with text above (-1) or below (1); none where it is too long to be one that a model repeats. */
function lineNear(document: DocumentLines, line: number, direction: -1 | 1): string | undefined {
	for (let distance = 1; distance <= linesLookedThrough; distance++) {
		const near = line + distance * direction
		if (near < 0 || near >= document.lineCount) return undefined
		const text = document.lineAt(near)
		if (text.length > longestComparedLine) return undefined
		if (text.trim() !== '') return text
	}
	return undefined
}
