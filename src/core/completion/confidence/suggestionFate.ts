import type { Features } from './features.ts'

/** Milliseconds; a suggestion that went sooner may not have been read. */
const readAfterMs = 750
/** Characters, and the share of the suggestion, that have to be typed for it to count as taken. */
const leastTyped = 4
const typedShare = 0.5

interface Shown {
	readonly answer: object
	readonly features: Features
	readonly length: number
	readonly since: number
	typed: number
}

export interface Fate {
	readonly features: Features
	readonly isTaken: boolean
}

/** Follows the suggestion on the screen to its end: taken, typed, or read and left. */
export class SuggestionFate {
	private current: Shown | undefined

	/**
	 * The suggestion that is on the screen now.
	 *
	 * @param answer what it is of: the same for all that is left of one answer while it is typed
	 * @param typed characters of the answer that stand in the document already
	 * @returns what became of the one before, where that is known
	 */
	shown(
		answer: object,
		suggestion: { features: Features; length: number; typed: number },
		now: number,
	): Fate | undefined {
		const { features, length, typed } = suggestion
		if (this.current?.answer === answer) {
			this.current.typed = Math.max(this.current.typed, typed)
			return undefined
		}
		const fate = this.end(now)
		this.current = { answer, features, length: length + typed, since: now, typed }
		return fate
	}

	/** Nothing is on the screen any more. */
	end(now: number): Fate | undefined {
		const { current } = this
		this.current = undefined
		if (!current) return undefined
		const { features, typed, length, since } = current
		const isTyped = typed >= Math.min(leastTyped, length) && typed >= length * typedShare
		return isTyped || now - since >= readAfterMs ? { features, isTaken: isTyped } : undefined
	}

	accepted(): Fate | undefined {
		const { current } = this
		this.current = undefined
		return current && { features: current.features, isTaken: true }
	}
}
