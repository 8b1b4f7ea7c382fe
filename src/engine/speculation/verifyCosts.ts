import { type RunningMean, runningMean } from './runningMean.ts'

/** Share of a plain step that each further token is taken to cost where nothing larger was measured. */
const assumedSlope = 0.25

/** Which threads a model computes with, another text for every other choice; a `ModelThreads`. */
export interface ThreadSource {
	/** In general. */
	readonly settled: string
	/** In the last call. */
	readonly last: string
	/** Tokens of a call by which numbers of threads are waiting to be compared. */
	readonly wantedCall: number | undefined
}

/** A token of a larger call may take this much more than one of a smaller: kernels work on rows of four or eight. */
const tokenSlack = 1.25
/** Calls within which two sizes were measured under the same conditions. */
const freshness = 16

export interface Measurement {
	readonly tokens: number
	/** Milliseconds. */
	readonly ms: number
}

/** How many times as long as a single token so many take. */
interface Point {
	readonly size: number
	readonly value: number
}

const oneThread: ThreadSource = { settled: '1', last: '1', wantedCall: undefined }

/**
 * What a call of the target costs, by the number of its tokens, in milliseconds. Kept for each number of threads: what two
 * threads take says nothing about one.
 */
export class VerifyCosts {
	private readonly threads: ThreadSource
	private readonly curves = new Map<string, CostCurve>()

	/** @param measured with the threads that are settled on. */
	constructor(threads: ThreadSource = oneThread, measured: readonly Measurement[] = []) {
		this.threads = threads
		const curve = this.curveFor(threads.settled)
		for (const { tokens, ms } of [...measured].sort((a, b) => a.tokens - b.tokens)) curve.observe(tokens, ms)
		curve.begin()
	}

	/** The last call. */
	observe(tokens: number, ms: number): void {
		this.curveFor(this.threads.last).observe(tokens, ms)
	}

	/** Of one token; undefined before the first was measured. */
	get plain(): number | undefined {
		return this.current.plain
	}

	/** What is known by now, by rising numbers of tokens. */
	measurements(): Measurement[] {
		return this.current.measurements()
	}

	/** Between two measured numbers a straight line; beyond them the slope of the last ones. NaN before the first measurement. */
	estimate(tokens: number): number {
		return this.current.estimate(tokens)
	}

	private get current(): CostCurve {
		return this.curveFor(this.threads.settled)
	}

	private curveFor(threads: string): CostCurve {
		let curve = this.curves.get(threads)
		if (!curve) {
			// Until it is known better a call of eight takes as many times as long as one of one.
			curve = new CostCurve([...this.curves.values()].at(-1))
			this.curves.set(threads, curve)
		}
		return curve
	}
}

/**
 * One number of threads: what a single token takes, and how many times as long the others take. A machine that slows down
 * makes all of them slower, also those that nobody would try again because they were slow once.
 */
class CostCurve {
	private single: RunningMean | undefined
	private readonly ratios = new Map<number, RunningMean>()
	private calls = 0
	/** The call at which each was last measured. */
	private readonly measuredAt = new Map<number, number>()
	/** Made once between two calls: the policy asks for dozens of estimates before each. */
	private known: readonly Point[] | undefined

	/** @param like a curve whose ratios to take over. */
	constructor(like: CostCurve | undefined) {
		for (const [tokens, { value }] of like?.ratios ?? []) this.ratios.set(tokens, runningMean(value))
	}

	get plain(): number | undefined {
		return this.single?.value
	}

	/** What was observed so far was measured together. */
	begin(): void {
		this.known = undefined
		this.calls = 0
		for (const tokens of this.measuredAt.keys()) this.measuredAt.set(tokens, 0)
	}

	observe(tokens: number, ms: number): void {
		this.known = undefined
		this.note(tokens, ms)
		this.known = undefined
	}

	private note(tokens: number, ms: number): void {
		const last = this.measuredAt.get(tokens)
		const missed = last === undefined ? 0 : this.calls - last
		this.measuredAt.set(tokens, this.calls++)
		if (tokens === 1) {
			if (this.single) this.single.observe(ms, missed)
			else this.single = runningMean(ms)
			return
		}
		if (!this.single) return
		const ratio = ms / this.single.value
		const known = this.ratios.get(tokens)
		if (known) known.observe(ratio, missed)
		// What was never measured is taken at its word only as far as its neighbours allow: it may be an outlier.
		else if (this.ratios.size === 0) this.ratios.set(tokens, runningMean(ratio))
		else this.ratios.set(tokens, runningMean(Math.min(ratio, 2 * this.ratio(tokens))))
	}

	measurements(): Measurement[] {
		const plain = this.plain
		if (plain === undefined) return []
		return this.points().map(({ size, value }) => ({ tokens: size, ms: value * plain }))
	}

	estimate(tokens: number): number {
		return this.ratio(tokens) * (this.plain ?? Number.NaN)
	}

	private ratio(tokens: number): number {
		this.known ??= this.points()
		let below: Point = { size: 1, value: 1 }
		for (const point of this.known) {
			if (point.size === tokens) return point.value
			if (point.size > tokens) {
				const slope = (point.value - below.value) / (point.size - below.size)
				return below.value + slope * (tokens - below.size)
			}
			below = point
		}
		const slope = below.size > 1 ? (below.value - 1) / (below.size - 1) : assumedSlope
		return below.value + Math.max(0, slope) * (tokens - below.size)
	}

	/**
	 * Ratios by rising numbers of tokens. What holds up a call makes it take longer, never shorter: more tokens that took less
	 * time, or fewer of which each took less, show that a call was held up. Older ones show nothing.
	 */
	private points(): Point[] {
		const at = (size: number) => this.measuredAt.get(size) ?? -freshness
		const known = [...this.ratios].map(([size, { value }]) => ({ size, value })).sort((a, b) => a.size - b.size)
		const points = [{ size: 1, value: 1 }, ...known]
		const isFresh = (other: { size: number }, than: { size: number }) => at(other.size) + freshness >= at(than.size)
		for (const [i, point] of points.entries()) {
			const before = points[i - 1]
			if (!before || !isFresh(before, point)) continue
			point.value = Math.min(point.value, (before.value / before.size) * point.size * tokenSlack)
		}
		for (let i = points.length - 2; i > 0; i--) {
			const [point, after] = [points[i], points[i + 1]]
			if (point && after && isFresh(after, point)) point.value = Math.min(point.value, after.value)
		}
		for (const point of points) point.value = Math.max(1, point.value)
		return points
	}
}
