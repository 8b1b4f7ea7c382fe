import type { AnalysisGap } from '../../core/security/findings/finding.ts'
import type { AnalysisFailed } from '../../core/security/securityPorts.ts'
import type { L10n } from '../l10n.ts'

/** Why there is no answer, and what to do. */
export function failureText(l10n: L10n, reason: AnalysisFailed['reason']): string {
	switch (reason) {
		case 'outOfMemory':
			return l10n.t(
				'The analysis takes more memory than it may. Analyze fewer files at once, or lower alcove.security.maxFileKilobytes.',
			)
		case 'notStarted':
			return l10n.t(
				'The process of the analysis cannot be started. The log says why; installing Alcove anew helps where a file is missing.',
			)
		default:
			return l10n.t(
				'The process of the analysis ended. Run the command again; where it ends again at the same file, leave that file out with files.exclude.',
			)
	}
}

/** `command-injection` for `javascript/command-injection`: the file says of which language it is. */
export function shortRule(ruleId: string): string {
	return ruleId.slice(ruleId.lastIndexOf('/') + 1)
}

/** What is done, and for the finding of which rule. */
export function withRule(title: string, ruleId: string): string {
	return title.includes(ruleId) ? title : `${title} (${shortRule(ruleId)})`
}

/** What of a file was not analyzed. */
export function gapsText(l10n: L10n, gaps: readonly AnalysisGap[]): string {
	return [...new Set(gaps.map((gap) => gapText(l10n, gap)))].join(' ')
}

function gapText(l10n: L10n, { reason }: AnalysisGap): string {
	switch (reason) {
		case 'tooLarge':
			return l10n.t('The file is larger than alcove.security.maxFileKilobytes, and was not analyzed.')
		case 'minified':
			return l10n.t('The file is minified, or a program wrote it, and was not analyzed.')
		case 'binary':
			return l10n.t('The file is binary, and was not analyzed.')
		case 'unreadable':
			return l10n.t('The file could not be read.')
		case 'syntaxErrors':
			return l10n.t('Parts of the file could not be parsed: what they do is not known.')
		case 'tooDeep':
			return l10n.t('Parts of the file are nested too deep to be followed.')
		case 'outOfBudget':
			return l10n.t('Parts of the file have more ways through them than are followed.')
		case 'noLanguage':
			return l10n.t('The data flow of this language is not followed: only secrets are looked for.')
		default:
			return l10n.t('The analysis of the file failed.')
	}
}
