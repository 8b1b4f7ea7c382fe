import type { LogProbs, StopReason, StopRule } from '../../protocol/engine.ts'
import { LineRule } from '../../shared/lineRule.ts'
import { StopScanner } from '../../shared/stopScanner.ts'
import type { TokenId } from './fimPrompt.ts'
import type { Sampled } from './sampleStep.ts'
import type { TextStream } from './textStream.ts'

export interface AnswerOptions {
	readonly maxTokens: number
	readonly stop: readonly string[]
	readonly stopRule: StopRule | undefined
	/** Characters at the beginning that are not part of the answer. */
	readonly skip: number
	/** Whether the text ends at this token: an end-of-text token or any other special one. */
	readonly isEnd: (token: TokenId) => boolean
	readonly stream: TextStream
	readonly onText: (text: string) => void
}

/** The answer as it grows: tokens in, whole characters out, until something says stop. */
export class AnswerText {
	private readonly options: AnswerOptions
	private readonly scanner: StopScanner
	private readonly lines: LineRule
	private text = ''
	private skip: number
	private added: TokenId[] = []
	private firstLogProb: number | undefined
	private firstMargin = 0
	private sumOfLogProbs = 0
	generatedTokens = 0

	constructor(options: AnswerOptions) {
		this.options = options
		this.skip = options.skip
		this.scanner = new StopScanner(options.stop)
		this.lines = new LineRule(options.stopRule)
	}

	get tokensLeft(): number {
		return this.options.maxTokens - this.generatedTokens
	}

	/** Of all tokens that were generated, also of one that ended the answer by how unlikely it was. */
	get logProbs(): LogProbs | undefined {
		const first = this.firstLogProb
		return first === undefined
			? undefined
			: { first, mean: this.sumOfLogProbs / this.generatedTokens, firstMargin: this.firstMargin }
	}

	/** Tokens that were added since the last call. */
	newTokens(): readonly TokenId[] {
		const tokens = this.added
		this.added = []
		return tokens
	}

	/** Takes tokens until one of them ends the answer, and says why. */
	add(sampled: readonly Sampled[]): StopReason | undefined {
		for (const one of sampled) {
			const reason = this.addOne(one)
			if (reason !== undefined) return reason
		}
		return undefined
	}

	/** The whole text. What was held back is shown where generation ended by itself. */
	end(reason: StopReason): string {
		if (reason === 'stopText' || reason === 'stopRule' || reason === 'cancelled') return this.text
		const rest = this.scanner.push(this.stream.end())
		const { text, stopped } = this.lines.push(rest.stopped ? rest.text : rest.text + this.scanner.end())
		this.show(stopped ? text : text + this.lines.end())
		return this.text
	}

	private get stream(): TextStream {
		return this.options.stream
	}

	private addOne({ token, logProb, margin = 0 }: Sampled): StopReason | undefined {
		if (this.options.isEnd(token)) return 'endOfText'
		const written = this.stream.push(token)
		const skipped = Math.min(this.skip, written.length)
		this.skip -= skipped
		this.added.push(token)
		// Typed text that is only written anew is not part of the answer.
		if (skipped > 0 && skipped === written.length) return undefined
		this.generatedTokens++
		if (logProb !== undefined && this.isUnlikely(logProb, margin)) return 'stopRule'
		const scanned = this.scanner.push(written.slice(skipped))
		const { text, stopped } = this.lines.push(scanned.text)
		this.show(text)
		if (stopped) return 'stopRule'
		if (scanned.stopped) {
			this.show(this.lines.end())
			return 'stopText'
		}
		return this.tokensLeft <= 0 ? 'maxTokens' : undefined
	}

	/** Counts the token's probability, and says whether it ends the answer. */
	private isUnlikely(logProb: number, margin: number): boolean {
		const { leastFirstLogProb = Number.NEGATIVE_INFINITY, leastMeanLogProb = Number.NEGATIVE_INFINITY } =
			this.options.stopRule ?? {}
		const isFirst = this.firstLogProb === undefined
		if (isFirst) this.firstMargin = margin
		this.firstLogProb ??= logProb
		this.sumOfLogProbs += logProb
		return (isFirst && logProb < leastFirstLogProb) || this.sumOfLogProbs / this.generatedTokens < leastMeanLogProb
	}

	private show(text: string): void {
		if (text === '') return
		this.text += text
		this.options.onText(text)
	}
}
