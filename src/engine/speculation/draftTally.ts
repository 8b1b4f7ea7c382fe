import type { CompletionStats } from '../../protocol/engine.ts'
import type { DrafterName } from './drafter.ts'

type Counted = 'draftedTokens' | 'acceptedTokens' | 'drafters' | 'acceptedByPosition' | 'steps'

/** Counts what one request drafted. */
export class DraftTally {
	private readonly drafters = { ngram: { drafted: 0, accepted: 0 }, model: { drafted: 0, accepted: 0 } }
	private readonly acceptedByPosition: number[] = []
	private steps = 0

	step(drafter: DrafterName | undefined, drafted: number, accepted: number): void {
		this.steps++
		if (!drafter) return
		this.drafters[drafter].drafted += drafted
		this.drafters[drafter].accepted += accepted
		for (let position = 0; position < drafted; position++) {
			this.acceptedByPosition[position] = (this.acceptedByPosition[position] ?? 0) + (position < accepted ? 1 : 0)
		}
	}

	stats(): Pick<CompletionStats, Counted> {
		const { ngram, model } = this.drafters
		return {
			draftedTokens: ngram.drafted + model.drafted,
			acceptedTokens: ngram.accepted + model.accepted,
			drafters: this.drafters,
			acceptedByPosition: this.acceptedByPosition,
			steps: this.steps,
		}
	}
}
