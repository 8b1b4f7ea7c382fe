import type { Candidate, Gap, ModelProposal, Pick, Reason, TimedCandidate } from '../../core/model/chooseModels.ts'
import type { LineTime } from '../../core/model/lineTime.ts'
import type { L10n } from '../l10n.ts'
import { billionsText, bytesText, roleText } from './modelTexts.ts'

/** The proposal in words and numbers. */
export function proposalText(l10n: L10n, proposal: ModelProposal): string {
	const { budget, picks, gaps, needBytes, downloadBytes, tooSlow, worthDownload } = proposal
	const place = budget.place === 'gpu' ? l10n.t('the graphics card') : l10n.t('the processor')
	return [
		l10n.t('Models may take {0} here; {1} computes.', bytesText(budget.bytes), place),
		'',
		...picks.map((pick) => pickText(l10n, pick)),
		...gaps.map(({ role, why }) => `${roleText(l10n, role)}: ${gapText(l10n, why)}`),
		...(tooSlow ? ['', tooSlowText(l10n, tooSlow)] : []),
		...(worthDownload ? ['', worthDownloadText(l10n, worthDownload)] : []),
		...(isByRule(picks)
			? ['', l10n.t('How fast models are here was not measured: by rules of thumb, this size is fast enough.')]
			: []),
		'',
		l10n.t('Together they need about {0}.', bytesText(needBytes)),
		...(downloadBytes > 0 ? [l10n.t('To be downloaded: about {0}.', bytesText(downloadBytes))] : []),
	].join('\n')
}

function isByRule(picks: readonly Pick[]): boolean {
	return picks.some(({ role, line }) => role === 'completion' && line === undefined)
}

function tooSlowText(l10n: L10n, { candidate, line }: TimedCandidate): string {
	const [name, seconds] = [nameOf(candidate), lineText(l10n, line)]
	return l10n.t('{0} would complete better, and is too slow to type with: {1}.', name, seconds)
}

function worthDownloadText(l10n: L10n, { candidate, line }: TimedCandidate): string {
	const [name, seconds] = [nameOf(candidate), lineText(l10n, line)]
	return l10n.t(
		'{0}, which “Alcove: Manage Models” downloads, would complete better and is fast enough: {1}.',
		name,
		seconds,
	)
}

/** How long a line takes, and how that is known. */
function lineText(l10n: L10n, { seconds, basis, like }: LineTime): string {
	const number =
		seconds < 0.1 ? Math.max(0.01, seconds).toFixed(2) : seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds))
	if (basis === 'estimated') return l10n.t('about {0} s for a line, going by {1} here', number, like ?? '')
	if (basis === 'recorded') return l10n.t('{0} s for a line, by its answers on record', number)
	return l10n.t('{0} s for a line, measured here', number)
}

function pickText(l10n: L10n, { role, candidate, needBytes, reasons, line }: Pick): string {
	const numbers = [
		...(needBytes > 0 ? [l10n.t('needs about {0}', bytesText(needBytes))] : []),
		...(line ? [lineText(l10n, line)] : []),
	]
	const why = reasons.map((reason) => reasonText(l10n, reason))
	return `${roleText(l10n, role)}: ${nameOf(candidate)} — ${[...numbers, ...why].join('; ')}`
}

function nameOf(candidate: Candidate): string {
	if (candidate.kind === 'catalogue') return `${candidate.model.title} ${candidate.file.quantization}`
	const { title } = candidate.model
	return `${title} (${billionsText(candidate.traits.parameters / 1e9)})`
}

function reasonText(l10n: L10n, reason: Reason): string {
	switch (reason) {
		case 'alreadyInstalled':
			return l10n.t('here already')
		case 'nothingInstalled':
			return l10n.t('none that is here will do')
		case 'bestThatFits':
			return l10n.t('the best that fits')
		case 'smallForProcessor':
			return l10n.t('small, for the processor has to write as you type')
		case 'fastestThereIs':
			return l10n.t('none writes a line within a second here; this one comes nearest')
		case 'sharedWithCompletion':
			return l10n.t('the same model as for completions, so it is in memory once')
		case 'sameTokenizer':
			return l10n.t('splits text like the model for completions, and proposes its tokens')
	}
}

function gapText(l10n: L10n, gap: Gap): string {
	switch (gap) {
		case 'nothingFits':
			return l10n.t('none fits into what is left')
		case 'noneKnown':
			return l10n.t('none is known')
		case 'notWorthIt':
			return l10n.t('none: with a model of this size it would save nothing')
	}
}
