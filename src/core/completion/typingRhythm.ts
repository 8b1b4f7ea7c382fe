/** A longer interval is a pause to think, in milliseconds. */
const longestInterval = 1_000
/** Share of the old mean that is kept with each new value. */
const memory = 0.9
const assumedInterval = 160
/** A pause of this share of an interval says that the next key does not follow at once. */
const pauseShare = 0.5
const longestDebounce = 120

/** How fast somebody types, and how fast the model answers: how long to wait before it is asked. */
export class TypingRhythm {
	private interval = assumedInterval
	private latency = 0
	private lastKey: number | undefined

	/** A key was pressed. @param now milliseconds. */
	key(now: number): void {
		const since = this.lastKey === undefined ? Infinity : now - this.lastKey
		this.lastKey = now
		if (since < longestInterval) this.interval = mean(this.interval, since)
	}

	/** The model took so many milliseconds to answer. */
	answered(ms: number): void {
		this.latency = mean(this.latency, ms)
	}

	/** Milliseconds. A slow model is asked sooner: what it computes while the user types on is seldom lost. */
	get debounceMs(): number {
		return Math.max(0, Math.min(longestDebounce, this.interval * pauseShare) - this.latency)
	}
}

function mean(old: number, value: number): number {
	return old * memory + value * (1 - memory)
}
