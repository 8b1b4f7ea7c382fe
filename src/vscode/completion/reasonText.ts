import type { NoSuggestionReason } from '../../core/completion/outcome.ts'
import type { L10n } from '../l10n.ts'

/** A reason in a few words, for the status bar, and in a sentence that also tells what can be done. */
export interface ReasonText {
	readonly short: string
	readonly long: string
}

export function reasonText(l10n: L10n, reason: NoSuggestionReason): ReasonText {
	switch (reason) {
		case 'disabled':
			return { short: l10n.t('switched off'), long: l10n.t('Completions are switched off here.') }
		case 'unsupportedDocument':
			return {
				short: l10n.t('not a document'),
				long: l10n.t('This is a panel or an input box of the editor, not a document.'),
			}
		case 'keptOut':
			return {
				short: l10n.t('.alcoveignore'),
				long: l10n.t('A file .alcoveignore names this file: Alcove does not read it.'),
			}
		case 'readOnly':
			return { short: l10n.t('read-only'), long: l10n.t('The file system of this document takes no changes.') }
		case 'modelLoading':
			return {
				short: l10n.t('model is loading'),
				long: l10n.t('The model is not loaded yet. The suggestion comes when it is.'),
			}
		case 'modelFailed':
			return {
				short: l10n.t('no model'),
				long: l10n.t('The model could not be loaded. Choose another one or restart the engine.'),
			}
		case 'cancelled':
			return { short: l10n.t('typed on'), long: l10n.t('You typed on before the answer was there.') }
		case 'onlyByHand':
			return {
				short: l10n.t('only on a key'),
				long: l10n.t('Suggestions come only when you ask for them: run "Trigger Inline Suggestion".'),
			}
		case 'onBattery':
			return {
				short: l10n.t('on battery'),
				long: l10n.t(
					'This machine runs on its battery, and you want it saved: suggestions come only when you ask for them (run "Trigger Inline Suggestion").',
				),
			}
		case 'snoozed':
			return { short: l10n.t('snoozed'), long: l10n.t('Suggestions are paused. Click for the menu to end the pause.') }
		case 'internalError':
			return {
				short: l10n.t('internal error'),
				long: l10n.t('Something went wrong inside Alcove. The log tells where.'),
			}
		default:
			return textReason(l10n, reason) ?? answerReason(l10n, reason)
	}
}

type TextReason =
	| 'midWord'
	| 'textAfterCursor'
	| 'lineTooLong'
	| 'binaryContent'
	| 'suggestWidgetSelection'
	| 'inComment'
	| 'inString'
type AnswerReason =
	| 'emptyAnswer'
	| 'onlyWhitespace'
	| 'repeatsWhatFollows'
	| 'repeatsWhatPrecedes'
	| 'unsure'
	| 'repeatsItself'
	| 'breaksSyntax'
	| 'cutShort'

/** What the text around the cursor says against a suggestion. */
function textReason(l10n: L10n, reason: TextReason | AnswerReason): ReasonText | undefined {
	switch (reason) {
		case 'midWord':
			return {
				short: l10n.t('middle of a word'),
				long: l10n.t('The cursor stands in the middle of a word. Move it to the end of the word.'),
			}
		case 'textAfterCursor':
			return {
				short: l10n.t('text after the cursor'),
				long: l10n.t('Text follows on this line. To ask anyway, run "Trigger Inline Suggestion".'),
			}
		case 'lineTooLong':
			return {
				short: l10n.t('line too long'),
				long: l10n.t('The line is so long that the editor would not show a suggestion in it.'),
			}
		case 'binaryContent':
			return {
				short: l10n.t('binary content'),
				long: l10n.t('There are NUL characters near the cursor: this is not a text file.'),
			}
		case 'inComment':
			return {
				short: l10n.t('in a comment'),
				long: l10n.t('Suggestions in comments are switched off. To ask anyway, run "Trigger Inline Suggestion".'),
			}
		case 'inString':
			return {
				short: l10n.t('in a string'),
				long: l10n.t('Suggestions in strings are switched off. To ask anyway, run "Trigger Inline Suggestion".'),
			}
		case 'suggestWidgetSelection':
			return {
				short: l10n.t('suggestion list is open'),
				long: l10n.t('The item selected in the suggestion list cannot be continued. Press Escape to close the list.'),
			}
		default:
			return undefined
	}
}

/** What is wrong with the model's answer. */
function answerReason(l10n: L10n, reason: NoSuggestionReason): ReasonText {
	switch (reason) {
		case 'onlyWhitespace':
			return { short: l10n.t('only white space'), long: l10n.t('The model answered with white space only.') }
		case 'repeatsItself':
			return {
				short: l10n.t('repeats itself'),
				long: l10n.t('The model said the same over and over. Write a little more, and it may find its way.'),
			}
		case 'repeatsWhatFollows':
			return {
				short: l10n.t('repeats what follows'),
				long: l10n.t('The model suggested what already stands after the cursor.'),
			}
		case 'unsure':
			return {
				short: l10n.t('unsure'),
				long: l10n.t('The model was not sure enough of what it had to say. Ask by hand to see it.'),
			}
		case 'breaksSyntax':
			return {
				short: l10n.t('would break the syntax'),
				long: l10n.t('What the model suggested does not fit the code around it.'),
			}
		case 'cutShort':
			return {
				short: l10n.t('cut short'),
				long: l10n.t('The answer came to its limit before there was anything whole in it.'),
			}
		case 'repeatsWhatPrecedes':
			return {
				short: l10n.t('repeats the line above'),
				long: l10n.t('The model suggested the line above once more.'),
			}
		default:
			return { short: l10n.t('model has none'), long: l10n.t('The model has nothing to suggest here.') }
	}
}
