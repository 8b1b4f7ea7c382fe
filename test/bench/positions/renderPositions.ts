import type { ContextResult, ContextRow } from './contextRows.ts'
import type { Interval } from './resample.ts'
import {
	coverages,
	type LanguageRow,
	type LearntRow,
	type OrderRow,
	type Precision,
	type RuleRow,
} from './silenceRows.ts'

export interface MeasuredRepository {
	readonly name: string
	readonly commit: string
	readonly places: number
}

export interface PositionsResult {
	readonly model: string
	/** Which of the checkouts: `dev` or `heldout`. */
	readonly half: string
	readonly repositories: readonly MeasuredRepository[]
	readonly context: ContextResult
	readonly orders: readonly OrderRow[]
	readonly rules: readonly RuleRow[]
	readonly learnt: LearntRow
	readonly languages: readonly LanguageRow[]
}

/** The Markdown tables. */
export function renderPositions(result: PositionsResult): string {
	const { model, half, repositories, context, orders, rules, learnt, languages } = result
	return [
		`${model}, at ${context.places} places of ${repositories.length} repositories (${half}) from which something was taken away: the rest of a`,
		`line, a line, a block; ${context.afterEdits} of them right after edits that a commit made in other files. The repository is indexed, three other files are`,
		'open. Exact: the first line of the suggestion is what stood there. Useful: at least half of it is, from its first character on, and three',
		'characters. In brackets: 95 % of resamples by file.',
		'',
		'| context | other prompts | shown | exact | useful | what is left out adds: exact | useful | right characters |',
		'|---|---:|---:|---:|---:|---|---|---|',
		...context.rows.map(contextRow),
		'',
		'| with all of it | places | shown | exact | useful |',
		'|---|---:|---:|---:|---:|',
		...context.groups.map(
			({ name, places, shown, exact, useful }) =>
				`| ${name} | ${places} | ${[shown, exact, useful].map(percent).join(' | ')} |`,
		),
		'',
		'What is suggested, the best first by different figures: the share of useful ones where so many are shown (exact ones).',
		'',
		`| ordered by | area under the curve | ${coverages.map(percent).join(' | ')} |`,
		`|---|---|${coverages.map(() => '---|').join('')}`,
		...orders.map(
			({ by, auc, interval, precision }) =>
				`| ${by} | ${auc.toFixed(3)} ${brackets(interval, fixed)} | ${precision.map(precisionCell).join(' | ')} |`,
		),
		'',
		'What the rule keeps back, with the weights that everybody begins with:',
		'',
		'| `alcove.completion.silence` | shown | useful ones of those (exact ones) | useful ones that are lost | as many by the mean log-probability |',
		'|---|---:|---|---:|---|',
		...rules.map(
			({ silence, shown, lost, byMean }) =>
				`| ${silence} | ${percent(shown.coverage)} | ${precisionCell(shown)} | ${percent(lost)} | ${precisionCell(byMean)} |`,
		),
		'',
		`Where somebody takes what is useful and leaves the rest, the area under the curve is ${learnt.learnt.toFixed(3)} for the second half of ${learnt.suggestions}`,
		`suggestions, and ${learnt.before.toFixed(3)} where nothing is learnt from the first one.`,
		'',
		'| language | suggestions | useful | area under the curve | by the mean log-probability |',
		'|---|---:|---:|---:|---:|',
		...languages.map(
			({ name, suggestions, useful, auc, byMean }) =>
				`| ${name} | ${suggestions} | ${percent(useful)} | ${auc.toFixed(3)} | ${byMean.toFixed(3)} |`,
		),
		'',
		`Repositories: ${repositories.map(({ name, commit }) => `${name} (${commit})`).join(', ')}.`,
	].join('\n')
}

function contextRow({ variant, different, shares, gain }: ContextRow): string {
	const { shown, exact, useful } = shares
	const gains = gain
		? [
				`${points(gain.exact.mean)} ${brackets(gain.exact.interval, points)}`,
				`${points(gain.useful.mean)} ${brackets(gain.useful.interval, points)}`,
				`${fixed(gain.rightCharacters.mean)} ${brackets(gain.rightCharacters.interval, fixed)}`,
			]
		: ['', '', '']
	return `| ${variant} | ${gain ? different : ''} | ${[shown, exact, useful].map(percent).join(' | ')} | ${gains.join(' | ')} |`
}

function precisionCell({ useful, interval, exact }: Precision): string {
	return `${percent(useful)} ${brackets(interval, (share) => (share * 100).toFixed(1))} (${percent(exact)})`
}

function brackets([low, high]: Interval, text: (value: number) => string): string {
	return `[${text(low)}, ${text(high)}]`
}

function fixed(value: number): string {
	return value.toFixed(3)
}

/** Percentage points. */
function points(share: number): string {
	return `${share > 0 ? '+' : ''}${(share * 100).toFixed(2)}`
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`
}
