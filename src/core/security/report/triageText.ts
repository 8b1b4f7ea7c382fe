import type { NotAsked, TriageMark } from '../triage/triage.ts'
import { counted, type ReportTriage } from './securityReport.ts'

export type Judged = Exclude<TriageMark, { readonly kind: 'notAsked' }>

const verdicts: Readonly<Record<Judged['kind'], string>> = {
	confirmed: 'takes it for vulnerable',
	doubted: 'doubts it',
	dismissed: 'takes it for safe',
	unsure: 'cannot tell',
	void: 'quotes what is not in the code, so that its verdict does not count',
}

const reasons: Readonly<Record<NotAsked, string>> = {
	rulesDecide: 'where rules alone decide',
	noRubric: 'of a kind that it is not asked about',
	noCode: 'without code at hand',
	tooLong: 'too long for its context',
	unreadable: 'without a readable answer',
	failed: 'where it failed',
	outOfTime: 'not reached in time',
	cancelled: 'not reached before the interruption',
	noModel: 'without a model',
}

/** `The model doubts it (81 % safe)`. */
export function verdictText({ kind, safe, probabilities }: Judged): string {
	const percent = (share: number) => `${Math.round(share * 100)} %`
	if (kind === 'void') return `The model ${verdicts.void}`
	const how = kind === 'confirmed' ? `${percent(probabilities.vulnerable)} vulnerable` : `${percent(safe)} safe`
	return `The model ${verdicts[kind]} (${how})`
}

/** Who judged how many findings how, and why others were not judged: sentences. */
export function triageSummary({ model, ms }: ReportTriage, marks: readonly TriageMark[]): string {
	if (model.kind === 'none') {
		if (model.why === 'notNeeded') return 'There was no finding that a model is asked about.'
		return `No model judged the findings. ${model.detail}`
	}
	const judged = marks.filter((mark) => mark.kind !== 'notAsked')
	const kinds = (['confirmed', 'doubted', 'dismissed', 'unsure', 'void'] as const).flatMap((kind) => {
		const count = judged.filter((mark) => mark.kind === kind).length
		return count > 0 ? [`${count} ${kind}`] : []
	})
	const done = `${model.name} judged ${counted(judged.length, 'finding')} in ${(ms / 1000).toFixed(1)} s`
	const others = notAskedText(marks)
	return `${done}${kinds.length > 0 ? `: ${kinds.join(', ')}` : ''}.${others === '' ? '' : ` Not judged: ${others}.`}`
}

/** `2 not reached in time, 1 where rules alone decide`; empty where all were. */
function notAskedText(marks: readonly TriageMark[]): string {
	const counts = new Map<NotAsked, number>()
	for (const mark of marks) if (mark.kind === 'notAsked') counts.set(mark.why, (counts.get(mark.why) ?? 0) + 1)
	return [...counts].map(([why, count]) => `${count} ${reasons[why]}`).join(', ')
}

/** A mark for programs: probabilities from 0 to 1. */
export function markFields(mark: TriageMark) {
	if (mark.kind === 'notAsked') return { verdict: 'notJudged', why: mark.why } as const
	const { kind, probabilities, safe, reason, evidence } = mark
	return { verdict: kind, probabilities, safe, reason, evidence } as const
}
