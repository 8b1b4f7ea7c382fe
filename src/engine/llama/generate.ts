import type { CompletionStats, StopReason } from '../../protocol/engine.ts'
import { DraftTally } from '../speculation/draftTally.ts'
import type { Speculator } from '../speculation/speculation.ts'
import { decodeStep } from './decodeStep.ts'
import type { TokenId } from './fimPrompt.ts'
import { StopScanner } from './stopScanner.ts'
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

export interface GenerationRequest {
	readonly prompt: readonly TokenId[]
	readonly maxTokens: number
	readonly stop: readonly string[]
	/** 0: always the most likely token. */
	readonly temperature: number
	/** When the request came, by `performance.now()`. */
	readonly arrivedAt: number
	readonly turn: Turn
	readonly onText: (text: string) => void
}

export interface Generation {
	readonly text: string
	readonly stopReason: StopReason
	readonly stats: Omit<CompletionStats, 'queueMs'>
}

/** Continues a prompt. Rejects where llama.cpp fails; then the state has to be reset. */
export async function generate(generator: Generator, request: GenerationRequest): Promise<Generation> {
	const { target, speculator } = generator
	const { prompt, turn, temperature } = request
	const start = performance.now()
	const output = new Output(generator, request)
	const reusedTokens = await target.keep(prompt, prompt.length - 1)
	const counts = { reusedTokens, prefillMs: 0, firstTokenMs: 0 }
	const tally = new DraftTally()
	const rest = await target.prefill(prompt.slice(reusedTokens), turn)
	await turn.checkpoint()
	let stopReason: StopReason | undefined = turn.isCancelled() ? 'cancelled' : undefined
	if (stopReason === undefined) {
		const first = await target.next(rest, 1, temperature)
		counts.firstTokenMs = performance.now() - request.arrivedAt
		stopReason = output.add(first)
	}
	counts.prefillMs = performance.now() - start - turn.pausedMs
	const tokens = [...prompt]
	while (stopReason === undefined) {
		tokens.push(...output.newTokens())
		await turn.checkpoint()
		if (turn.isCancelled()) stopReason = 'cancelled'
		else if (target.length >= target.capacity) stopReason = 'contextFull'
		else {
			const { tokensLeft } = output
			stopReason = output.add(await decodeStep({ target, speculator, tokens, tokensLeft, temperature, turn, tally }))
		}
	}
	speculator?.end(output.generatedTokens)
	const text = output.end(stopReason)
	const stats = {
		promptTokens: prompt.length,
		generatedTokens: output.generatedTokens,
		...counts,
		...tally.stats(),
		pausedMs: turn.pausedMs,
		totalMs: performance.now() - request.arrivedAt,
	}
	return { text, stopReason, stats }
}

/** The answer as it grows: tokens in, whole characters out, until something says stop. */
class Output {
	private readonly generator: Generator
	private readonly request: GenerationRequest
	private readonly stream: TextStream
	private readonly scanner: StopScanner
	private text = ''
	private added: TokenId[] = []
	generatedTokens = 0

	constructor(generator: Generator, request: GenerationRequest) {
		this.generator = generator
		this.request = request
		this.stream = generator.textStream()
		this.scanner = new StopScanner(request.stop)
	}

	get tokensLeft(): number {
		return this.request.maxTokens - this.generatedTokens
	}

	/** Tokens that were added since the last call. */
	newTokens(): readonly TokenId[] {
		const tokens = this.added
		this.added = []
		return tokens
	}

	/** Takes tokens until one of them ends the answer, and says why. */
	add(tokens: readonly TokenId[]): StopReason | undefined {
		for (const token of tokens) {
			if (this.generator.isEnd(token)) return 'endOfText'
			this.generatedTokens++
			this.added.push(token)
			const { text, stopped } = this.scanner.push(this.stream.push(token))
			this.show(text)
			if (stopped) return 'stopText'
			if (this.tokensLeft <= 0) return 'maxTokens'
		}
		return undefined
	}

	/** The whole text. What was held back is shown where generation ended by itself. */
	end(reason: StopReason): string {
		if (reason === 'stopText' || reason === 'cancelled') return this.text
		const { text, stopped } = this.scanner.push(this.stream.end())
		this.show(stopped ? text : text + this.scanner.end())
		return this.text
	}

	private show(text: string): void {
		if (text === '') return
		this.text += text
		this.request.onText(text)
	}
}
