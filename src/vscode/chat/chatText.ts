import type { EndReason } from '../../core/chat/writeAnswer.ts'
import type { L10n } from '../l10n.ts'
import { problemText } from '../models/problemText.ts'

/** Why an answer ended as it did, and what to do. */
export function endReasonText(l10n: L10n, reason: EndReason): string {
	switch (reason.code) {
		case 'maxTokens':
			return l10n.t(
				'The answer has reached its {0} tokens. Write "go on" for more, or raise the setting for the length of answers.',
				reason.tokens,
			)
		case 'contextFull':
			return l10n.t('There is no room for more in the context of the model. Begin a new chat, or attach less.')
		case 'circles':
			return l10n.t('The model went round in circles, so the answer was ended. Ask again, or ask differently.')
		case 'empty':
			return l10n.t(
				'The model said nothing. Ask again in other words, attach less, or choose a model that was made for conversations.',
			)
		case 'engineEnded':
			return l10n.t('The engine stopped in the middle of the answer. It starts again by itself: ask again.')
		case 'modelChanged':
			return l10n.t('The model was changed or unloaded in the middle of the answer.')
		case 'editorEnded':
			return l10n.t('The window was closed in the middle of the answer.')
		case 'model':
			return problemText(l10n, reason.problem).message
		case 'error':
			return l10n.t('Something went wrong ({0}). Ask again; the log has the details.', reason.detail)
	}
}

/** Words of the receipt. */
export function receiptWords(l10n: L10n) {
	return {
		noRoom: l10n.t('there was no room for all of it'),
		shownBefore: l10n.t('shown with an earlier message'),
		question: l10n.t('Your message'),
	}
}

/** Words of a conversation as a document. */
export function exportWords(l10n: L10n) {
	return {
		you: l10n.t('You'),
		assistant: l10n.t('Alcove'),
		shown: l10n.t('The model was shown:'),
		untitled: l10n.t('Chat'),
	}
}
