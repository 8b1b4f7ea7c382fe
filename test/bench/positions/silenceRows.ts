import { ConfidenceModel } from '../../../src/core/completion/confidence/confidenceModel.ts'
import { type Features, featureNames } from '../../../src/core/completion/confidence/features.ts'
import { SilenceRule } from '../../../src/core/completion/confidence/silenceRule.ts'
import { seededRandom } from '../recall/random.ts'
import { type Answered, isExact, isUseful } from './answered.ts'
import { shuffled } from './choosePositions.ts'
import { areaUnderCurve, type Interval, intervalOf, meanOf, shareOf } from './resample.ts'

export const coverages = [0.75, 0.5, 0.25, 0.1] as const
/** The rule looks back, so what it does depends on the order: so many orders are tried. */
const orders = 20

/** What is shown, where so many are. Shares of what is shown. */
export interface Precision {
	readonly coverage: number
	readonly useful: number
	readonly interval: Interval
	readonly exact: number
}

/** How well the useful ones are told from the others by a figure. */
export interface OrderRow {
	readonly by: string
	readonly auc: number
	readonly interval: Interval
	readonly precision: readonly Precision[]
}

/** What the rule does with the default weights. */
export interface RuleRow {
	readonly silence: 'never' | 'unsure' | 'strict'
	readonly shown: Precision
	/** Of the useful ones, the share that is kept back. */
	readonly lost: number
	/** Where as many are shown, the likeliest by the mean log-probability alone. */
	readonly byMean: Precision
}

/** How well they are told by weights that have learnt from the suggestions before, and by those that have not. */
export interface LearntRow {
	readonly suggestions: number
	readonly before: number
	readonly learnt: number
}

export interface LanguageRow {
	readonly name: string
	readonly suggestions: number
	readonly useful: number
	readonly auc: number
	readonly byMean: number
}

type Judged = Answered & { readonly features: Features }

const base = new ConfidenceModel(undefined)
const byWeights = ({ features }: Judged) => base.probability(features)
const byFeature = (name: (typeof featureNames)[number]) => {
	const at = featureNames.indexOf(name)
	return ({ features }: Judged) => features[at] ?? 0
}
const byMean = byFeature('meanLogProb')

export function orderRows(answered: readonly Answered[]): OrderRow[] {
	const judged = judgedOf(answered)
	const figures: [string, (one: Judged) => number][] = [
		['all that is known: the filter', byWeights],
		['mean log-probability alone', byMean],
		['log-probability of the line alone', byFeature('totalLogProb')],
		['log-probability of the first token alone', byFeature('firstLogProb')],
	]
	const rows = figures.map(([by, figure]) => ({
		by,
		auc: aucOf(judged, figure),
		interval: intervalOf(judged, (some) => aucOf(some, figure)),
		precision: coverages.map((coverage) => precisionOf(best(judged, figure, coverage), coverage)),
	}))
	// As many of them by chance are as good as all of them.
	const precision = coverages.map((coverage) => precisionOf(judged, coverage))
	return [...rows, { by: 'no filter: chance', auc: 0.5, interval: [0.5, 0.5], precision }]
}

export function ruleRows(answered: readonly Answered[]): RuleRow[] {
	const judged = judgedOf(answered)
	return (['never', 'unsure', 'strict'] as const).map((silence) => {
		const shown: Judged[] = []
		for (let order = 0; order < orders; order++) {
			const rule = new SilenceRule()
			const inOrder = shuffled(judged, seededRandom(order))
			shown.push(...inOrder.filter((one) => !rule.isSilent(byWeights(one), silence)))
		}
		const coverage = shown.length / Math.max(1, judged.length * orders)
		const useful = judged.filter(isUseful).length
		return {
			silence,
			shown: precisionOf(shown, coverage),
			lost: 1 - shown.filter(isUseful).length / Math.max(1, useful * orders),
			byMean: precisionOf(best(judged, byMean, coverage), coverage),
		}
	})
}

/** Somebody takes what is useful and leaves the rest, in many orders; looked at is the second half of each. */
export function learntRow(answered: readonly Answered[]): LearntRow {
	const judged = judgedOf(answered)
	const areas = Array.from({ length: orders }, (_, order) => {
		const model = new ConfidenceModel(undefined)
		const scored = shuffled(judged, seededRandom(order)).map((one) => {
			const score = model.probability(one.features)
			model.learn(one.features, isUseful(one))
			return { score, one, isRight: isUseful(one) }
		})
		const later = scored.slice(Math.floor(scored.length / 2))
		const before = later.map(({ one, isRight }) => ({ score: byWeights(one), isRight }))
		return { before: areaUnderCurve(before), learnt: areaUnderCurve(later) }
	})
	return {
		suggestions: judged.length,
		before: meanOf(areas.map(({ before }) => before)),
		learnt: meanOf(areas.map(({ learnt }) => learnt)),
	}
}

export function silenceByLanguage(answered: readonly Answered[]): LanguageRow[] {
	const judged = judgedOf(answered)
	return [...new Set(judged.map(({ languageId }) => languageId))].sort().map((name) => {
		const own = judged.filter(({ languageId }) => languageId === name)
		const useful = shareOf(own, isUseful)
		return { name, suggestions: own.length, useful, auc: aucOf(own, byWeights), byMean: aucOf(own, byMean) }
	})
}

function judgedOf(answered: readonly Answered[]): Judged[] {
	return answered.flatMap((one) => (one.features ? [{ ...one, features: one.features }] : []))
}

export function aucOf(judged: readonly Judged[], figure: (one: Judged) => number): number {
	return areaUnderCurve(judged.map((one) => ({ score: figure(one), isRight: isUseful(one) })))
}

function best(judged: readonly Judged[], figure: (one: Judged) => number, coverage: number): Judged[] {
	const scored = judged.map((one) => ({ one, score: figure(one) })).sort((a, b) => b.score - a.score)
	return scored.slice(0, Math.max(1, Math.round(scored.length * coverage))).map(({ one }) => one)
}

function precisionOf(shown: readonly Judged[], coverage: number): Precision {
	const useful = (some: readonly Judged[]) => shareOf(some, isUseful)
	return { coverage, useful: useful(shown), interval: intervalOf(shown, useful), exact: shareOf(shown, isExact) }
}
