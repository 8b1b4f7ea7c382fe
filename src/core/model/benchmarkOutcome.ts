import type { ModelSpeed } from './measureSpeed.ts'

/** What a benchmark came to. */
export type BenchmarkOutcome =
	| { readonly kind: 'done'; readonly markdown: string; readonly json: string }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'failed'; readonly why: string }

/** The rates in what `alcove bench` writes as JSON; undefined where they are not in it. */
export function speedOfBenchmark(json: string): ModelSpeed | undefined {
	const rows = rowsOf(json)
	const rate = (id: string) => {
		const median = rows.find((row) => row.id === id)?.median
		return typeof median === 'number' && median > 0 ? median : undefined
	}
	const [promptRate, decodeRate] = [rate('promptRate'), rate('decodeRate')]
	return promptRate === undefined || decodeRate === undefined ? undefined : { promptRate, decodeRate }
}

interface Row {
	readonly id?: unknown
	readonly median?: unknown
}

function rowsOf(json: string): readonly Row[] {
	try {
		const { rows } = JSON.parse(json) as { readonly rows?: unknown }
		return Array.isArray(rows) ? rows.filter((row): row is Row => typeof row === 'object' && row !== null) : []
	} catch {
		return []
	}
}
