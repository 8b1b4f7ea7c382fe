/** Text that may be shown, and whether generation is to end. */
export interface ScannedText {
	readonly text: string
	readonly stopped: boolean
}

/**
 * Looks for stop texts in a stream. What might be the beginning of one is held back until it is known not to be.
 * Never gives out half of a surrogate pair.
 */
export class StopScanner {
	private readonly stops: readonly string[]
	private held = ''

	constructor(stops: readonly string[]) {
		this.stops = stops
	}

	push(piece: string): ScannedText {
		const text = this.held + piece
		const stop = this.firstStop(text)
		if (stop >= 0) {
			this.held = ''
			return { text: text.slice(0, wholeLength(text, stop)), stopped: true }
		}
		const safe = wholeLength(text, text.length - this.longestBeginning(text))
		this.held = text.slice(safe)
		return { text: text.slice(0, safe), stopped: false }
	}

	/** What was held back, when nothing follows. */
	end(): string {
		const text = this.held.slice(0, wholeLength(this.held, this.held.length))
		this.held = ''
		return text
	}

	private firstStop(text: string): number {
		const found = this.stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
		return found.length === 0 ? -1 : Math.min(...found)
	}

	/** Length of the longest end of `text` with which a stop text begins. */
	private longestBeginning(text: string): number {
		let longest = 0
		for (const stop of this.stops) {
			for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
				if (text.endsWith(stop.slice(0, length))) longest = length
			}
		}
		return longest
	}
}

/** `length`, or one less where it would cut a surrogate pair. */
function wholeLength(text: string, length: number): number {
	const last = text.charCodeAt(length - 1)
	return last >= 0xd800 && last <= 0xdbff ? length - 1 : length
}
