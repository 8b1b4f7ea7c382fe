import type { ScannedText } from './stopScanner.ts'

export interface LineLimits {
	/** Ends after so many lines, before the line break. */
	readonly maxLines?: number | undefined
	/** Ends before the first line that is indented by fewer columns than this and is not blank. */
	readonly leastIndent?: number | undefined
	readonly tabWidth: number
}

/**
 * Ends a text by its lines: after so many of them, or before one that is indented too little. A line break and the blanks
 * after it are held back until it is known that the text goes on there.
 */
export class LineRule {
	private readonly rule: LineLimits
	private lines = 1
	/** The last line breaks and what followed them, as long as it was blank. */
	private held = ''
	/** Columns of the line that is held back. */
	private indent = 0
	private atLineStart = false
	private last = ''

	constructor(rule: LineLimits | undefined) {
		this.rule = rule ?? { tabWidth: 4 }
	}

	push(piece: string): ScannedText {
		const { maxLines = Number.POSITIVE_INFINITY, leastIndent = 0, tabWidth } = this.rule
		let text = ''
		for (const character of piece) {
			const before = this.last
			this.last = character
			if (character === '\n' || character === '\r') {
				if (character === '\n' && before === '\r') {
					this.held += character
					continue
				}
				if (this.lines >= maxLines) return { text: text + this.end(), stopped: true }
				this.lines++
				this.atLineStart = true
				this.indent = 0
				this.held += character
			} else if (this.atLineStart && /\s/.test(character)) {
				this.indent += character === '\t' ? tabWidth - (this.indent % tabWidth) : 1
				this.held += character
			} else {
				if (this.atLineStart && this.indent < leastIndent) return { text, stopped: true }
				this.atLineStart = false
				text += this.held + character
				this.held = ''
			}
		}
		return { text, stopped: false }
	}

	/** What was held back, when nothing follows. */
	end(): string {
		const text = this.held
		this.held = ''
		return text
	}
}
