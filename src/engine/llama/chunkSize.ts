/** How long one chunk of a prompt may take, in milliseconds: the longest wait of somebody who cancels. */
const targetMs = 40
const smallest = 8

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
		// A multiple of 8: the kernels work on rows of that many.
		const fitting = Math.round(targetMs / this.msPerToken / 8) * 8
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
