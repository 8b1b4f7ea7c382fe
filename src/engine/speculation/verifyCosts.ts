import { type RunningMean, runningMean } from './runningMean.ts'

/** Share of a plain step that each further token is taken to cost where nothing larger was measured. */
const assumedSlope = 0.25

/** What a call of the target costs, by the number of its tokens. Milliseconds. */
export class VerifyCosts {
	private readonly measured = new Map<number, RunningMean>()

	/** @param curve what was measured before. */
	constructor(curve: readonly { readonly tokens: number; readonly ms: number }[] = []) {
		for (const { tokens, ms } of curve) this.measured.set(tokens, runningMean(ms))
	}

	observe(tokens: number, ms: number): void {
		const known = this.measured.get(tokens)
		if (known) known.observe(ms)
		// What was never measured is taken at its word only as far as its neighbours allow: it may be an outlier.
		else if (this.measured.size < 2) this.measured.set(tokens, runningMean(ms))
		else this.measured.set(tokens, runningMean(Math.min(ms, 2 * this.estimate(tokens))))
	}

	/** Of one token; undefined before the first was measured. */
	get plain(): number | undefined {
		return this.measured.get(1)?.value
	}

	/** What is known by now, by rising numbers of tokens. */
	measurements(): { readonly tokens: number; readonly ms: number }[] {
		return [...this.measured].map(([tokens, { value }]) => ({ tokens, ms: value })).sort((a, b) => a.tokens - b.tokens)
	}

	/** Between two measured numbers a straight line; beyond them the slope of the last ones. NaN before the first measurement. */
	estimate(tokens: number): number {
		const known = this.measured.get(tokens)
		if (known) return known.value
		const plain = this.plain ?? Number.NaN
		const points = this.measurements().map(({ tokens: size, ms: value }) => ({ size, value }))
		const above = points.find(({ size }) => size > tokens)
		const below = points.filter(({ size }) => size < tokens).at(-1) ?? { size: 1, value: plain }
		if (above) {
			const slope = (above.value - below.value) / (above.size - below.size)
			return below.value + slope * (tokens - below.size)
		}
		const slope = below.size > 1 ? (below.value - plain) / (below.size - 1) : plain * assumedSlope
		return below.value + Math.max(0, slope) * (tokens - below.size)
	}
}
