import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { ChatModel, ShownFile, Verdict } from '../../model/ports.ts'
import { answerForm, answerTokens, isQuoted, parseAnswer, type TriageAnswer } from './answer.ts'
import type { Excerpt } from './excerpt.ts'
import { promptOf, shownTexts, type VerdictValue, verdictOrders } from './prompt.ts'
import type { Rubric } from './rubric.ts'

/** Of the three verdicts; they add up to 1. */
export type Probabilities = Readonly<Record<VerdictValue, number>>

/** What a model says about one path, over both orders of the options. */
export interface Judgement {
	readonly probabilities: Probabilities
	readonly verdicts: readonly VerdictValue[]
	/** Whether every quote is in the code. */
	readonly isQuoted: boolean
	/** Of the order whose verdict is the likelier one. */
	readonly answer: TriageAnswer
}

export interface Question {
	readonly excerpt: Excerpt
	readonly language: string
	readonly rubric: Rubric
	/** What it was made of, for the record. */
	readonly shown?: readonly ShownFile[]
}

/** From this probability on the other order is not asked: the finding stays, whatever came of it. */
const settled = 0.9

/** @returns why there is no judgement, where there is none @throws ModelUnavailableError, and what the model throws */
export async function judge(
	model: ChatModel,
	{ excerpt, language, rubric, shown: files = [] }: Question,
	deadlineMs: () => number,
	token: CancellationToken,
): Promise<Judgement | 'unreadable' | 'outOfTime' | 'cancelled'> {
	const shown = shownTexts(excerpt)
	const answers: {
		readonly answer: TriageAnswer
		readonly probabilities: Probabilities
		readonly isQuoted: boolean
	}[] = []
	for (const order of verdictOrders) {
		const left = deadlineMs()
		if (token.isCancellationRequested) return 'cancelled'
		if (left <= 0) return 'outOfTime'
		const request = {
			messages: promptOf(excerpt, language, rubric, order),
			maxTokens: answerTokens,
			stop: [],
			json: answerForm(order),
			purpose: 'triage' as const,
			shown: files,
			...(Number.isFinite(left) && { deadlineMs: Math.ceil(left) }),
		}
		const { text, stopReason, verdict } = await model.chat(request, () => {}, token)
		if (stopReason === 'cancelled') return 'cancelled'
		if (stopReason === 'deadline') return 'outOfTime'
		const answer = stopReason === 'endOfText' ? parseAnswer(text) : undefined
		if (!answer || !verdict) return 'unreadable'
		const probabilities = probabilitiesOf(verdict)
		answers.push({ answer, probabilities, isQuoted: isQuoted(answer.evidence, shown) })
		if (probabilities.vulnerable >= settled) break
	}
	return together(answers)
}

function together(
	answers: readonly {
		readonly answer: TriageAnswer
		readonly probabilities: Probabilities
		readonly isQuoted: boolean
	}[],
): Judgement | 'unreadable' {
	const mean = (value: VerdictValue) =>
		answers.reduce((sum, { probabilities }) => sum + probabilities[value], 0) / answers.length
	const probabilities = { vulnerable: mean('vulnerable'), safe: mean('safe'), unsure: mean('unsure') }
	const likely = likeliest(probabilities)
	const best = answers.toSorted((a, b) => b.probabilities[likely] - a.probabilities[likely])[0]
	if (!best) return 'unreadable'
	return {
		probabilities,
		verdicts: answers.map(({ answer }) => answer.verdict),
		isQuoted: answers.every((it) => it.isQuoted),
		answer: best.answer,
	}
}

/** Where two are the same, the one that keeps the finding. */
export function likeliest({ vulnerable, safe, unsure }: Probabilities): VerdictValue {
	if (vulnerable >= safe && vulnerable >= unsure) return 'vulnerable'
	return unsure >= safe ? 'unsure' : 'safe'
}

function probabilitiesOf({ probabilities }: Verdict): Probabilities {
	const of = (value: VerdictValue) => probabilities.find((it) => it.value === value)?.probability ?? 0
	return { vulnerable: of('vulnerable'), safe: of('safe'), unsure: of('unsure') }
}
