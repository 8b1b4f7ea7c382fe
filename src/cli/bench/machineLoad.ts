import { loadavg } from 'node:os'
import { median, round } from './statistics.ts'

/**
 * Mean number of processes that computed or wanted to, over a minute: before a measurement, and while it ran. The benchmark
 * itself is one of them. A machine that is quiet at the start need not stay so. Always 0 on Windows, which does not count.
 */
export interface Load {
	readonly before: number
	readonly median: number
	readonly max: number
}

/** Begins to look at the load; call the answer at the end. */
export function watchLoad(): () => Load {
	const now = () => loadavg()[0] ?? 0
	const before = now()
	const samples: number[] = []
	const timer = setInterval(() => samples.push(now()), 5_000)
	// A benchmark that fails has to end.
	timer.unref()
	return () => {
		clearInterval(timer)
		samples.push(now())
		return { before: round(before, 2), median: round(median(samples), 2), max: round(Math.max(...samples), 2) }
	}
}

/** Says how busy the machine was, and what that means for the numbers. */
export function describeLoad(
	{ before, median, max }: Load,
	cores: number,
): { readonly text: string; readonly isBusy: boolean } {
	const text = `Load: ${before} before the start, ${median} (median) and at most ${max} meanwhile.`
	return { text, isBusy: median > cores }
}
