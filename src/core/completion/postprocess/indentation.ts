/** Columns of a tab where nobody knows better. */
const tabWidth = 4
const mostColumns = 8
/** Lines next to the cursor that are looked at on each side. */
const linesLookedAt = 60

/** The blanks and tabs that a line begins with. */
export function indentOf(line: string): string {
	return /^[ \t]*/.exec(line)?.[0] ?? ''
}

/** How far in a line begins. */
export function columnsOf(line: string): number {
	let columns = 0
	for (const character of indentOf(line)) columns += character === '\t' ? tabWidth - (columns % tabWidth) : 1
	return columns
}

/** Columns of one step of a document's indentation. */
export function columnsOfUnit(unit: string | undefined): number {
	return unit === undefined || unit === '\t' ? tabWidth : unit.length
}

/**
 * One step of a document's indentation: a tab, or so many blanks as the lines around a place step in by most often. Undefined where no
 * line is indented, or as many by tabs as by blanks.
 *
 * @param above text that ends at the place; @param below text that begins there
 */
export function indentUnitOf(above: string, below: string): string | undefined {
	const linesAbove = above.split('\n').slice(-linesLookedAt)
	const own = linesAbove.at(-1)
	// The rest of the cursor's own line has no beginning.
	const lines = [...linesAbove, ...below.split('\n', linesLookedAt).slice(1)]
	// Continued comments are indented by one blank more; the editor indents the cursor's own line.
	const telling = lines.filter((line) => (line.trim() !== '' || line === own) && !/^\s*\*/.test(line))
	const tabs = telling.filter((line) => line.startsWith('\t')).length
	const blanks = telling.filter((line) => line.startsWith('  ')).length
	if (tabs === blanks) return undefined
	return tabs > blanks ? '\t' : ' '.repeat(stepOf(telling.map(columnsOf)) ?? tabWidth)
}

/** The step that is made most often from one line in to the next; the narrowest of those made as often. */
export function stepOf(columns: readonly number[]): number | undefined {
	const counts = new Map<number, number>()
	columns.forEach((column, at) => {
		const step = column - (columns[at - 1] ?? 0)
		if (step > 1 && step <= mostColumns) counts.set(step, (counts.get(step) ?? 0) + 1)
	})
	const [most] = [...counts].sort(([a, times], [b, others]) => others - times || a - b)
	return most?.[0] ?? columns.filter((column) => column > 1 && column <= mostColumns).sort((a, b) => a - b)[0]
}
