import { percentile } from '../../shared/percentile.ts'

/** Milliseconds or bytes; all of them of one measurement. */
export interface Summary {
	readonly count: number
	readonly min: number
	readonly p50: number
	readonly p90: number
	readonly p95: number
	readonly p99: number
	readonly max: number
}

/** Undefined for no values: a measurement that did not happen is not a zero. */
export function summaryOf(values: readonly number[]): Summary | undefined {
	if (values.length === 0) return undefined
	const sorted = [...values].sort((a, b) => a - b)
	const at = (share: number) => round(percentile(sorted, share))
	return { count: values.length, min: at(0), p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) }
}

export function median(values: readonly number[]): number {
	return percentile(
		[...values].sort((a, b) => a - b),
		0.5,
	)
}

export function round(value: number, digits = 3): number {
	return Number(value.toFixed(digits))
}
