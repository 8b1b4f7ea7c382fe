import type { TokenId } from '../llama/fimPrompt.ts'

/** Where the end of a text stands once more. */
export interface NgramMatch {
	/** Tokens that are the same, up to `longestMatch`. */
	readonly length: number
	/** Position after them, in the indexed tokens. */
	readonly next: number
}

const shortestMatch = 2
const longestMatch = 32
/** Earlier places to look at for one end: the last ones, for recent text is the likeliest to come again. */
const places = 16
const buckets = 1 << 14

/** Finds earlier places of pairs of tokens, and from there of longer runs. Grows at its end. */
export class NgramIndex {
	readonly tokens: TokenId[] = []
	/** For each bucket the last position whose pair of tokens, that one and the one before it, falls into it. */
	private readonly last = new Int32Array(buckets).fill(-1)
	/** For each position the one before it in the same bucket. */
	private readonly earlier: number[] = []

	add(tokens: readonly TokenId[]): void {
		for (const token of tokens) {
			const position = this.tokens.length
			const before = this.tokens[position - 1]
			this.tokens.push(token)
			if (before === undefined) {
				this.earlier.push(-1)
				continue
			}
			const bucket = bucketOf(before, token)
			this.earlier.push(this.last[bucket] ?? -1)
			this.last[bucket] = position
		}
	}

	/** The longest of the latest places where `text` ends as it does at its own end; that end itself is none. */
	find(text: readonly TokenId[]): NgramMatch | undefined {
		const [before, token] = text.slice(-2)
		if (before === undefined || token === undefined) return undefined
		let best: NgramMatch | undefined
		let position = this.last[bucketOf(before, token)] ?? -1
		for (let place = 0; place < places && position >= 0; place++) {
			const length = position + 1 < this.tokens.length ? this.sharedEnd(text, position) : 0
			if (length >= shortestMatch && length > (best?.length ?? 0)) best = { length, next: position + 1 }
			if (best?.length === longestMatch) break
			position = this.earlier[position] ?? -1
		}
		return best
	}

	/** What stands at a match, up to the end of what is indexed. */
	after({ next }: NgramMatch, count: number): TokenId[] {
		return this.tokens.slice(next, next + count)
	}

	private sharedEnd(text: readonly TokenId[], position: number): number {
		let length = 0
		const most = Math.min(longestMatch, text.length, position + 1)
		while (length < most && text[text.length - 1 - length] === this.tokens[position - length]) length++
		return length
	}
}

function bucketOf(before: TokenId, token: TokenId): number {
	return (Math.imul(before, 0x9e3779b1) ^ Math.imul(token, 0x85ebca6b)) >>> 18
}
