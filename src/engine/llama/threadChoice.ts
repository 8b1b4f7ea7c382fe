/** Tokens between two tries of the other count: at first, and at most, where they change nothing. */
const firstInterval = 1024
const lastInterval = 16_384
/** Tokens after a try before a slow-down is worth another. */
const leastInterval = 8
/** Tokens with the other count on which it is judged. */
const trialLength = 4
/** The other count has to be this much better. */
const leastGain = 1.1
/** How many times its cost when it was chosen makes a count doubtful. */
const slowDown = 2
/** Tokens of which the median is a count's cost: single ones are held up by all sorts of things. */
const windowLength = 8

export interface ThreadOptions {
	/** Threads that there are cores for. */
	readonly most: number
	/** Nothing is tried: the processor has little to do. */
	readonly fixed: boolean
	/** Whether a few tokens with the worse count are no loss; else only a slow-down is reason to try it. */
	readonly isCheap: boolean
	/** What was the better count the last time; then there is no hurry to try the other one. */
	readonly start?: number | undefined
}

/**
 * One thread or as many as there are cores, whichever decodes faster now. Threads wait for each other many times a token:
 * on a machine that is busy with something else, two threads have been seen to take twenty times as long as one.
 */
export class ThreadChoice {
	private readonly options: ThreadOptions
	private chosen: number
	/** Milliseconds of the last single tokens with the chosen count. */
	private times: number[] = []
	/** Their median when the count was chosen, or last confirmed. */
	private costThen: number | undefined
	private trial: number[] | undefined
	private sinceTrial = 0
	// The first try comes soon: nothing is known yet.
	private interval = leastInterval

	constructor(options: ThreadOptions) {
		this.options = options
		const { most, start } = options
		this.chosen = start === 1 ? 1 : most
		if (start !== undefined) this.interval = firstInterval
	}

	/** Threads that there are cores for. */
	get most(): number {
		return this.options.most
	}

	/** Whether there is more than one count to choose from. */
	get hasChoice(): boolean {
		return this.most > 1 && !this.options.fixed
	}

	/** The count that was found to be the better one. */
	get settled(): number {
		return this.chosen
	}

	/** Threads for the next evaluation. */
	get threads(): number {
		return this.trial ? this.other : this.chosen
	}

	/** Whether it waits for single tokens to compare the counts by. */
	get isTrying(): boolean {
		return this.trial !== undefined
	}

	/** So many tokens took this many milliseconds with the threads that were asked for. */
	observe(tokens: number, ms: number): void {
		if (!this.hasChoice) return
		if (this.trial) {
			if (tokens === 1) this.judge([...this.trial, ms])
			return
		}
		if (tokens === 1) this.times = [...this.times.slice(1 - windowLength), ms]
		this.sinceTrial++
		if (this.times.length < windowLength) return
		const cost = median(this.times)
		this.costThen ??= cost
		if (this.isTrialDue(cost, this.costThen)) this.trial = []
	}

	private get other(): number {
		return this.chosen === 1 ? this.most : 1
	}

	private isTrialDue(cost: number, costThen: number): boolean {
		if (this.sinceTrial < leastInterval) return false
		return cost > costThen * slowDown || (this.options.isCheap && this.sinceTrial >= this.interval)
	}

	private judge(tried: number[]): void {
		const cost = median(this.times)
		// Two bad ones are enough: each may have taken as long as twenty tokens.
		const isHopeless = tried.length >= 2 && Math.min(...tried) > cost
		if (tried.length < trialLength && !isHopeless) {
			this.trial = tried
			return
		}
		if (median(tried) * leastGain < cost) {
			this.chosen = this.other
			this.times = []
			this.costThen = undefined
			this.interval = firstInterval
		} else {
			this.costThen = cost
			this.interval = Math.min(lastInterval, Math.max(firstInterval, this.interval * 2))
		}
		this.trial = undefined
		this.sinceTrial = 0
	}
}

/** The lower one of the two in the middle. */
function median(times: readonly number[]): number {
	return times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? 0
}
