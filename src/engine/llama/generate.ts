import type { CompletionStats, LogProbs, StopReason, StopRule } from '../../protocol/engine.ts'
import { DraftTally } from '../speculation/draftTally.ts'
import type { Speculator } from '../speculation/speculation.ts'
import { AnswerText } from './answerText.ts'
import { decodeStep } from './decodeStep.ts'
import type { TokenId } from './fimPrompt.ts'
import type { Gate } from './gate.ts'
import { type Sampling, sampleStep } from './sampleStep.ts'
import type { TextStream } from './textStream.ts'
import type { TokenState } from './tokenState.ts'
import type { Turn } from './turn.ts'

/** What decoding needs of a loaded model. */
export interface Generator {
	readonly target: TokenState
	/** Absent where refused tokens cannot be taken back. */
	readonly speculator: Speculator | undefined
	/** Whether the text ends at this token: an end-of-text token or any other special one. */
	isEnd(token: TokenId): boolean
	textStream(): TextStream
}

/** Text at the prompt's end, whose tokens may be the beginning of longer ones that the model would rather write. */
export interface TakenBack {
	/** The first tokens that it was. */
	readonly expected: readonly TokenId[]
	readonly text: string
	/** Lets their text be written anew. */
	readonly gate: Gate
}

export interface GenerationRequest {
	/** Without the tokens that are taken back. */
	readonly prompt: readonly TokenId[]
	readonly takenBack?: TakenBack | undefined
	readonly maxTokens: number
	readonly stop: readonly string[]
	readonly stopRule?: StopRule | undefined
	/** 0: always the most likely token. */
	readonly temperature: number
	readonly logProbs?: boolean | 'rough'
	/** What the answer has to be like. */
	readonly gate?: Gate | undefined
	/** When the request came, by `performance.now()`. */
	readonly arrivedAt: number
	readonly turn: Turn
	readonly onText: (text: string) => void
}

export interface Generation {
	readonly text: string
	/** Prompt and answer, without the token that ended it, as far as they went. */
	readonly tokens: readonly TokenId[]
	readonly stopReason: StopReason
	readonly logProbs?: LogProbs | undefined
	readonly stats: Omit<CompletionStats, 'queueMs'>
}

/** Continues a prompt. Rejects where llama.cpp fails; then the state has to be reset. */
export async function generate(generator: Generator, request: GenerationRequest): Promise<Generation> {
	const { target, speculator } = generator
	const { prompt, takenBack, turn } = request
	const start = performance.now()
	const output = answerText(generator, request)
	const sampling = samplingOf(request)
	const reusedTokens = await target.keep(prompt, prompt.length - 1)
	const counts = { reusedTokens, prefillMs: 0, firstTokenMs: 0 }
	const tally = new DraftTally()
	await target.prefill(prompt.slice(reusedTokens), turn)
	await turn.checkpoint()
	let stopReason: StopReason | undefined = turn.isCancelled() ? 'cancelled' : undefined
	const tokens = [...prompt]
	if (stopReason === undefined) {
		// As a draft, so that they cost no call of their own where the model would write them as they are.
		const draft = takenBack?.expected ?? []
		const exactly: Sampling['logProbs'] = sampling.logProbs === false ? false : 'most'
		const first = { ...sampling, logProbs: exactly, gate: takenBack?.gate ?? sampling.gate }
		stopReason = output.add(await sampleStep({ target, tokens, draft, sampling: first, turn }))
		counts.firstTokenMs = performance.now() - request.arrivedAt
	}
	counts.prefillMs = performance.now() - start - turn.pausedMs
	while (stopReason === undefined) {
		tokens.push(...output.newTokens())
		await turn.checkpoint()
		const gate = takenBack?.gate.isOpen === false ? takenBack.gate : sampling.gate
		if (turn.isCancelled()) stopReason = 'cancelled'
		else if (gate?.isDone) stopReason = 'endOfText'
		else if (target.length >= target.capacity) stopReason = 'contextFull'
		else {
			const { tokensLeft } = output
			const step = { target, speculator, tokens, tokensLeft, sampling: { ...sampling, gate }, turn, tally }
			stopReason = output.add(await decodeStep(step))
		}
	}
	if (stopReason === 'maxTokens' && sampling.gate?.isDone) stopReason = 'endOfText'
	tokens.push(...output.newTokens())
	speculator?.end(output.generatedTokens)
	const text = output.end(stopReason)
	const stats = {
		promptTokens: prompt.length + (takenBack?.expected.length ?? 0),
		generatedTokens: output.generatedTokens,
		...counts,
		...tally.stats(),
		pausedMs: turn.pausedMs,
		totalMs: performance.now() - request.arrivedAt,
	}
	const logProbs = request.logProbs ? output.logProbs : undefined
	return { text, tokens, stopReason, ...(logProbs && { logProbs }), stats }
}

/** What a request comes to that was cancelled before its prompt was known. */
export function cancelledGeneration({ arrivedAt, turn }: Pick<GenerationRequest, 'arrivedAt' | 'turn'>) {
	const stats: Generation['stats'] = {
		promptTokens: 0,
		reusedTokens: 0,
		generatedTokens: 0,
		prefillMs: 0,
		firstTokenMs: 0,
		...new DraftTally().stats(),
		pausedMs: turn.pausedMs,
		totalMs: performance.now() - arrivedAt,
	}
	return { text: '', stopReason: 'cancelled', stats } as const
}

function answerText(generator: Generator, request: GenerationRequest): AnswerText {
	return new AnswerText({
		maxTokens: request.maxTokens,
		stop: request.stop,
		stopRule: request.stopRule,
		skip: request.takenBack?.text.length ?? 0,
		isEnd: generator.isEnd,
		stream: generator.textStream(),
		onText: request.onText,
	})
}

function samplingOf({ temperature, logProbs = false, stopRule, gate }: GenerationRequest): Sampling {
	const isJudged = stopRule?.leastFirstLogProb !== undefined || stopRule?.leastMeanLogProb !== undefined
	const listing = logProbs === 'rough' && !isJudged ? 'few' : 'most'
	return { temperature, logProbs: (logProbs || isJudged) && listing, gate }
}
