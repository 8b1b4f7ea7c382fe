import type { PromptContext } from '../model/ports.ts'
import { withoutClosers } from './answerPlace.ts'
import type { PromptWindow } from './promptWindow.ts'

/** What the model is shown: the text around the place where typing began, and what was typed there since. */
export interface AnchoredPrompt extends PromptWindow {
	readonly typed: string
	/** What it is shown of other files. */
	readonly context?: PromptContext
}

interface Anchor extends PromptWindow {
	readonly documentId: string
}

/** Characters typed after one anchor; with more, the model would have no room for them beside its answer. */
const longestTyped = 256
/** With more, the anchor moves where there is time for it. */
const longestAtRest = 100

/**
 * Holds the text around the cursor still while somebody types: what is typed counts as the beginning of the model's answer, so
 * that a keystroke costs no more than its own tokens. In the order prefix, suffix, middle any other way has the model
 * read the suffix again with every letter.
 */
export class PromptAnchor {
	private anchor: Anchor | undefined

	/**
	 * The prompt for a window, in the terms of the anchor where it still holds; else the window becomes the anchor.
	 *
	 * @param isAtRest nobody waits for the answer.
	 */
	place(documentId: string, window: PromptWindow, isAtRest = false): AnchoredPrompt {
		const { anchor } = this
		if (anchor?.documentId === documentId && window.prefix.startsWith(anchor.prefix)) {
			const typed = window.prefix.slice(anchor.prefix.length)
			const longest = isAtRest ? longestAtRest : longestTyped
			if (typed.length <= longest && isSameSuffix(anchor.suffix, window.suffix)) {
				return { prefix: anchor.prefix, suffix: anchor.suffix, typed }
			}
		}
		return this.renew(documentId, window)
	}

	/** Sets the anchor to the start of the cursor's line: what is deleted and typed again on the line does not move it. */
	private renew(documentId: string, { prefix, suffix }: PromptWindow): AnchoredPrompt {
		const lineStart = prefix.lastIndexOf('\n') + 1
		const start = prefix.length - lineStart > longestTyped / 2 ? prefix.length : lineStart
		this.anchor = { documentId, prefix: prefix.slice(0, start), suffix }
		return { prefix: this.anchor.prefix, suffix, typed: prefix.slice(start) }
	}
}

/** Of suffixes that were cut at the window's end, the ends may differ by what the editor closed since. */
const leastCut = 128
const mostClosed = 32

/** Brackets that the editor closed by itself do not count; the model closes them once more, which is taken care of later. */
function isSameSuffix(anchored: string, current: string): boolean {
	const [a, b] = [withoutClosers(anchored), withoutClosers(current)]
	if (a === b) return true
	const isCut = Math.min(a.length, b.length) >= leastCut && Math.abs(a.length - b.length) <= mostClosed
	return isCut && (a.startsWith(b) || b.startsWith(a))
}
