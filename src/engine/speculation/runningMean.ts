/** A value that follows what is measured, but no single measurement far: a busy machine may take ten times as long once. */
export interface RunningMean {
	readonly value: number
	observe(measured: number): void
}

const memory = 0.8
const furthest = 2

export function runningMean(first: number): RunningMean {
	let value = first
	return {
		get value() {
			return value
		},
		observe(measured) {
			value = value * memory + Math.min(measured, value * furthest) * (1 - memory)
		},
	}
}
