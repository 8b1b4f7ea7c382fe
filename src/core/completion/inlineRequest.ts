import type { CancellationToken } from '../../shared/cancellation.ts'
import type { CodePlace } from '../syntax/codeStructure.ts'
import type { AnswerPlace } from './answerPlace.ts'
import type { Silence } from './confidence/silenceRule.ts'
import type { SelectedItem } from './cursorLine.ts'
import type { DocumentLines, Position } from './documentLines.ts'
import type { AnswerOrigin, NoSuggestionReason } from './outcome.ts'
import type { Question } from './question.ts'

/** One question of the editor: what could stand at the cursor? */
export interface InlineRequest {
	/** Read before the first wait only: a request is about the document as it is when it is asked. */
	readonly document: DocumentLines
	readonly position: Position
	/** Asked with a command rather than by typing. */
	readonly explicit: boolean
	/** Milliseconds for other texts beside the first, all of which are waited for. Default: there are no others. */
	readonly othersMs?: number
	readonly selectedItem?: SelectedItem | undefined
	/**
	 * Milliseconds for which nothing else may be asked before the model is: the user moves through the suggestion list. What is known is
	 * given at once. Default: none.
	 */
	readonly restMs?: number
	/** What comes of it is not shown before the user asks to see it. Default: it is shown. */
	readonly isHeld?: boolean
	/** Known without looking at the text: the setting, the kind of document. */
	readonly refusal?: NoSuggestionReason | undefined
	/** Scopes in which nothing is suggested unless it is asked for by hand. Default: none. */
	readonly silentIn?: readonly CodePlace['scope'][]
	/** What is kept back of what the model is not sure of. Default: nothing. */
	readonly silence?: Silence
	readonly maxTokens: number
	/** Whether what follows a suggestion is written while it is read. Default: no. */
	readonly ahead?: boolean
	/** How much of other files the model is shown. Default: nothing. */
	readonly contextTokens?: number
}

/** A keystroke on its way to an outcome. */
export interface Asking {
	readonly question: Question
	readonly request: InlineRequest
	readonly place: AnswerPlace
	readonly token: CancellationToken
	readonly started: number
}

/** An answer of the model, wherever it comes from. */
export interface Answer {
	readonly text: string
	readonly origin: Omit<AnswerOrigin, 'acted'>
	/** Characters of it that were typed since it was made. */
	readonly typed: number
}
