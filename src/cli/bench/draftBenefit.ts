import type { Purpose } from '../../protocol/engine.ts'
import { charactersFor, type Measurement } from './measurement.ts'
import { plainSteps } from './plainSteps.ts'
import { rewrites, typedPlaces } from './recording.ts'
import { spreadOf } from './samples.ts'
import { median, round } from './statistics.ts'
import type { Answer, Question } from './timedEngine.ts'

/** What drafts were worth for one purpose. */
export interface DraftRow {
	readonly purpose: Purpose
	/** Milliseconds of a token, and of one without drafts: medians over the rounds. */
	readonly msPerToken: number
	readonly plainMsPerToken: number
	/** The second through the first, round by round: median, lowest and highest. */
	readonly speedUp: number
	readonly lowest: number
	readonly highest: number
	readonly tokensPerStep: number
	readonly tokensPerAnswer: number
	/** Tokens that each drafter proposed, and how many of them were right. */
	readonly ngram: Drafted
	readonly model: Drafted
}

interface Drafted {
	readonly drafted: number
	readonly accepted: number
}

/** Answers of one round, and milliseconds of a token without drafts meanwhile. */
export interface DraftRound {
	readonly plainMsPerToken: number
	readonly answers: ReadonlyMap<Purpose, readonly Answer[]>
}

/** Steps without drafts after each answer. */
const stepsBetween = 8

/**
 * Asks at each recorded place and for each rewrite, and takes a few steps without drafts after each answer, so that both see
 * the same machine. At a place half of the text is typed: the recorded rest, or more, is to come.
 */
export async function measureDrafts(measurement: Measurement): Promise<DraftRound> {
	const { engine, plan, samples } = measurement
	const takeSteps = plainSteps(measurement)
	const plain: number[] = []
	const answers = new Map<Purpose, Answer[]>()
	const ask = async (purpose: Purpose, question: Omit<Question, 'purpose'>) => {
		const answer = await engine.ask({ ...question, purpose }).answer
		answers.set(purpose, [...(answers.get(purpose) ?? []), answer])
		const ms = await takeSteps(stepsBetween)
		if (ms !== undefined) plain.push(ms)
	}
	const room = charactersFor(plan.placeTokens, plan)
	for (const { prefix, suffix, typed, reference } of typedPlaces()) {
		const half = typed.slice(0, Math.ceil(typed.length / 2))
		const place = { prefix: endOf(prefix, room * 0.8), suffix: suffix.slice(0, room * 0.2) }
		await ask('inline', { ...place, typed: half, reference, maxTokens: 48 })
	}
	for (const { purpose, prefix, reference } of rewrites()) {
		await ask(purpose, { prefix: endOf(prefix, room), reference, maxTokens: 96, mode: 'plain' })
	}
	if (plain.length === 0) throw new Error('the model writes no code: every answer ended at its first token')
	for (const ms of plain) samples.add('decodeRate', 1000 / ms)
	return { plainMsPerToken: median(plain), answers }
}

/** What is left of a text in so many characters, from the start of a line. */
function endOf(text: string, characters: number): string {
	if (text.length <= characters) return text
	return text.slice(text.indexOf('\n', text.length - Math.floor(characters)) + 1)
}

/** One row for each purpose; none for a purpose whose answers all ended at once. */
export function draftRows(rounds: readonly DraftRound[]): DraftRow[] {
	const purposes = new Set(rounds.flatMap(({ answers }) => [...answers.keys()]))
	return [...purposes].flatMap((purpose) => {
		const timed = rounds.flatMap(({ plainMsPerToken, answers }) => {
			const ms = msPerToken(answers.get(purpose) ?? [])
			return ms === undefined ? [] : [{ plainMsPerToken, ms }]
		})
		if (timed.length === 0) return []
		const stats = rounds.flatMap(({ answers }) => (answers.get(purpose) ?? []).map((answer) => answer.stats))
		const sum = (of: (one: Answer['stats']) => number) => stats.reduce((total, one) => total + of(one), 0)
		const spread = spreadOf(timed.map(({ plainMsPerToken, ms }) => plainMsPerToken / ms))
		const drafted = (name: 'ngram' | 'model') => ({
			drafted: sum(({ drafters }) => drafters[name].drafted),
			accepted: sum(({ drafters }) => drafters[name].accepted),
		})
		return [
			{
				purpose,
				msPerToken: round(median(timed.map(({ ms }) => ms))),
				plainMsPerToken: round(median(timed.map(({ plainMsPerToken }) => plainMsPerToken))),
				speedUp: spread.median,
				lowest: spread.lowest,
				highest: spread.highest,
				tokensPerStep: round(sum((one) => tokensOfSteps(one)) / sum(({ steps }) => steps)),
				tokensPerAnswer: round(sum(({ generatedTokens }) => generatedTokens) / stats.length),
				ngram: drafted('ngram'),
				model: drafted('model'),
			},
		]
	})
}

/** Undefined where no answer had a second token. */
function msPerToken(answers: readonly Answer[]): number | undefined {
	let ms = 0
	let tokens = 0
	for (const { stats } of answers) {
		if (stats.steps === 0) continue
		ms += stats.totalMs - stats.firstTokenMs - stats.pausedMs
		tokens += tokensOfSteps(stats)
	}
	return tokens === 0 ? undefined : ms / tokens
}

/** Tokens after the first: the one that ended the text was computed, too, though it is not part of it. */
function tokensOfSteps({ generatedTokens, acceptedTokens, steps }: Answer['stats']): number {
	return Math.min(steps + acceptedTokens, generatedTokens)
}
