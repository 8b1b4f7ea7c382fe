import type { Features } from '../../../src/core/completion/confidence/features.ts'
import type { ContextKind } from '../../../src/core/context/contextSource.ts'
import type { PositionKind } from './heldOutPosition.ts'

/** What was suggested at a place, and what stood there. */
export interface Answered {
	/** The same for all answers at one place. */
	readonly place: number
	readonly repository: string
	readonly half: string
	readonly path: string
	readonly languageId: string
	readonly kind: PositionKind
	/** Something was edited in other files right before. */
	readonly isAfterEdits: boolean
	readonly variant: string
	/** Empty where nothing was suggested. */
	readonly text: string
	readonly truth: string
	/** Of the pieces that were sent to the model. */
	readonly kinds: readonly ContextKind[]
	readonly features: Features | undefined
}

/** From the first character on; at least so many, and such a share of the suggestion's first line. */
const leastUseful = 3
const usefulShare = 0.5

/** The first line of the suggestion is what stood there. */
export function isExact({ text, truth }: Answered): boolean {
	return text !== '' && firstLine(text) === firstLine(truth)
}

/** At least half of its first line is what stood there, so that taking a part of it saves keys. */
export function isUseful(one: Answered): boolean {
	const right = rightCharacters(one)
	return right >= leastUseful && right >= firstLine(one.text).length * usefulShare
}

/** Of the suggestion, from its first one on. */
export function rightCharacters({ text, truth }: Answered): number {
	const [written, wanted] = [text.trim(), truth.trim()]
	let count = 0
	while (count < written.length && count < wanted.length && written[count] === wanted[count]) count++
	return count
}

function firstLine(text: string): string {
	return text.trim().split('\n', 1)[0]?.trim() ?? ''
}
