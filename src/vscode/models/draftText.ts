import type { DraftChoice } from '../../core/model/modelState.ts'
import type { L10n } from '../l10n.ts'

/** Why a draft model that the user asked for is not used; undefined where all is as it was asked for. */
export function draftProblemText(l10n: L10n, draft: DraftChoice): string | undefined {
	if (!('none' in draft)) return undefined
	switch (draft.none) {
		case 'differentTokenizer':
			return l10n.t(
				'The draft model is not used: it splits text into other tokens than the model ({0}). Choose one of the same family.',
				draft.detail,
			)
		case 'loadFailed':
			return l10n.t('The draft model is not used: it could not be loaded for this model ({0}).', draft.detail)
		case 'notConfigured':
			return undefined
	}
}
