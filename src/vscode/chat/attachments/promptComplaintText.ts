import { type PromptProblem, promptVariables } from '../../../core/chat/promptFile.ts'
import type { L10n } from '../../l10n.ts'

/** What is wrong with a file of a prompt, as a sentence. */
export function promptComplaintText(l10n: L10n, problem: PromptProblem, word: string): string {
	switch (problem) {
		case 'noEnd':
			return l10n.t('The lines above the text begin with "---" and have to end with it too.')
		case 'notAPair':
			return l10n.t('"{0}" is not of the form "name: value".', word)
		case 'unknownKey':
			return l10n.t('"{0}" is not known here: there are "name" and "description".', word)
		case 'badName':
			return l10n.t(
				'"{0}" cannot be typed as a command: letters, digits, "-" and "_", at most 40, a letter first.',
				word,
			)
		case 'noText':
			return l10n.t('The prompt has no text.')
		case 'unknownVariable':
			return l10n.t('There is no variable "{0}". There are: {1}.', word, promptVariables.join(', '))
		case 'takenName':
			return l10n.t('There is a command "{0}" already.', word)
		case 'tooLong':
			return l10n.t('The prompt is too long: at most 20,000 characters.')
	}
}
