/**
 * How long one chunk of a prompt may take, in milliseconds: the longest wait of somebody who cancels. A model of 60 million
 * parameters on two cores evaluates 94 to 99 % as many tokens a second in chunks of 60 as in much longer ones, and 72 to 85 %
 * in chunks of 40.
 */
export const targetMs = 60
const smallest = 8
/** Kernels work on rows of so many tokens: 24 tokens have been seen to take as long as 32. */
const row = 16

/** How many prompt tokens to evaluate at a time, from how long the last ones took. */
export class ChunkSize {
	private readonly largest: number
	private msPerToken: number | undefined

	/**
	 * @param largest the context's batch size.
	 * @param msPerToken as it was measured before.
	 */
	constructor(largest: number, msPerToken?: number) {
		this.largest = largest
		this.msPerToken = msPerToken
	}

	/** Tokens. */
	get next(): number {
		if (this.msPerToken === undefined) return Math.min(32, this.largest)
		const tokens = targetMs / this.msPerToken
		const step = tokens < row ? smallest : row
		const fitting = Math.round(tokens / step) * step
		return Math.min(this.largest, Math.max(smallest, fitting))
	}

	/** Small chunks cost more for each token and would make the next chunks too small. */
	observe(tokens: number, ms: number): void {
		if (tokens < smallest) return
		const measured = Math.max(ms, 0.01) / tokens
		// Sooner slower than faster: one lucky chunk must not make the next one long.
		const weight = this.msPerToken === undefined ? 1 : measured > this.msPerToken ? 0.7 : 0.4
		this.msPerToken = (this.msPerToken ?? 0) * (1 - weight) + measured * weight
	}
}
