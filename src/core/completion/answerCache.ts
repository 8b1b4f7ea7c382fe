import { type AnswerPlace, isSamePrefix, isSuffixAfter, suffixKey } from './answerPlace.ts'
import type { Asked } from './outcome.ts'
import { restAfter } from './restAfter.ts'
import { endHashes, hashOf } from './textHash.ts'

interface CachedAnswer {
	readonly place: AnswerPlace
	/** Names the text after the cursor. */
	readonly suffix: string
	readonly asked: Asked
	/** Counts up with every answer. */
	readonly order: number
}

interface Found {
	readonly answer: CachedAnswer
	readonly text: string
	readonly typedLength: number
}

/** What is left of a remembered answer. */
export interface CacheHit {
	/** Never blank. */
	readonly text: string
	readonly asked: Asked
	/** How much of the answer was typed since it was asked for. */
	readonly typedLength: number
	/** Whether it is the last answer that was remembered or found: the one that is on the screen, as a rule. */
	readonly isLatest: boolean
}

/** Places, */
const capacity = 250
/** and answers for places that look alike from near by, or at which something far away was changed and changed back. */
const mostAlike = 4
/** An answer that was typed along so far is asked for anew. */
const longestTyped = 800

/**
 * The last answers of one model, by the text that they continue. All of it that was in view has to be the same, on both sides: an
 * answer does not outlive what it was made of.
 */
export class AnswerCache {
	/** By a hash of the document and of what stands around the cursor: what is found has to be compared. */
	private readonly answers = new Map<number, readonly CachedAnswer[]>()
	private order = 0

	/**
	 * A blank answer is of no use.
	 *
	 * @param isAhead nobody has asked for it yet: it is not the one on the screen
	 */
	add(place: AnswerPlace, asked: Asked, isAhead = false): void {
		if (asked.answer.trim() === '') return
		this.put({ place, suffix: suffixKey(place.suffix), asked, order: isAhead ? 0 : ++this.order })
		if (this.answers.size <= capacity) return
		const [oldest] = this.answers.keys()
		if (oldest !== undefined) this.answers.delete(oldest)
	}

	/** The latest answer of which what stands before the cursor is the beginning; undefined where nothing of it is left. */
	find(place: AnswerPlace): CacheHit | undefined {
		const found = this.search(place)
		if (!found) return undefined
		const { answer, text, typedLength } = found
		const isLatest = answer.order === this.order
		if (!isLatest) this.put({ ...answer, order: ++this.order })
		return { text, asked: answer.asked, typedLength, isLatest }
	}

	/** Whether something would be found. */
	has(place: AnswerPlace): boolean {
		return this.search(place) !== undefined
	}

	/** Forgets everything: another model answers otherwise. */
	clear(): void {
		this.answers.clear()
	}

	/** As the youngest. */
	private put(answer: CachedAnswer): void {
		const { documentId, prefix, suffix } = answer.place
		const key = endHashes(prefix, 1, seedOf(documentId, answer.suffix))[0] ?? 0
		const alike = this.answers.get(key) ?? []
		const others = alike.filter(({ place }) => place.suffix !== suffix || !isSamePrefix(place.prefix, prefix))
		this.answers.delete(key)
		this.answers.set(key, [...others, answer].slice(-mostAlike))
	}

	private search({ documentId, prefix, suffix }: AnswerPlace): Found | undefined {
		if (this.answers.size === 0) return undefined
		let best: Found | undefined
		const name = suffixKey(suffix)
		for (const [typedLength, key] of endHashes(prefix, longestTyped + 1, seedOf(documentId, name)).entries()) {
			for (const answer of this.answers.get(key) ?? []) {
				const { place, asked, order } = answer
				if (best && order < best.answer.order) continue
				if (answer.suffix !== name || place.documentId !== documentId) continue
				const at = prefix.length - typedLength
				const [before, typed] = [prefix.slice(0, at), prefix.slice(at)]
				const text = restAfter(asked.answer, typed, before)
				if (!text?.trim() || !isSamePrefix(place.prefix, before)) continue
				if (isSuffixAfter(typed, place.suffix, suffix)) best = { answer, text, typedLength }
			}
		}
		return best
	}
}

function seedOf(documentId: string, suffix: string): number {
	return hashOf(`${documentId}\n${suffix}`)
}
