import type { Features } from './features.ts'

/** Milliseconds; a suggestion that went sooner may not have been read. */
const readAfterMs = 750
/** Characters, and the share of the suggestion, that have to be typed for it to count as taken. */
const leastTyped = 4
const typedShare = 0.5

/** `besideList`: it goes on from what is selected in the suggestion list, and goes with it. */
export type SeenWhere = 'alone' | 'besideList'

interface ShownSuggestion {
	readonly features: Features
	/** Characters that are left to write, */
	readonly length: number
	/** and of the same answer those that stand in the document already. */
	readonly typed: number
	readonly where: SeenWhere
}

interface Shown {
	readonly answer: object
	readonly features: Features
	readonly length: number
	readonly where: SeenWhere
	readonly since: number
	typed: number
	/** When the editor asked anew: from then on it may be gone. */
	until: number | undefined
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
	 * @returns what became of the one before, where that is known
	 */
	shown(answer: object, { features, length, typed, where }: ShownSuggestion, now: number): Fate | undefined {
		if (this.current?.answer === answer) {
			this.current.typed = Math.max(this.current.typed, typed)
			this.current.until = undefined
			return undefined
		}
		// What gives way to the suggestion list was not turned down.
		const fate = where === 'besideList' ? this.hidden() : this.end(now)
		this.current = { answer, features, length: length + typed, where, since: now, typed, until: undefined }
		return fate
	}

	/** The editor asks anew: what is on the screen stays only where it turns out to have been typed along. */
	asked(now: number): void {
		if (this.current) this.current.until ??= now
	}

	/** Nothing is on the screen any more: the user went on without it. */
	end(now: number): Fate | undefined {
		const { current } = this
		const fate = this.hidden()
		// Who moves on in the suggestion list chooses among its items.
		if (fate || !current || current.where === 'besideList') return fate
		return (current.until ?? now) - current.since >= readAfterMs
			? { features: current.features, isTaken: false }
			: undefined
	}

	/** The editor, a pause or a setting took it away, and nobody turned it down: only what was typed of it says something. */
	hidden(): Fate | undefined {
		const { current } = this
		this.current = undefined
		if (!current) return undefined
		const { features, typed, length } = current
		const isTyped = typed >= Math.min(leastTyped, length) && typed >= length * typedShare
		return isTyped ? { features, isTaken: true } : undefined
	}

	accepted(): Fate | undefined {
		const { current } = this
		this.current = undefined
		return current && { features: current.features, isTaken: true }
	}
}
