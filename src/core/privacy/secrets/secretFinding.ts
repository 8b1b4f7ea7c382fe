/** A key, token or password that stands in a text. */
export interface SecretFinding {
	/** UTF-16 units, the end exclusive. */
	readonly start: number
	readonly end: number
	/** What it opens: `github-token`, `private-key`, `assigned-secret`. */
	readonly kind: string
	/** What a person would call it: `GitHub token`. */
	readonly label: string
	/** `high`: its form or checksum says so. `medium`: its form may be by chance. `low`: its name says so, or its checksum is wrong. */
	readonly confidence: 'high' | 'medium' | 'low'
	/** Its first characters, at most four and at most a quarter of it, then an ellipsis: never enough to use it. */
	readonly preview: string
}

export function maskedPreview(value: string): string {
	const shown = value.slice(0, Math.min(4, Math.floor(value.length / 4)))
	return `${shown}…`
}
