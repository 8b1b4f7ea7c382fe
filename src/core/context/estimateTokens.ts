/** How many tokens a text takes with the line break behind it. */
export function estimateTokens(text: string, charactersPerToken: number): number {
	return Math.ceil((text.length + 1) / charactersPerToken)
}
