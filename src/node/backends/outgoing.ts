import type { RedactedParts } from '../../core/privacy/redact.ts'

/** Takes secrets out of the parts of a text. */
export type Redact = (parts: readonly string[]) => RedactedParts

/** What goes to a server in one request, and how many secrets were taken out of it on the way. */
export class Outgoing {
	private readonly redact: Redact | undefined
	private count = 0

	/** @param redact undefined where it stays on this machine */
	constructor(redact: Redact | undefined) {
		this.redact = redact
	}

	text(text: string): string {
		return this.parts([text])[0] ?? ''
	}

	/** @param parts of one text, in its order */
	parts(parts: readonly string[]): readonly string[] {
		if (!this.redact) return parts
		const { texts, count } = this.redact(parts)
		this.count += count
		return texts
	}

	/** For an answer; nothing where nothing was taken out. */
	get told(): { readonly redactions?: number } {
		return this.count === 0 ? {} : { redactions: this.count }
	}
}
