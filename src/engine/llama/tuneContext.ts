import type { LlamaModel } from 'node-llama-cpp'
import { usualBatchSize } from '../../gguf/memoryNeed.ts'
import { timeOf } from '../speculation/measureCosts.ts'
import { targetMs as chunkMs } from './chunkSize.ts'
import { type ContextSettings, smallestBatch } from './contextSettings.ts'
import type { TokenId } from './fimPrompt.ts'
import { type ModelContext, openContext } from './modelContext.ts'
import type { ModelThreads } from './modelThreads.ts'
import type { TokenState } from './tokenState.ts'
import type { Turn } from './turn.ts'

/** Milliseconds after which the threads are left to be chosen later. */
const warmUpMs = 1_500
/** A model that takes longer for a token is not tried with flash attention: it would take too long to find out. */
const slowestTried = 100
/** Milliseconds for one way of computing; with more, the other one is not tried. */
const trialMs = 750
/** The milliseconds that the prompt of a trial may take, at what single tokens cost, which is more. */
const promptTrialMs = 200
/**
 * Flash attention has to be this much better: it was worse in all models of up to 500 million parameters, and what was saved
 * without it is of no use with it.
 */
const leastGain = 1.2
/** Nor may it make single tokens or drafts slower: the longer the text, the more it would. */
const mostLoss = 1.05
/** Tokens in which attention is tried, as far as time allows. */
const longText = 1_024

export interface ContextTrial {
	readonly model: LlamaModel
	readonly settings: ContextSettings
	readonly threads: ModelThreads
	/** Whether there is memory for one more context, for a short while. */
	readonly isRoomy: boolean
	/** Any token of the vocabulary. */
	readonly token: TokenId
	readonly signal: AbortSignal
}

/** A context with the settings that were found to be the fastest, and the milliseconds of a token of a prompt in it. */
export interface TunedContext {
	readonly opened: ModelContext
	readonly promptMs: number
}

/** What one way of computing takes: milliseconds of a token of a prompt, of a single one, and of four at a time. */
interface Speed {
	readonly promptMs: number
	readonly single: number
	readonly four: number
}

/** Makes a model's first context, and finds out how it computes fastest. Leaves its state empty. */
export async function tuneContext(trial: ContextTrial, turn: Turn): Promise<TunedContext> {
	const { settings, isRoomy } = trial
	const start = performance.now()
	let opened = await open(trial, settings)
	await warmUp(opened, trial.token)
	let speed = await speedOf(opened.state, trial.token, turn)
	const spent = performance.now() - start - turn.pausedMs
	const mayTry = isRoomy && settings.flashAttention === false
	if (mayTry && speed.single < slowestTried && spent < trialMs) {
		const other = await open(trial, { ...settings, flashAttention: true })
		const otherSpeed = await speedOf(other.state, trial.token, turn)
		const [better, worse] = isBetter(otherSpeed, speed) ? [other, opened] : [opened, other]
		await worse.context.dispose()
		if (better === other) speed = otherSpeed
		opened = better
	}
	const batchSize = Math.min(settings.batchSize, fittingBatch(speed.promptMs))
	if (batchSize !== opened.settings.batchSize) {
		const { flashAttention } = opened.settings
		await opened.context.dispose()
		opened = await open(trial, { ...settings, flashAttention, batchSize })
	}
	return { opened, promptMs: speed.promptMs }
}

/** Makes a model's first context as it was found to be the fastest before. */
export async function openWarm(trial: ContextTrial): Promise<ModelContext> {
	const opened = await open(trial, trial.settings)
	await opened.state.next([trial.token], 1)
	await opened.state.truncate(0)
	return opened
}

function open({ model, threads, signal }: ContextTrial, settings: ContextSettings): Promise<ModelContext> {
	return openContext({ model, signal, ...settings }, threads)
}

/** Brings the weights into memory and lets the threads be chosen. */
async function warmUp({ state, threads }: ModelContext, token: TokenId): Promise<void> {
	const start = performance.now()
	await state.next([token], 1)
	while (performance.now() - start < warmUpMs) {
		const { openCall } = threads
		if (openCall === undefined) break
		await timeOf(state, token, openCall, openCall)
	}
}

async function speedOf(state: TokenState, token: TokenId, turn: Turn): Promise<Speed> {
	await state.truncate(0)
	/** The shortest: what holds up a call makes it longer, and no other call is as quick by chance. */
	const shortest = async (times: number, size: number, answers: number) => {
		let least = Number.POSITIVE_INFINITY
		for (let i = 0; i < times; i++) {
			await turn.checkpoint()
			least = Math.min(least, await timeOf(state, token, size, answers))
		}
		return least
	}
	const first = await shortest(2, 1, 1)
	const length = Math.floor(promptTrialMs / Math.max(first, 0.01) / 32) * 32
	const prompt = Math.min(usualBatchSize / 2, Math.max(32, length))
	const start = performance.now()
	let promptMs = (await shortest(1, prompt, 1)) / prompt
	// What attention takes shows in a long text only.
	while (
		state.length < longText &&
		state.capacity > state.length + prompt &&
		performance.now() - start < promptTrialMs
	) {
		promptMs = Math.min(promptMs, (await shortest(1, prompt, 1)) / prompt)
	}
	const speed = { promptMs, single: await shortest(5, 1, 1), four: await shortest(4, 4, 4) }
	await state.truncate(0)
	return speed
}

function isBetter(one: Speed, than: Speed): boolean {
	const slowsDown = one.single > than.single * mostLoss || one.four > than.four * mostLoss
	return !slowsDown && worth(one) * leastGain < worth(than)
}

/** Milliseconds of a typical request: a few lines of the prompt are new, and a line is written. */
function worth({ promptMs, single, four }: Speed): number {
	return promptMs * 64 + single * 12 + four * 4
}

/** The smallest batch that is no limit to a chunk of a prompt. */
function fittingBatch(promptMs: number): number {
	let size = smallestBatch
	while (size < usualBatchSize && size * promptMs < chunkMs * 1.5) size *= 2
	return size
}
