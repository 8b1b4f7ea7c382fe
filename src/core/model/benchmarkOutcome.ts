/** What a benchmark came to. */
export type BenchmarkOutcome =
	| { readonly kind: 'done'; readonly markdown: string; readonly json: string }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'failed'; readonly why: string }
