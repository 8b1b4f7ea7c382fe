import { type AnswerPlace, restAfter, suffixKey } from './answerPlace.ts'
import type { Asked } from './outcome.ts'

interface CachedAnswer {
	readonly asked: Asked
	/** Counts up with every answer. */
	readonly order: number
}

/** What is left of a remembered answer. */
export interface CacheHit {
	/** Never blank. */
	readonly text: string
	readonly asked: Asked
	/** How much of the answer was typed since it was asked for. */
	readonly typedLength: number
	/** Whether it is the last answer that was remembered: the one that is on the screen, as a rule. */
	readonly isLatest: boolean
}

const capacity = 250
/** Characters before the cursor that name a place; they do not depend on where the prompt's window begins. */
const keyLength = 200
/** An answer that was typed along so far is asked for anew. */
const longestTyped = 400

/** The last answers of the model, by the text that they continue. */
export class AnswerCache {
	private readonly answers = new Map<string, CachedAnswer>()
	private order = 0

	/**
	 * A blank answer is of no use.
	 *
	 * @param isAhead nobody has asked for it yet: it is not the one on the screen
	 */
	add(place: AnswerPlace, asked: Asked, isAhead = false): void {
		if (asked.answer.trim() === '') return
		const key = keyOf(place, suffixKey(place.suffix), place.prefix.length)
		this.answers.delete(key)
		this.answers.set(key, { asked, order: isAhead ? 0 : ++this.order })
		if (this.answers.size <= capacity) return
		const [oldest] = this.answers.keys()
		if (oldest !== undefined) this.answers.delete(oldest)
	}

	/** The latest answer of which what stands before the cursor is the beginning; undefined where nothing of it is left. */
	find(place: AnswerPlace): CacheHit | undefined {
		let best: (CacheHit & { readonly order: number }) | undefined
		const suffix = suffixKey(place.suffix)
		const longest = Math.min(longestTyped, place.prefix.length)
		for (let typedLength = 0; typedLength <= longest; typedLength++) {
			const at = place.prefix.length - typedLength
			const answer = this.answers.get(keyOf(place, suffix, at))
			if (!answer || (best && answer.order < best.order)) continue
			const text = restAfter(answer.asked.answer, place.prefix.slice(at))
			if (text === undefined || text.trim() === '') continue
			best = { text, asked: answer.asked, typedLength, order: answer.order, isLatest: answer.order === this.order }
		}
		return best
	}
}

function keyOf({ documentId, prefix }: AnswerPlace, suffix: string, end: number): string {
	return `${documentId}\n${suffix}\n${prefix.slice(Math.max(0, end - keyLength), end)}`
}
