import type { WritingTerms } from '../../core/model/ports.ts'
import { LineRule } from '../../shared/lineRule.ts'
import { StopScanner } from '../../shared/stopScanner.ts'

/**
 * Ends an answer at the first of its stop texts and by the rules about its lines, whatever the server makes of them. Rules about
 * likelihoods are the engine's alone: a server tells none.
 */
export class AnswerLimits {
	private readonly scanner: StopScanner
	private readonly lines: LineRule
	private over: 'stopText' | 'stopRule' | undefined

	constructor({ stop, stopRule }: Pick<WritingTerms, 'stop' | 'stopRule'>) {
		this.scanner = new StopScanner(stop)
		this.lines = new LineRule(stopRule && { tabWidth: 4, ...stopRule })
	}

	/** Why the answer is over; undefined as long as it is not. */
	get ended(): 'stopText' | 'stopRule' | undefined {
		return this.over
	}

	/** @returns what of the answer is certain now */
	take(piece: string): string {
		if (this.over !== undefined) return ''
		const scanned = this.scanner.push(piece)
		const ruled = this.lines.push(scanned.text)
		if (ruled.stopped) this.over = 'stopRule'
		else if (scanned.stopped) this.over = 'stopText'
		return this.over === 'stopText' ? ruled.text + this.lines.end() : ruled.text
	}

	/** @returns what was held back, for nothing follows it */
	finish(): string {
		if (this.over !== undefined) return ''
		const ruled = this.lines.push(this.scanner.end())
		if (ruled.stopped) this.over = 'stopRule'
		return ruled.stopped ? ruled.text : ruled.text + this.lines.end()
	}
}
