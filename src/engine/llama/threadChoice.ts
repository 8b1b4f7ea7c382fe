/** Calls with each count after which a comparison is judged, where one is more than so many times as good as the other. */
const shortTrial = 4
const clearGain = 2
/** Where they are closer: what is seldom, but slow, has to show. */
const longTrial = 10
/** Calls after which the other count is tried, where nothing is known yet: the very first ones bring the weights into memory. */
const firstTrial = 2
/** Calls after a comparison before a slow-down is worth another. */
const leastCalls = 8
/** The other count is tried anew after so many times what the calls with the worse one took. */
const pauseFactor = 25
/** Milliseconds of computing; at least so long a comparison holds. */
const leastPause = 4_000
/** The other count has to be this much better. */
const leastGain = 1.1
/** How many times its cost when it was chosen makes a count doubtful. */
const slowDown = 1.7
/** Calls of which the median tells a slow-down: single ones are held up by all sorts of things. */
const windowLength = 8
/** Tokens in a call that is no longer one step of decoding. */
const longestStep = 16

/** Single tokens wait for memory; the more of them there are in a call, the more there is to compute. */
export type CallKind = 'single' | 'several' | 'prompts'

/** Of a call with so many tokens. */
export function kindOfCall(tokens: number): CallKind {
	return tokens === 1 ? 'single' : tokens <= longestStep ? 'several' : 'prompts'
}

/** What calls of different sizes are compared by: of several tokens each takes the same, beside what the call takes. */
const weights: Readonly<Record<CallKind, (tokens: number) => number>> = {
	single: () => 1,
	// Measured with 60 million parameters, F16 and Q8_0, 2 to 16 tokens, one thread and two: within a tenth.
	several: (tokens) => tokens + 3.5,
	prompts: (tokens) => tokens,
}

export interface ThreadOptions {
	/** The calls that the count is for. */
	readonly calls: CallKind
	/** Threads that there are cores for. */
	readonly most: number
	/** Nothing is tried: the processor has little to do. */
	readonly fixed: boolean
	/** Whether a few tokens with the worse count are no loss; else only a slow-down is reason to try it, and for prompts that one thread was better once. */
	readonly isCheap: boolean
	/** What was the better count the last time; then there is no hurry to try the other one. */
	readonly start?: number | undefined
}

/** The counts take turns: on a busy machine a number of a moment ago says little. */
interface Trial {
	/** Milliseconds by weight with the count that is chosen, and with the other one. */
	readonly own: number[]
	readonly other: number[]
}

/**
 * One thread or as many as there are cores, whichever computes faster now. Threads wait for each other many times a token:
 * on a machine that is busy with something else, two threads have been seen to take twenty times as long as one.
 */
export class ThreadChoice {
	private readonly options: ThreadOptions
	private chosen: number
	private trial: Trial | undefined
	private isKnown: boolean
	/** Since the last comparison: what calls of each size, or tokens of prompts, took at least, about, and how many times that the last ones took. */
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

	/** Whether it waits for calls to compare the counts by. */
	get isTrying(): boolean {
		return this.trial !== undefined
	}

	/** Has every call reported that was made with the count that is chosen. */
	watch(watcher: (tokens: number, ms: number, length: number) => void): void {
		this.watcher = watcher
	}

	/**
	 * So many tokens took this many milliseconds with the threads that were asked for, in a call of the kind that they are for.
	 *
	 * @param length tokens that are evaluated.
	 */
	observe(tokens: number, ms: number, length = 0): void {
		if (this.threads === this.chosen) this.watcher?.(tokens, ms, length)
		if (!this.hasChoice) return
		const weight = weights[this.options.calls](tokens)
		if (this.trial) {
			this.compare(this.trial, ms / weight, weight)
			return
		}
		this.calls++
		this.spentMs += ms
		this.noteCost(this.options.calls === 'prompts' ? 0 : tokens, ms / weight)
		if (this.isTrialDue()) this.trial = { own: [], other: [] }
	}

	private get other(): number {
		return this.chosen === 1 ? this.most : 1
	}

	private noteCost(size: number, weighed: number): void {
		const usual = this.usual.get(size)
		// Down to the lowest, but not at once: that may be a lucky one.
		if (usual === undefined) this.usual.set(size, weighed)
		else if (weighed < usual) this.usual.set(size, usual * 0.7 + weighed * 0.3)
		this.slowness = [...this.slowness.slice(1 - windowLength), weighed / Math.max(usual ?? weighed, 1e-3)]
	}

	private isTrialDue(): boolean {
		if (this.isOpen) return this.calls >= firstTrial
		const isSlow = this.slowness.length === windowLength && median(this.slowness) > slowDown
		if (isSlow && this.calls >= leastCalls) return true
		const mayTry = this.options.isCheap || (this.options.calls === 'prompts' && this.chosen < this.most)
		return mayTry && this.calls >= leastCalls && this.spentMs >= this.pauseMs
	}

	private compare({ own, other }: Trial, weighed: number, weight: number): void {
		;(own.length > other.length ? other : own).push(weighed)
		if (!isDecided(own, other)) return
		const [cost, otherCost] = [usualMean(own), usualMean(other)]
		if (otherCost * leastGain < cost) this.chosen = this.other
		this.pauseMs = Math.max(leastPause, pauseFactor * weight * other.length * Math.max(cost, otherCost))
		this.isKnown = true
		this.trial = undefined
		this.usual = new Map()
		this.slowness = []
		this.calls = 0
		this.spentMs = 0
	}
}

/** Whether enough calls were made with both counts. */
function isDecided(own: readonly number[], other: readonly number[]): boolean {
	if (other.length < 2 || own.length > other.length) return false
	// Two bad ones are enough: each may have taken as long as twenty tokens.
	if (Math.min(...other) > median(own) * clearGain) return true
	const ratio = median(own) / Math.max(median(other), 1e-3)
	const isClear = ratio > clearGain || ratio < 1 / clearGain
	return other.length >= (isClear ? shortTrial : longTrial)
}

/**
 * What a call takes, all in all. Not the median: on a virtual machine whose cores fall asleep, two threads have been seen to be a
 * tenth faster in most calls, and to take twice as long in a third of them. But once anything may be held up.
 */
function usualMean(times: readonly number[]): number {
	const most = times.toSorted((a, b) => a - b).slice(0, -1)
	return most.reduce((sum, ms) => sum + ms, 0) / most.length
}

/** The lower one of the two in the middle. */
function median(times: readonly number[]): number {
	return times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? 0
}
