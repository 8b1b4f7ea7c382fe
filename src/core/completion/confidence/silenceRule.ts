/** How much is kept back: nothing; what is unlikely to be right; all but what is likely. */
export type Silence = 'never' | 'unsure' | 'strict'

/**
 * Kept back is what is less likely than this, and among the least likely of late: a model that is never sure of anything is not
 * silenced altogether, so that its user sees what it is.
 */
const limits = {
	unsure: { probability: 0.25, share: 0.25 },
	strict: { probability: 0.6, share: 0.6 },
} as const

const remembered = 200
/** Before so many nobody knows what is unlikely for this model. */
const leastRemembered = 30

/** Which suggestions are shown, by how likely they are. */
export class SilenceRule {
	private readonly recent: number[] = []

	/** Remembers how likely it was, too. */
	isSilent(probability: number, silence: Silence): boolean {
		const { recent } = this
		const before = recent.filter((other) => other < probability).length
		const isKnown = recent.length >= leastRemembered
		recent.push(probability)
		if (recent.length > remembered) recent.shift()
		if (silence === 'never' || !isKnown) return false
		const limit = limits[silence]
		return probability < limit.probability && before / recent.length < limit.share
	}

	/** Another model is sure of other things. */
	forget(): void {
		this.recent.length = 0
	}
}
