import type { CompletionFigures } from '../model/figures.ts'
import type { LoadedModel } from '../model/modelState.ts'
import type { CompletionAnswer, LogProbs } from '../model/ports.ts'
import type { FilterName, StreamEnd } from './postprocess/filterName.ts'
import type { AnchoredPrompt } from './promptAnchor.ts'

/** Why nothing is shown. Every "no" has one of these; texts for people are made in the editor layer. */
export const noSuggestionReasons = [
	/** Switched off by the setting, everywhere or for this language. */
	'disabled',
	/** A search result, an output panel, a chat input: not a place where code is written. */
	'unsupportedDocument',
	/** `.alcoveignore` names it. */
	'keptOut',
	/** The document's file system takes no changes. */
	'readOnly',
	/** The model is not loaded yet. The editor is asked to ask again when it is. */
	'modelLoading',
	/** The model cannot be had; its state holds the problem. */
	'modelFailed',
	/** The user typed on, or a newer request took its place. */
	'cancelled',
	'midWord',
	/** More than closing brackets and the like stands between the cursor and the end of the line. */
	'textAfterCursor',
	'lineTooLong',
	/** NUL characters near the cursor. */
	'binaryContent',
	/** The setting says that nothing is made while typing. */
	'onlyByHand',
	/** The machine runs on its battery, and a setting says that it is to be saved. */
	'onBattery',
	/** The user has asked for a pause. */
	'snoozed',
	/** Switched off in comments, or in strings, by a setting. */
	'inComment',
	'inString',
	/** What is selected in the suggest widget cannot be continued. */
	'suggestWidgetSelection',
	/** The model had nothing to say. */
	'emptyAnswer',
	'onlyWhitespace',
	'repeatsWhatFollows',
	'repeatsWhatPrecedes',
	/** The document could be parsed before, and no longer with the answer in it. */
	'breaksSyntax',
	/** Cut off at the limit of tokens, with nothing whole in it. */
	'cutShort',
	/** Unlikely to be what the user wants. */
	'unsure',
	/** The model was lost and said the same over and over. */
	'repeatsItself',
	/** Something went wrong that should not; the log has the place. */
	'internalError',
] as const

export type NoSuggestionReason = (typeof noSuggestionReasons)[number]

const hiding: ReadonlySet<NoSuggestionReason> = new Set([
	'disabled',
	'unsupportedDocument',
	'keptOut',
	'readOnly',
	'modelLoading',
	'modelFailed',
	'onlyByHand',
	'onBattery',
	'snoozed',
	'suggestWidgetSelection',
	'internalError',
])

/** Whether what was on the screen is gone for another cause than that its reader went on without it. */
export function hidesSuggestion(reason: NoSuggestionReason): boolean {
	return hiding.has(reason)
}

/** Where an answer came from. */
export interface AnswerOrigin {
	/**
	 * The model was asked for it; it was being written for an earlier keystroke; it is the last one, of which some was typed;
	 * or it is an earlier one.
	 */
	readonly source: 'model' | 'inFlight' | 'typedThrough' | 'cache'
	/** What it cost; absent where nothing was computed for it. */
	readonly figures?: CompletionFigures
	/** What the model was shown, and what it said: for the receipt only. Never logged. */
	readonly asked: Asked
	/** Filters that changed the answer, or refused it. */
	readonly acted: readonly FilterName[]
	/** How likely it is to be taken, from 0 to 1; absent where nobody asked the model how sure it is. */
	readonly probability?: number
}

/** Why an answer ended where it did. */
export type AnswerEnd = CompletionAnswer['stopReason'] | StreamEnd

export interface Asked {
	readonly documentId: string
	readonly prompt: AnchoredPrompt
	/** The cursor's line when it was asked, from 0. */
	readonly line: number
	readonly answer: string
	/** Which one answered, whatever is loaded by now; absent where that was not known yet. */
	readonly model?: Pick<LoadedModel, 'name' | 'quantization' | 'served' | 'insteadOf'>
	/** `enough`: a filter ended it, since more of it would have been dropped. `lost`: it said the same over and over. */
	readonly stopReason: AnswerEnd
	/** How likely the answer was to the model; absent where it did not say. */
	readonly logProbs?: LogProbs
	/** What the model was shown of other files. */
	readonly context?: NonNullable<CompletionAnswer['context']>
	/** Of which side it was not shown all; absent where it was. */
	readonly cut?: NonNullable<CompletionAnswer['cut']>
}

/** Text to put in place of the characters `start` (inclusive) to `end` (exclusive) of one line. */
export interface Suggestion extends AnswerOrigin {
	readonly kind: 'suggestion'
	/** Line breaks are `\n`; the editor turns them into those of the document. */
	readonly text: string
	readonly replace: { readonly line: number; readonly start: number; readonly end: number }
	/** Milliseconds from the editor's question to this answer, debounce included. */
	readonly elapsedMs: number
	/** Other texts for the same place, the likeliest first; only where they were asked for by hand. */
	readonly alternatives?: readonly string[]
}

export interface NoSuggestion extends Partial<AnswerOrigin> {
	readonly kind: 'none'
	readonly reason: NoSuggestionReason
	readonly elapsedMs: number
}

export type InlineOutcome = Suggestion | NoSuggestion
