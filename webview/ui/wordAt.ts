export interface Word {
	readonly start: number
	/** Exclusive. */
	readonly end: number
}

/** The word at the cursor that suggestions may replace: one that begins with `@`, or the first where it begins with `/`. */
export function wordAt(text: string, cursor: number): Word | undefined {
	const before = text.slice(0, cursor)
	// A path with spaces stands between quotes.
	const mention = /(?:^|[\s(])(@[\w-]*(?::"[^"\n]*|:?[^\s"]*))$/.exec(before)
	const command = /^\s*(\/[\w-]*)$/.exec(before)
	const word = mention?.[1] ?? command?.[1]
	if (word === undefined) return undefined
	const start = cursor - word.length
	const quoted = word.includes('"')
	const rest = (quoted ? /^[^"\n]*"?/ : /^[^\s"]*/).exec(text.slice(cursor))?.[0] ?? ''
	return { start, end: cursor + rest.length }
}
