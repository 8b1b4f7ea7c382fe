import type { Summary } from '../../src/cli/bench/statistics.ts'

/** One row a measurement. */
export function table(rows: readonly (readonly [string, Summary | undefined])[]): string {
	return [
		'| | n | min | p50 | p95 | p99 | max |',
		'|---|---:|---:|---:|---:|---:|---:|',
		...rows.map(([name, summary]) => {
			if (!summary) return `| ${name} | 0 | | | | | |`
			const { count, min, p50, p95, p99, max } = summary
			return `| ${name} | ${count} | ${[min, p50, p95, p99, max].map(ms).join(' | ')} |`
		}),
	].join('\n')
}

/** Milliseconds, or whatever has two digits that count. */
export function ms(value: number): string {
	return Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(1)
}

export function share(value: number): string {
	return `${Math.round(value * 100)} %`
}

export function megabytes(bytes: number | undefined): string {
	return bytes === undefined ? 'unknown' : `${Math.round(bytes / 2 ** 20)} MB`
}
