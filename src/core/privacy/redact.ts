/** A secret that was taken out of a text. */
export interface Redaction {
	/** Which pattern found it, such as `github-token` or `high-entropy`. */
	readonly rule: string
	/** Where it stood in the text before, in UTF-16 units, the end exclusive. */
	readonly start: number
	readonly end: number
	/** What stands in its place, such as `[redacted github-token]`. */
	readonly placeholder: string
}

export interface RedactedText {
	readonly text: string
	/** In the order of the text; what they held is not kept. */
	readonly redactions: readonly Redaction[]
}

/** Takes secrets out of a text before it goes to a destination that is not this machine. */
export function redact(text: string): RedactedText {
	return { text, redactions: [] }
}
