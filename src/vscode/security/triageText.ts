import { leastParameters } from '../../core/security/capableModel.ts'
import type { KeptFinding } from '../../core/security/session/findingsBook.ts'
import { confidenceAfter } from '../../core/security/triage/confidenceAfter.ts'
import type { NoModel, TriageMark } from '../../core/security/triage/triage.ts'
import type { L10n } from '../l10n.ts'
import { problemText } from '../models/problemText.ts'

export type Judged = Exclude<TriageMark, { readonly kind: 'notAsked' }>

/** What a model made of a finding, in a few words, for the end of a line; empty where it was not asked. */
export function shortVerdict(l10n: L10n, mark: TriageMark | undefined): string {
	switch (mark?.kind) {
		case 'confirmed':
			return l10n.t('model: vulnerable')
		case 'doubted':
			return l10n.t('model: doubtful')
		case 'dismissed':
			return l10n.t('model: safe')
		case 'unsure':
			return l10n.t('model: not sure')
		case 'void':
			return l10n.t('model: no verdict that counts')
		default:
			return ''
	}
}

/** The verdict with its probability: a sentence. */
export function verdictText(l10n: L10n, { kind, safe, probabilities }: Judged): string {
	const percent = (share: number) => String(Math.round(share * 100))
	switch (kind) {
		case 'confirmed':
			return l10n.t('The model takes this for vulnerable ({0} %).', percent(probabilities.vulnerable))
		case 'doubted':
			return l10n.t('The model doubts this: it may be safe ({0} %).', percent(safe))
		case 'dismissed':
			return l10n.t('The model takes this for safe ({0} %).', percent(safe))
		case 'unsure':
			return l10n.t('The model cannot tell whether this is safe.')
		case 'void':
			return l10n.t('The model quoted code that is not there: its verdict does not count.')
	}
}

/** The message of a finding with what a model made of it. */
export function messageWithVerdict(l10n: L10n, { finding, mark }: Pick<KeptFinding, 'finding' | 'mark'>): string {
	const confidence = confidenceAfter(finding.confidence, mark)
	const name = { high: l10n.t('high'), medium: l10n.t('medium'), low: l10n.t('low') }[confidence]
	switch (mark?.kind) {
		case 'confirmed':
			return l10n.t('{0} (the model agrees)', finding.message)
		case 'doubted':
			return l10n.t('{0} (the model doubts it; confidence: {1})', finding.message, name)
		case 'dismissed':
			return l10n.t('{0} (the model takes it for safe; confidence: {1})', finding.message, name)
		default:
			return finding.message
	}
}

/** Verdict, reason and quotes. What a model wrote is text, whatever it looks like. */
export function verdictDetails(l10n: L10n, mark: Judged): string {
	return [verdictText(l10n, mark), mark.reason, ...mark.evidence.map((quote) => `“${quote.trim()}”`)].join('\n')
}

/** Why nobody judged, and what to do. */
export function noModelText(l10n: L10n, none: NoModel): string {
	switch (none.why) {
		case 'tooSmall':
			return l10n.t(
				'{0} is too small to judge findings: it has {1} million parameters, and {2} million are needed at least. The findings stay as they are. Choose a larger model, such as a coder model of 7 billion parameters.',
				none.name,
				millions(none.parameters),
				millions(leastParameters),
			)
		case 'failed':
			return none.problem
				? problemText(l10n, none.problem).message
				: l10n.t('The model failed, and the findings stay as they are: {0}', none.detail)
		case 'notNeeded':
			return l10n.t('These findings are of kinds about which no model is asked: rules alone decide on them.')
		default:
			return l10n.t('No model is there that could judge findings.')
	}
}

/** Why a model that was to write a fix cannot; undefined where it can. */
export function tooSmallToFixText(l10n: L10n, name: string, parameters: number): string {
	return l10n.t(
		'No rule knows a safe change here, and {0} is too small to write one: it has {1} million parameters, and {2} million are needed at least. The page of the rule says what to do.',
		name,
		millions(parameters),
		millions(leastParameters),
	)
}

/** How many of the findings got which verdict, and why others got none. */
export function judgedText(l10n: L10n, marks: readonly TriageMark[]): string {
	const count = (isIt: (mark: TriageMark) => boolean) => marks.filter(isIt).length
	const of = (kind: TriageMark['kind']) => count((mark) => mark.kind === kind)
	const late = count((mark) => mark.kind === 'notAsked' && (mark.why === 'outOfTime' || mark.why === 'cancelled'))
	const parts = [
		l10n.t('Judged: {0}.', marks.length - of('notAsked')),
		...(of('confirmed') > 0 ? [l10n.t('Vulnerable: {0}.', of('confirmed'))] : []),
		...(of('doubted') > 0 ? [l10n.t('Doubtful: {0}.', of('doubted'))] : []),
		...(of('dismissed') > 0 ? [l10n.t('Safe: {0}.', of('dismissed'))] : []),
		...(of('unsure') + of('void') > 0 ? [l10n.t('Without a verdict: {0}.', of('unsure') + of('void'))] : []),
		...(late > 0 ? [l10n.t('Not reached in time: {0}.', late)] : []),
		...(of('notAsked') > late ? [l10n.t('Not for the model to judge: {0}.', of('notAsked') - late)] : []),
	]
	return parts.join(' ')
}

function millions(count: number): string {
	const value = count / 1e6
	return value < 100 ? value.toFixed(1) : String(Math.round(value))
}
