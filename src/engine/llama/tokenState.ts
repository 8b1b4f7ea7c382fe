import type { ControlledEvaluateInputItem, LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp'
import { type Candidate, sampledFrom } from './candidates.ts'
import type { ChunkSize } from './chunkSize.ts'
import type { TokenId } from './fimPrompt.ts'
import type { ModelThreads } from './modelThreads.ts'
import type { Turn } from './turn.ts'

const seeds = 2 ** 31

/**
 * How much of a distribution to list. Milliseconds with 152,000 tokens, where a token alone takes 12 in a small model and the
 * library's `confidence` 9 more, because it sorts them all:
 *
 * - `few`: the 40 likeliest, with their shares of these 40. Less than 1.
 * - `most`: as many as make up 0.999, with their shares of that: a logarithm is at most 0.001 too high. 2.
 * - `all`. 80.
 */
export type Listing = 'few' | 'most' | 'all'

// The library would put 40 in place of nothing, and sorts all of them for any number that means all.
const noLimit = null as unknown as number
const listings = {
	few: { topK: sampledFrom.topK, topP: 1 },
	most: { topK: noLimit, topP: 0.999 },
	all: { topK: noLimit, topP: 1 },
} as const satisfies Record<Listing, { readonly topK: number; readonly topP: number }>

/**
 * The tokens that a context has evaluated, with their keys and values: what does not have to be computed again. Calls
 * must not overlap.
 */
export class TokenState {
	private readonly context: LlamaContext
	private readonly chunkSize: ChunkSize
	private readonly threads: ModelThreads
	private sequence: LlamaContextSequence

	/** @param context made with all the threads that `threads` may choose. */
	constructor(context: LlamaContext, chunkSize: ChunkSize, threads: ModelThreads) {
		this.context = context
		this.chunkSize = chunkSize
		this.threads = threads
		this.sequence = context.getSequence()
	}

	/** Tokens that are evaluated. */
	get length(): number {
		return this.sequence.nextTokenIndex
	}

	/** Most tokens that can be evaluated; with one more the library would begin to drop tokens by itself. */
	get capacity(): number {
		return this.context.contextSize - 1
	}

	/** Whether single tokens can be taken back. Recurrent models cannot forget their last tokens. */
	get canTakeBack(): boolean {
		return !this.sequence.needsCheckpoints
	}

	/** Whether the next calls should be of one token, by which the number of threads for them is judged. */
	get wantsSingleTokens(): boolean {
		return this.threads.wantedCall === 1
	}

	/** What is evaluated. */
	get tokens(): readonly TokenId[] {
		return this.sequence.contextTokens
	}

	/** How many tokens at the beginning of `tokens` are evaluated, one after the other from the first. */
	common(tokens: readonly TokenId[]): number {
		return this.sequence.compareContextTokens(tokens as Token[]).firstDifferentIndex
	}

	/**
	 * Keeps what the state has in common with the beginning of `tokens`, but at most `most` tokens of it.
	 *
	 * @returns how many were kept.
	 */
	async keep(tokens: readonly TokenId[], most: number): Promise<number> {
		await this.truncate(Math.min(this.common(tokens), most))
		return this.length
	}

	/** Drops everything after the first `length` tokens. */
	async truncate(length: number): Promise<void> {
		if (length >= this.length) return
		// Where tokens cannot be taken back the library would evaluate the rest again, in one piece that nobody can cancel;
		// from an empty state it is evaluated in chunks like any other prompt.
		if (length === 0 || !this.canTakeBack) await this.sequence.clearHistory()
		else await this.sequence.eraseContextTokenRanges([{ start: length, end: this.length }])
	}

	/**
	 * Evaluates tokens of a prompt, in chunks, until at most one chunk is left or the request is cancelled.
	 *
	 * @returns the tokens that are left; all but the last of them need no answer.
	 */
	async prefill(tokens: readonly TokenId[], turn: Turn): Promise<readonly TokenId[]> {
		let done = 0
		while (tokens.length - done > this.chunkSize.next) {
			await turn.checkpoint()
			if (turn.isCancelled()) break
			done += await this.advance(tokens.slice(done))
		}
		return tokens.slice(done)
	}

	/**
	 * Evaluates the beginning of `tokens`, at most one chunk.
	 *
	 * @returns how many were evaluated.
	 */
	async advance(tokens: readonly TokenId[]): Promise<number> {
		const chunk = tokens.slice(0, this.chunkSize.next)
		await this.evaluate(chunk as Token[])
		return chunk.length
	}

	/**
	 * Evaluates tokens in one call.
	 *
	 * @param answers how many of the last tokens are to be answered.
	 * @param temperature above 0: each answer is drawn by itself, from the model's distribution after the tokens before it.
	 * @returns for each of these the next token.
	 */
	async next(tokens: readonly TokenId[], answers: number, temperature = 0): Promise<TokenId[]> {
		const first = tokens.length - answers
		const input = tokens.map(
			(token, i): ControlledEvaluateInputItem =>
				i < first ? (token as Token) : [token as Token, nextToken(temperature)],
		)
		const output = await this.evaluate(input)
		return output.slice(first).map((item) => {
			const token = item?.next.token
			if (token === null || token === undefined) throw new Error('llama.cpp gave no next token')
			return token
		})
	}

	/** Writes what is evaluated to a file. @returns its bytes. */
	async saveTo(path: string): Promise<number> {
		return (await this.sequence.saveStateToFile(path)).fileSize
	}

	/**
	 * Puts what was saved in place of what is evaluated. Where it rejects the state has to be reset.
	 *
	 * @param path a file that the same model wrote in a context of the same kind: over another one llama.cpp may end the process.
	 */
	async loadFrom(path: string): Promise<void> {
		await this.sequence.clearHistory()
		await this.sequence.loadStateFromFile(path, { acceptRisk: true })
	}

	/**
	 * Evaluates tokens in one call.
	 *
	 * @param answers how many of the last tokens are to be answered.
	 * @returns for each of these what may come next, the likeliest first, without any temperature.
	 */
	async likeliest(tokens: readonly TokenId[], answers: number, listing: Listing): Promise<Candidate[][]> {
		const first = tokens.length - answers
		const generateNext = {
			token: true,
			probabilities: true,
			options: { temperature: 1, ...listings[listing] },
		} as const
		const output = await this.evaluate(
			tokens.map((token, i) => (i < first ? (token as Token) : [token as Token, { generateNext }])),
		)
		return output.slice(first).map((item) => {
			const listed = item?.next.probabilities
			if (!listed) throw new Error('llama.cpp gave no probabilities')
			return Array.from(listed, ([token, probability]) => ({ token, probability }))
		})
	}

	/**
	 * Evaluates tokens in one call.
	 *
	 * @param wanted for each of the last tokens, what may follow it.
	 * @returns the probability of each of these, without any temperature.
	 */
	async probabilitiesOf(tokens: readonly TokenId[], wanted: readonly (readonly TokenId[])[]): Promise<number[][]> {
		const first = tokens.length - wanted.length
		const generateNext = { token: true, probabilities: true, options: { temperature: 1, ...listings.all } } as const
		const output = await this.evaluate(
			tokens.map((token, i) => (i < first ? (token as Token) : [token as Token, { generateNext }])),
		)
		return wanted.map((each, i) => {
			const listed = output[first + i]?.next.probabilities
			if (!listed) throw new Error('llama.cpp gave no probabilities')
			return each.map((token) => listed.get(token as Token) ?? 0)
		})
	}

	/** Begins anew after a failed call, which leaves it unknown what the context holds. */
	async reset(): Promise<void> {
		await this.sequence.dispose()
		this.sequence = this.context.getSequence()
	}

	private async evaluate(input: ControlledEvaluateInputItem[]) {
		const threads = this.threads.for(input.length)
		// The library's limit for all contexts together; 0 lets each have the threads it was made with.
		this.context.model.llama.maxThreads = threads < this.context.idealThreads ? threads : 0
		const start = performance.now()
		const output = await this.sequence.controlledEvaluate(input)
		const ms = performance.now() - start
		// A batch that is answered in many places says little about a prompt, of which one place is.
		if (!Array.isArray(input.at(-2))) this.chunkSize.observe(input.length, ms)
		this.threads.observe(input.length, ms, this.length)
		return output
	}
}

/** Asks for no probabilities: for these the library sorts the whole vocabulary. */
function nextToken(temperature: number) {
	if (temperature === 0) return { generateNext: { token: true, options: { temperature: 0 } } } as const
	// Without a seed the library takes the second, and every token of a second is drawn with the same random number.
	const seed = Math.floor(Math.random() * seeds)
	return { generateNext: { token: true, options: { temperature, seed, ...sampledFrom } } } as const
}
