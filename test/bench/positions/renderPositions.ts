import { type Features, featureNames } from '../../../src/core/completion/confidence/features.ts'
import { seededRandom } from '../recall/random.ts'

/** What was suggested at a place, and what stood there. */
export interface Answered {
	readonly repository: string
	readonly half: string
	readonly path: string
	readonly languageId: string
	readonly isWholeLine: boolean
	readonly variant: string
	/** Empty where nothing was suggested. */
	readonly text: string
	readonly truth: string
	/** Pieces of other files in the prompt. */
	readonly kinds: number
	readonly features: Features | undefined
	readonly probability: number | undefined
}

interface ContextRow {
	readonly variant: string
	readonly positions: number
	readonly shown: number
	/** Shares of all positions. */
	readonly exact: number
	readonly useful: number
	/** Mean number of characters that were right from the first on. */
	readonly rightCharacters: number
	/** Positions that had something of other files in their prompt, as a share. */
	readonly withContext: number
	/** Of the difference to `all` in right characters, 95 % of resamples. */
	readonly differenceFromAll?: readonly [number, number]
}

interface SilenceRow {
	readonly by: string
	readonly auc: number
	/** Share of useful ones among those that are shown, where so many are shown. */
	readonly precision: readonly { readonly coverage: number; readonly useful: number; readonly exact: number }[]
}

export interface PositionsResult {
	readonly model: string
	readonly repositories: number
	readonly context: readonly ContextRow[]
	readonly silence: readonly SilenceRow[]
}

const coverages = [1, 0.75, 0.5, 0.25] as const
const resamples = 1_000
/** Of the suggestion, from its first character on. */
const usefulShare = 0.5
const leastUseful = 3

export function isExact({ text, truth }: Answered): boolean {
	return text !== '' && text.split('\n', 1)[0]?.trim() === truth.trim()
}

/** At least half of its first line is what stood there, so that taking a part of it saves keys. */
export function isUseful(one: Answered): boolean {
	const [line = ''] = one.text.trim().split('\n', 1)
	const right = rightCharacters(one)
	return right >= leastUseful && right >= line.length * usefulShare
}

export function contextRows(answered: readonly Answered[]): ContextRow[] {
	const all = answered.filter(({ variant }) => variant === 'all')
	return [...new Set(answered.map(({ variant }) => variant))].map((variant) => {
		const own = answered.filter((one) => one.variant === variant)
		const share = (test: (one: Answered) => boolean) => own.filter(test).length / Math.max(1, own.length)
		const differences = own.map((one, at) => rightCharacters(one) - rightCharacters(all[at] ?? one))
		return {
			variant,
			positions: own.length,
			shown: share(({ text }) => text !== ''),
			exact: share(isExact),
			useful: share(isUseful),
			rightCharacters: mean(own.map(rightCharacters)),
			withContext: share(({ kinds }) => kinds > 0),
			...(variant !== 'all' && { differenceFromAll: interval(differences) }),
		}
	})
}

/** How well the useful ones are told from the others, on repositories that nothing was fitted to. */
export function silenceRows(answered: readonly Answered[]): SilenceRow[] {
	const shown = answered.filter(({ features }) => features !== undefined)
	const orders: [string, (one: Answered) => number][] = [
		['the filter', ({ probability = 0 }) => probability],
		['mean log-probability alone', ({ features }) => features?.[featureNames.indexOf('meanLogProb')] ?? 0],
		['log-probability of the line alone', ({ features }) => features?.[featureNames.indexOf('totalLogProb')] ?? 0],
	]
	const rows = orders.map(([by, score]) => {
		const scored = shown.map((one) => ({ one, score: score(one) })).sort((a, b) => b.score - a.score)
		const precision = coverages.map((coverage) => {
			const kept = scored.slice(0, Math.max(1, Math.round(scored.length * coverage))).map(({ one }) => one)
			return { coverage, useful: shareOf(kept, isUseful), exact: shareOf(kept, isExact) }
		})
		return { by, auc: areaUnder(scored.map(({ one }) => isUseful(one))), precision }
	})
	const chance = { useful: shareOf(shown, isUseful), exact: shareOf(shown, isExact) }
	const byChance = coverages.map((coverage) => ({ coverage, ...chance }))
	return [...rows, { by: 'nothing (expected)', auc: 0.5, precision: byChance }]
}

/** The Markdown tables. */
export function renderPositions({ model, repositories, context, silence }: PositionsResult): string {
	return [
		`${model}, places of ${repositories} repositories whose line was taken away from the cursor on (a third of them from its`,
		'indentation on), with three other files open and the repository indexed. Exact: the first line of the suggestion is what stood',
		'there. Useful: at least half of it is, from its first character on.',
		'',
		'| context | places | shown | exact | useful | right characters | right characters less those of all (95 %) | with other files |',
		'|---|---:|---:|---:|---:|---:|---:|---:|',
		...context.map(contextRow),
		'',
		'Suggestions of the held-out half, the best first, by different orders: the share of useful (exact) ones where so many are shown.',
		'',
		`| ordered by | AUC | ${coverages.map((coverage) => percent(coverage)).join(' | ')} |`,
		`|---|---:|${coverages.map(() => '---:|').join('')}`,
		...silence.map(
			({ by, auc, precision }) =>
				`| ${by} | ${auc.toFixed(3)} | ${precision.map(({ useful, exact }) => `${percent(useful)} (${percent(exact)})`).join(' | ')} |`,
		),
	].join('\n')
}

function contextRow(row: ContextRow): string {
	const difference = row.differenceFromAll?.map((value) => value.toFixed(2)).join(' to ') ?? ''
	const shares = [row.shown, row.exact, row.useful].map(percent).join(' | ')
	return `| ${row.variant} | ${row.positions} | ${shares} | ${row.rightCharacters.toFixed(2)} | ${difference} | ${percent(row.withContext)} |`
}

export function rightCharacters({ text, truth }: Answered): number {
	const [written, wanted] = [text.trim(), truth.trim()]
	let count = 0
	while (count < written.length && count < wanted.length && written[count] === wanted[count]) count++
	return count
}

/** The chance that a useful one stands before one that is not. */
function areaUnder(isUsefulInOrder: readonly boolean[]): number {
	const useful = isUsefulInOrder.filter(Boolean).length
	const others = isUsefulInOrder.length - useful
	let before = 0
	let sum = 0
	for (const one of isUsefulInOrder) {
		if (one) before++
		else sum += before
	}
	return useful === 0 || others === 0 ? 0.5 : sum / (useful * others)
}

function interval(values: readonly number[]): readonly [number, number] {
	const random = seededRandom(2)
	const means = Array.from({ length: resamples }, () =>
		mean(values.map(() => values[Math.floor(random() * values.length)] ?? 0)),
	).sort((a, b) => a - b)
	return [means[Math.floor(resamples * 0.025)] ?? 0, means[Math.floor(resamples * 0.975)] ?? 0]
}

function shareOf(all: readonly Answered[], test: (one: Answered) => boolean): number {
	return all.filter(test).length / Math.max(1, all.length)
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`
}
