import type { CompletionStats, StopReason } from '../../protocol/engine.ts'
import type { Drafter } from './drafter.ts'
import type { DraftPolicy } from './draftPolicy.ts'
import type { TokenId } from './fimPrompt.ts'
import { StopScanner } from './stopScanner.ts'
import type { TextStream } from './textStream.ts'
import type { TokenState } from './tokenState.ts'
import type { Turn } from './turn.ts'

/** What decoding needs of a loaded model. */
export interface Generator {
	readonly target: TokenState
	readonly drafting: { readonly drafter: Drafter; readonly policy: DraftPolicy } | undefined
	/** Whether the text ends at this token: an end-of-text token or any other special one. */
	isEnd(token: TokenId): boolean
	textStream(): TextStream
}

export interface GenerationRequest {
	readonly prompt: readonly TokenId[]
	readonly maxTokens: number
	readonly stop: readonly string[]
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

/** Continues a prompt with the most likely tokens. Rejects where llama.cpp fails; then the state has to be reset. */
export async function generate(generator: Generator, request: GenerationRequest): Promise<Generation> {
	const { target } = generator
	const { prompt, turn } = request
	const start = performance.now()
	const output = new Output(generator, request)
	const reusedTokens = await target.keep(prompt, prompt.length - 1)
	const counts = { reusedTokens, draftedTokens: 0, acceptedTokens: 0, prefillMs: 0, firstTokenMs: 0 }
	const rest = await target.prefill(prompt.slice(reusedTokens), turn)
	await turn.checkpoint()
	let stopReason: StopReason | undefined = turn.isCancelled() ? 'cancelled' : undefined
	if (stopReason === undefined) {
		const first = await target.next(rest, 1)
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
		else stopReason = output.add(await step(generator, tokens, output.tokensLeft, turn, counts))
	}
	const text = output.end(stopReason)
	const stats = {
		promptTokens: prompt.length,
		generatedTokens: output.generatedTokens,
		...counts,
		drafters: {
			ngram: { drafted: 0, accepted: 0 },
			model: { drafted: counts.draftedTokens, accepted: counts.acceptedTokens },
		},
		acceptedByPosition: [],
		steps: 0,
		pausedMs: turn.pausedMs,
		totalMs: performance.now() - request.arrivedAt,
	}
	return { text, stopReason, stats }
}

/** One call of the target, with a draft where one pays. Returns the tokens it yields: at least one. */
async function step(
	{ target, drafting }: Generator,
	tokens: readonly TokenId[],
	tokensLeft: number,
	turn: Turn,
	counts: { draftedTokens: number; acceptedTokens: number },
): Promise<readonly TokenId[]> {
	const last = tokens.slice(-1)
	// The last token that is wanted comes from the target's answer to the one before it: it need not be drafted.
	const most = Math.min(tokensLeft - 1, target.capacity - target.length - 1)
	const length = drafting ? Math.min(drafting.policy.next(), most) : 0
	const proposal = drafting && length > 0 ? await drafting.drafter.propose(tokens, length, turn) : undefined
	const draft = proposal?.tokens ?? []
	if (turn.isCancelled()) return []
	const start = performance.now()
	const answers = await target.next([...last, ...draft], draft.length + 1)
	const verifyMs = performance.now() - start
	let accepted = 0
	while (accepted < draft.length && draft[accepted] === answers[accepted]) accepted++
	await target.truncate(target.length - (draft.length - accepted))
	drafting?.policy.observe({ drafted: draft.length, accepted, draftMs: proposal?.ms ?? 0, verifyMs })
	counts.draftedTokens += draft.length
	counts.acceptedTokens += accepted
	return answers.slice(0, accepted + 1)
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
