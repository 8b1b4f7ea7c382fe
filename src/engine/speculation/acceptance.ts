/** Share of what is known that is kept with each new draft. */
const memory = 0.93
/** For how many tokens the assumption stands at first, and the mean of all positions for what is known of one. */
const assumedTokens = 2
const meanTokens = 3
/** Nothing is certain. */
const highest = 0.99

/** How often a drafted token is right, given that the ones before it were, by its position in the draft. */
export class Acceptance {
	private accepted = 0
	private tried = 0
	private readonly acceptedAt: number[] = []
	private readonly triedAt: number[] = []

	/** @param assumed the share before anything was seen. */
	constructor(assumed: number) {
		this.accepted = assumed * assumedTokens
		this.tried = assumedTokens
	}

	/** @param position from 0. */
	at(position: number): number {
		const mean = this.accepted / this.tried
		const accepted = (this.acceptedAt[position] ?? 0) + mean * meanTokens
		return Math.min(highest, accepted / ((this.triedAt[position] ?? 0) + meanTokens))
	}

	observe(drafted: number, accepted: number): void {
		const tried = Math.min(accepted + 1, drafted)
		this.accepted = this.accepted * memory + accepted
		this.tried = this.tried * memory + tried
		for (let position = 0; position < Math.max(tried, this.triedAt.length); position++) {
			const isTried = position < tried ? 1 : 0
			this.triedAt[position] = (this.triedAt[position] ?? 0) * memory + isTried
			this.acceptedAt[position] = (this.acceptedAt[position] ?? 0) * memory + (position < accepted ? 1 : 0)
		}
	}
}
