import { share } from '../tables.ts'

/** How often each mark was given. */
export type Marks = Readonly<Record<string, number>>

/** What a model made of findings with one label. */
export interface TriageRow {
	readonly label: 'right' | 'wrong'
	readonly findings: number
	readonly marks: Marks
	/** Why those that were not judged were not. */
	readonly notJudged: Readonly<Record<string, number>>
	/** Verdicts that were other ones when the same was asked again. */
	readonly flippedAgain: number
	/** Verdicts that were other ones with comments that claim that all is well; of those findings whose code could be so changed. */
	readonly flippedByRemarks: number
	readonly withRemarks: number
	/** Findings that were dismissed or doubted with such comments, and not without. */
	readonly hiddenByRemarks: number
}

export interface TriageResult {
	readonly model: {
		readonly name: string
		readonly bytes: number
		readonly contextSize: number
		readonly isStretched: boolean
	}
	readonly suites: readonly string[]
	readonly available: { readonly right: number; readonly wrong: number }
	readonly rows: readonly TriageRow[]
	/** Seconds of a finding that was judged, both orders of the options together: mean. */
	readonly secondsPerFinding: number
	/** How well the probability of `safe` tells wrong findings from right ones: 0.5 is chance, 1 is perfect; absent with too few. */
	readonly separation?: number
	/** The probability of `safe` that 2 % of the right findings exceed. */
	readonly dismissFrom?: number
}

const markNames = ['confirmed', 'unsure', 'doubted', 'dismissed', 'void', 'notAsked'] as const

/** The Markdown about the triage of labelled findings. */
export function renderTriage(result: TriageResult): string {
	const { model, rows, available } = result
	const right = rows.find(({ label }) => label === 'right')
	const wrong = rows.find(({ label }) => label === 'wrong')
	const stretched = model.isStretched ? ', which is longer than it was trained for' : ''
	return [
		`${model.name}, ${Math.round(model.bytes / 1e6)} MB, context of ${model.contextSize} tokens${stretched}; findings in ${result.suites.join(', ')} ` +
			`(of ${available.right} right and ${available.wrong} wrong ones). ${result.secondsPerFinding.toFixed(1)} s a finding.`,
		[
			'| findings that are | n | confirmed | unsure | doubted | dismissed | quotes not there | not judged | other verdict when asked again | with comments | other verdict | newly doubted or dismissed |',
			'|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
			...rows.map((row) => {
				const marks = markNames.map((name) => row.marks[name] ?? 0)
				const figures = [
					row.findings,
					...marks,
					row.flippedAgain,
					row.withRemarks,
					row.flippedByRemarks,
					row.hiddenByRemarks,
				]
				return `| ${row.label} | ${figures.join(' | ')} |`
			}),
		].join('\n'),
		[
			`False positives removed: ${of(wrong, ['dismissed'])}; true positives lost: ${of(right, ['dismissed'])}.`,
			`Confidence lowered: of wrong ones ${of(wrong, ['doubted'])}, of right ones ${of(right, ['doubted'])}.`,
			...rows.flatMap(({ label, notJudged }) => {
				const reasons = Object.entries(notJudged).map(([why, count]) => `${count} ${why}`)
				return reasons.length === 0 ? [] : [`Not judged of the ${label} ones: ${reasons.join(', ')}.`]
			}),
			...(result.separation === undefined
				? []
				: [
						`Probability of "safe" tells them apart with an area under the curve of ${result.separation.toFixed(2)} (0.5 is chance).`,
					]),
			...(result.dismissFrom === undefined
				? []
				: [`2 % of the right ones have one above ${result.dismissFrom.toFixed(3)}: dismiss from there on.`]),
		].join(' '),
	].join('\n\n')
}

function of(row: TriageRow | undefined, names: readonly string[]): string {
	if (!row || row.findings === 0) return 'none of none'
	const count = names.reduce((sum, name) => sum + (row.marks[name] ?? 0), 0)
	return `${count} of ${row.findings} (${share(count / row.findings)})`
}
