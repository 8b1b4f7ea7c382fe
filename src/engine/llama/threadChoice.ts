/** Tokens with each count on which a comparison is judged. */
const trialLength = 4
/** Calls after which the other count is tried, where nothing is known yet: the very first ones bring the weights into memory. */
const firstTrial = 2
/** Calls after a comparison before a slow-down is worth another. */
const leastCalls = 8
/** The other count is tried anew after so many times what a token with the worse one took. */
const pauseFactor = 100
/** Milliseconds of computing; at least so long a comparison holds. */
const leastPause = 4_000
/** The other count has to be this much better. */
const leastGain = 1.1
/** How many times its cost when it was chosen makes a count doubtful. */
const slowDown = 1.7
/** Calls of which the median is a count's cost: single ones are held up by all sorts of things. */
const windowLength = 8
/** Tokens in a call that is no longer one step of decoding. */
const longestStep = 16

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

/** The counts take turns: on a busy machine a number of a moment ago says little. */
interface Trial {
	/** Milliseconds of single tokens with the count that is chosen, and with the other one. */
	readonly own: number[]
	readonly other: number[]
}

/**
 * One thread or as many as there are cores, whichever decodes faster now. Threads wait for each other many times a token:
 * on a machine that is busy with something else, two threads have been seen to take twenty times as long as one.
 */
export class ThreadChoice {
	private readonly options: ThreadOptions
	private chosen: number
	private used: number
	private trial: Trial | undefined
	private isKnown: boolean
	/** Since the last comparison: what calls of each size took at least, about, and how many times that the last ones took. */
	private usual = new Map<number, number>()
	private slowness: number[] = []
	private calls = 0
	private spentMs = 0
	private pauseMs = leastPause
	private watcher: ((tokens: number, ms: number, length: number) => void) | undefined

	constructor(options: ThreadOptions) {
		this.options = options
		const { most, start } = options
		this.chosen = start === 1 ? 1 : most
		this.used = this.chosen
		this.isKnown = start !== undefined
	}

	/** Threads that there are cores for. */
	get most(): number {
		return this.options.most
	}

	/** Whether there is more than one count to choose from. */
	get hasChoice(): boolean {
		return this.most > 1 && !this.options.fixed
	}

	/** Whether the counts were never compared, and soon will be. */
	get isOpen(): boolean {
		return this.hasChoice && this.options.isCheap && !this.isKnown
	}

	/** The count that was found to be the better one. */
	get settled(): number {
		return this.chosen
	}

	/** Threads for the next evaluation. */
	get threads(): number {
		const { trial } = this
		return trial && trial.own.length > trial.other.length ? this.other : this.chosen
	}

	/** Threads of the last evaluation. */
	get last(): number {
		return this.used
	}

	/** Whether it waits for single tokens to compare the counts by. */
	get isTrying(): boolean {
		return this.trial !== undefined
	}

	/** Has every call reported that was made with the count that is chosen. */
	watch(watcher: (tokens: number, ms: number, length: number) => void): void {
		this.watcher = watcher
	}

	/**
	 * So many tokens took this many milliseconds with the threads that were asked for.
	 *
	 * @param length tokens that are evaluated.
	 */
	observe(tokens: number, ms: number, length = 0): void {
		this.used = this.threads
		if (this.used === this.chosen) this.watcher?.(tokens, ms, length)
		if (!this.hasChoice) return
		if (this.trial) {
			if (tokens === 1) this.compare(this.trial, ms)
			return
		}
		this.calls++
		this.spentMs += ms
		if (tokens <= longestStep) this.noteStep(tokens, ms)
		if (this.isTrialDue()) this.trial = { own: [], other: [] }
	}

	private get other(): number {
		return this.chosen === 1 ? this.most : 1
	}

	private noteStep(tokens: number, ms: number): void {
		const usual = this.usual.get(tokens)
		// Down to the lowest, but not at once: that may be a lucky one.
		if (usual === undefined) this.usual.set(tokens, ms)
		else if (ms < usual) this.usual.set(tokens, usual * 0.7 + ms * 0.3)
		this.slowness = [...this.slowness.slice(1 - windowLength), ms / Math.max(usual ?? ms, 1e-3)]
	}

	private isTrialDue(): boolean {
		if (this.isOpen) return this.calls >= firstTrial
		const isSlow = this.slowness.length === windowLength && median(this.slowness) > slowDown
		if (isSlow && this.calls >= leastCalls) return true
		return this.options.isCheap && this.calls >= leastCalls && this.spentMs >= this.pauseMs
	}

	private compare({ own, other }: Trial, ms: number): void {
		;(own.length > other.length ? other : own).push(ms)
		const [cost, otherCost] = [median(own), median(other)]
		// Two bad ones are enough: each may have taken as long as twenty tokens.
		const isHopeless = other.length >= 2 && Math.min(...other) > cost * leastGain
		const isDone = other.length >= trialLength || isHopeless
		if (!isDone) return
		if (otherCost * leastGain < cost) this.chosen = this.other
		this.pauseMs = Math.max(leastPause, pauseFactor * Math.max(cost, otherCost))
		this.isKnown = true
		this.trial = undefined
		this.usual = new Map()
		this.slowness = []
		this.calls = 0
		this.spentMs = 0
	}
}

/** The lower one of the two in the middle. */
function median(times: readonly number[]): number {
	return times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? 0
}
