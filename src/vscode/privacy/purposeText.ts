import type { EgressPurpose } from '../../core/privacy/egressPolicy.ts'
import type { L10n } from '../l10n.ts'

/** What something is sent to another machine for, in a few words. */
export function purposeText(l10n: L10n, purpose: EgressPurpose): string {
	switch (purpose) {
		case 'modelDownload':
			return l10n.t('downloading models')
		case 'completion':
			return l10n.t('completions')
		case 'chat':
			return l10n.t('chat')
		case 'embedding':
			return l10n.t('vectors for the search')
		case 'strongerModel':
			return l10n.t('asking a stronger model')
	}
}

/** What the other machine gets to see. */
export function payloadText(l10n: L10n, purpose: EgressPurpose): string {
	return purpose === 'modelDownload'
		? l10n.t('It sees which files you download, and none of your code.')
		: l10n.t('It gets code and questions of yours, without what looks secret.')
}
