import type { InlineOutcome, NoSuggestionReason } from './outcome.ts'

const kept = 20

/** What became of the requests since activation, for "Copy Diagnostics": counts and figures, no text. */
export class OutcomeHistory {
	private readonly counts = new Map<'suggestion' | NoSuggestionReason, number>()
	private recent: InlineOutcome[] = []

	add(outcome: InlineOutcome): void {
		const key = outcome.kind === 'none' ? outcome.reason : outcome.kind
		this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
		const isCancelled = outcome.kind === 'none' && outcome.reason === 'cancelled'
		if (!isCancelled) this.recent = [...this.recent, outcome].slice(-kept)
	}

	/** Most frequent first. */
	get totals(): readonly (readonly [string, number])[] {
		return [...this.counts].sort((a, b) => b[1] - a[1])
	}

	/** The last ones that were not cancelled, oldest first. */
	get last(): readonly InlineOutcome[] {
		return this.recent
	}
}
