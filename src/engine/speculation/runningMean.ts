/** A value that follows what is measured, but no single measurement far: a busy machine may take ten times as long once. */
export interface RunningMean {
	readonly value: number
	/** @param missed measurements that were not made since the last one: the value is the less to be trusted. */
	observe(measured: number, missed?: number): void
}

const memory = 0.8
/** How much less is kept for each measurement that was missed. */
const staleness = 0.99
const furthest = 2

export function runningMean(first: number): RunningMean {
	let value = first
	let last: readonly number[] = [first]
	let missedBefore = 0
	return {
		get value() {
			return value
		},
		observe(measured, missed = 0) {
			// Of the last five the second lowest: what was held up counts for nothing, whenever it comes.
			last = [...last.slice(-4), measured]
			const usual = last.toSorted((a, b) => a - b)[Math.min(1, last.length - 1)] ?? measured
			// A change shows with the second measurement only.
			const kept = memory * staleness ** (missed + missedBefore)
			missedBefore = missed
			value = value * kept + Math.min(usual, value * furthest) * (1 - kept)
		},
	}
}
