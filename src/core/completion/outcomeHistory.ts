import type { CompletionFigures } from '../model/figures.ts'
import type { InlineOutcome, NoSuggestionReason } from './outcome.ts'

/** What is remembered of a request: everything but the text. */
export interface FinishedRequest {
	readonly result: 'suggestion' | NoSuggestionReason
	/** Length of the suggestion; 0 where there is none. */
	readonly characters: number
	readonly elapsedMs: number
	readonly figures: CompletionFigures | undefined
}

const kept = 20

/** What became of the requests since activation, for "Copy Diagnostics". */
export class OutcomeHistory {
	private readonly counts = new Map<FinishedRequest['result'], number>()
	private recent: readonly FinishedRequest[] = []

	add(outcome: InlineOutcome): void {
		const request = withoutText(outcome)
		this.counts.set(request.result, (this.counts.get(request.result) ?? 0) + 1)
		if (request.result !== 'cancelled') this.recent = [...this.recent, request].slice(-kept)
	}

	/** Most frequent first. */
	get totals(): readonly (readonly [string, number])[] {
		return [...this.counts].sort((a, b) => b[1] - a[1])
	}

	/** The last ones that were not cancelled, oldest first. */
	get last(): readonly FinishedRequest[] {
		return this.recent
	}
}

function withoutText(outcome: InlineOutcome): FinishedRequest {
	const { elapsedMs, figures } = outcome
	if (outcome.kind === 'none') return { result: outcome.reason, characters: 0, elapsedMs, figures }
	return { result: outcome.kind, characters: outcome.text.length, elapsedMs, figures }
}
