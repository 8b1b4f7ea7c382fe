import { charactersFor, type Measurement } from './measurement.ts'
import { codeText } from './recording.ts'
import type { TimedAnswer } from './timedEngine.ts'

const shortTokens = 64
const times = 4

/** How soon the next request is served when the one before is cancelled: in its prompt, and in its answer. */
export async function measureCancel(measurement: Measurement): Promise<void> {
	const { samples } = measurement
	for (let time = 0; time < times; time++) {
		const alone = short(measurement)
		samples.add('shortFirstToken', await alone.firstTextMs)
		await alone.answer
		const inPrompt = await cancelInPrompt(measurement)
		if (inPrompt !== undefined) samples.add('afterCancelInPrompt', inPrompt)
		const inDecode = await cancelInDecode(measurement)
		if (inDecode !== undefined) samples.add('afterCancelInDecode', inDecode)
	}
}

/** A prompt of which nothing is known. */
function short({ engine, plan, newMark }: Measurement): TimedAnswer {
	return engine.ask({ prefix: codeText(newMark(), charactersFor(shortTokens, plan)), maxTokens: 2 })
}

/** @returns undefined where the prompt had been read before it was cancelled. */
async function cancelInPrompt(measurement: Measurement): Promise<number | undefined> {
	const { engine, plan, newMark } = measurement
	const long = engine.ask({ prefix: codeText(newMark(), charactersFor(plan.tokens, plan)), maxTokens: 2 })
	// Nothing tells that a prompt is being read; its rate is known well enough to cancel somewhere in its first half.
	await sleep(plan.tokens * plan.msPerToken * (0.1 + 0.4 * Math.random()))
	long.cancel()
	return timeNext(measurement, long)
}

/** @returns undefined where the answer had ended before it was cancelled. */
async function cancelInDecode(measurement: Measurement): Promise<number | undefined> {
	const { engine, plan, newMark } = measurement
	const long = engine.ask({ prefix: codeText(newMark(), charactersFor(shortTokens, plan)), maxTokens: 96 })
	await long.firstTextMs
	long.cancel()
	return timeNext(measurement, long)
}

async function timeNext(measurement: Measurement, cancelled: TimedAnswer): Promise<number | undefined> {
	const next = short(measurement)
	const ms = await next.firstTextMs
	await next.answer
	return (await cancelled.answer).stopReason === 'cancelled' ? ms : undefined
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms))
}
