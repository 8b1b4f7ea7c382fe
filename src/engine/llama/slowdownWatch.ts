import type { Logger } from '../../shared/logger.ts'

/** Calls of which the median counts. */
const windowLength = 24
/** How many times what it should take makes a machine slow, and no longer slow. */
const slow = 1.5
const recovered = 1.2
/** Windows in a row after which it is said: a build next door is over sooner. */
const patience = 2
/** A median below this share of what was measured shows that the machine was busy when it was measured. */
const outdated = 0.6
/** Tokens of context in which a call costs about the same; in the next ones it costs more, up to so many times. */
const sectionLength = 1_024
const steepest = 1.3
/** Tokens in a call that is no longer one step of decoding. */
const longestStep = 16

/**
 * Notices that decoding takes longer than it did when the model was measured: a machine that runs on its battery, or is too
 * hot. What to do about it follows from the costs that are measured all the time; here it is only said. Has no timer: while
 * nothing is decoded nobody knows.
 */
export class SlowdownWatch {
	private readonly expected: (tokens: number) => number
	private readonly logger: Logger
	/** Times what was expected, in the last calls. */
	private ratios: number[] = []
	private section = 0
	/** What is usual in each section of the context, as a multiple of what was expected. */
	private readonly usual: number[] = [1]
	private slowWindows = 0
	private lowest = Number.POSITIVE_INFINITY

	/** @param expected milliseconds of a call with so many tokens, as measured in an empty context. */
	constructor(expected: (tokens: number) => number, logger: Logger) {
		this.expected = expected
		this.logger = logger
	}

	/** Whether the machine is so much faster than when it was measured that it should be measured again. */
	get isOutdated(): boolean {
		return this.lowest < outdated
	}

	get isSlow(): boolean {
		return this.slowWindows >= patience
	}

	/** A call with so many tokens, at the end of so many that are evaluated. */
	observe(tokens: number, ms: number, length: number): void {
		if (tokens > longestStep) return
		const section = Math.floor(length / sectionLength)
		if (section !== this.section) this.ratios = []
		this.section = section
		this.ratios.push(ms / this.expected(tokens))
		if (this.ratios.length < windowLength) return
		const ratio = median(this.ratios)
		this.ratios = []
		if (Number.isFinite(ratio)) this.judge(ratio, this.usualIn(section, ratio))
	}

	private judge(ratio: number, usual: number): void {
		if (this.section === 0) this.lowest = Math.min(this.lowest, ratio)
		const wasSlow = this.isSlow
		if (ratio > usual * slow) this.slowWindows++
		else if (!wasSlow || ratio < usual * recovered) this.slowWindows = 0
		// Where it was seen to be faster that is what it can be; above, only as far as the context's length explains it.
		if (ratio < usual) this.usual[this.section] = Math.max(ratio, usual * 0.9)
		if (this.isSlow === wasSlow) return
		const fields = { times: Math.round((ratio / usual) * 100) / 100, usualMs: this.expected(1) * usual }
		this.logger.log('info', this.isSlow ? 'engine.slowdown' : 'engine.slowdownOver', fields)
	}

	private usualIn(section: number, ratio: number): number {
		const known = this.usual[section]
		if (known !== undefined) return known
		const before = this.usual.findLast((each, i) => each !== undefined && i < section) ?? 1
		const usual = Math.min(Math.max(ratio, before), before * steepest)
		this.usual[section] = usual
		return usual
	}
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
