import type { BenchReport } from './benchReport.ts'
import { measureCancel } from './cancelDelay.ts'
import { type DraftRound, draftRows, measureDrafts } from './draftBenefit.ts'
import { type Measurement, type PromptPlan, planPrompts } from './measurement.ts'
import { measurePrompt } from './promptSpeed.ts'
import { codeText } from './recording.ts'
import { Samples } from './samples.ts'
import type { TimedEngine } from './timedEngine.ts'

/** Characters of the prompt by which the lengths of all others are chosen. */
const trialLength = 1_000

/**
 * Measures all there is to measure of the engine's model, in rounds: what is compared is measured in turn, so that a change
 * of the machine's mood hits all of it.
 *
 * @param report is told what is being measured
 */
export async function measureModel(
	engine: TimedEngine,
	rounds: number,
	report: (what: string) => void,
): Promise<Pick<BenchReport, 'rows' | 'drafts'>> {
	const samples = new Samples()
	samples.add('memoryAfterLoad', await megabytes(engine))
	let marks = 0
	// The number comes first, so that two prompts differ from their first tokens on.
	const newMark = () => `${++marks} ${marks * 7919} measured`
	const plan = await planFor(engine, newMark())
	const measurement: Measurement = { engine, samples, plan, newMark }
	const draftRounds: DraftRound[] = []
	for (let round = 1; round <= rounds; round++) {
		const say = (what: string) => report(`round ${round} of ${rounds}: ${what}`)
		say(`a prompt of ${plan.tokens} tokens`)
		await measurePrompt(measurement)
		say('writing, with drafts and without')
		draftRounds.push(await measureDrafts(measurement))
		say('cancelling')
		await measureCancel(measurement)
	}
	samples.add('memoryAtEnd', await megabytes(engine))
	const ofLong = `a prompt of about ${plan.tokens} tokens`
	const notes = {
		promptRate: ofLong,
		coldFirstToken: ofLong,
		warmFirstToken: ofLong,
		typedReuse: ofLong,
		decodeRate: 'one token at a time',
		afterCancelInPrompt: ofLong,
	}
	return { rows: samples.rows(notes), drafts: draftRows(draftRounds) }
}

async function planFor(engine: TimedEngine, mark: string): Promise<PromptPlan> {
	const prefix = codeText(mark, Math.min(trialLength, engine.model.contextSize))
	const { stats } = await engine.ask({ prefix, maxTokens: 1 }).answer
	const tokens = stats.promptTokens - stats.reusedTokens
	return planPrompts({ characters: prefix.length, tokens, ms: stats.prefillMs }, engine.model.contextSize)
}

async function megabytes(engine: TimedEngine): Promise<number> {
	return (await engine.rssBytes()) / 2 ** 20
}
