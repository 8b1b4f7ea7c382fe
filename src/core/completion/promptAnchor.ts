import type { PromptContext } from '../model/ports.ts'
import { isSuffixAfter } from './answerPlace.ts'
import { splitsCharacter } from './documentLines.ts'
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
/** Characters of a long line by which the anchor moves. */
const longLineStep = 64

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
		const longest = isAtRest ? longestAtRest : longestTyped
		return this.held(documentId, window, longest) ?? this.renew(documentId, window)
	}

	/** The prompt for a window where the anchor holds. */
	held(documentId: string, window: PromptWindow, longest = longestTyped): AnchoredPrompt | undefined {
		const { anchor } = this
		if (anchor?.documentId !== documentId || !window.prefix.startsWith(anchor.prefix)) return undefined
		const typed = window.prefix.slice(anchor.prefix.length)
		if (typed.length > longest || !isSuffixAfter(typed, anchor.suffix, window.suffix)) return undefined
		return { prefix: anchor.prefix, suffix: anchor.suffix, typed }
	}

	/** Sets the anchor to the start of the cursor's line: what is deleted and typed again on the line does not move it. */
	private renew(documentId: string, { prefix, suffix }: PromptWindow): AnchoredPrompt {
		const start = anchorIn(prefix)
		this.anchor = { documentId, prefix: prefix.slice(0, start), suffix }
		return { prefix: this.anchor.prefix, suffix, typed: prefix.slice(start) }
	}
}

/**
 * The start of the last line; in a long one the start of a word that is not too near to its end, with the blank before it. The model reads
 * what is before an anchor and what is behind it apart: half a word is a word to it.
 */
function anchorIn(prefix: string): number {
	const lineStart = prefix.lastIndexOf('\n') + 1
	if (prefix.length - lineStart <= longestTyped / 2) return lineStart
	const latest = lineStart + (Math.floor((prefix.length - lineStart) / longLineStep) - 1) * longLineStep
	const word = /[ \t]?[\p{L}\p{M}\p{N}_$]*$/u.exec(prefix.slice(latest - longLineStep, latest))?.[0] ?? ''
	return splitsCharacter(prefix, latest - word.length) ? latest - word.length - 1 : latest - word.length
}
