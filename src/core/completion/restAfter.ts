/** Columns of a tab, where tabs are compared with blanks. */
const tabWidth = 4

/** How lines were indented that were typed, in place of how the answer indents them. */
interface Realignment {
	readonly from: string
	readonly to: string
	/** Columns of what stands further out and stays where it is. */
	readonly base: number
	/** Columns that all lines move by, where their steps stay as they are. */
	readonly shift?: number
}

/**
 * What is left of an answer after some of it was typed. The editor indents lines in its own way, and so does who types: that a line is
 * indented otherwise than in the answer does not matter, and what is left is indented like it.
 *
 * @param answer as the model gave it, or the part that there is.
 * @param typed since it was asked.
 * @param before the text that the answer goes on from.
 * @returns undefined where something else was typed.
 */
export function restAfter(answer: string, typed: string, before: string): string | undefined {
	if (answer.startsWith(typed)) return answer.slice(typed.length)
	// Most answers that something is compared with are others.
	const first = /\S/.exec(typed)?.[0]
	if (first !== undefined && first !== /\S/.exec(answer)?.[0]) return undefined
	const start = before.slice(before.lastIndexOf('\n') + 1)
	const wanted = (start + answer).split('\n')
	const written = (start + typed).split('\n')
	const last = written.length - 1
	const isWritten = (line: string, at: number) => line.trim() === wanted[at]?.trim()
	const said = wanted[last]
	const current = written[last]
	if (said === undefined || current === undefined || !written.slice(0, last).every(isWritten)) return undefined
	const [saidText, currentText] = [said.trimStart(), current.trimStart()]
	if (!saidText.startsWith(currentText)) return undefined
	const realignment = realignmentOf(wanted, written)
	const more = wanted.slice(last + 1).map((line) => realigned(line, realignment))
	if (currentText !== '') return [saidText.slice(currentText.length), ...more].join('\n')
	// Only what is more than the indent that is there is still to be written.
	const line = realigned(said, realignment)
	return [line.startsWith(current) ? line.slice(current.length) : saidText, ...more].join('\n')
}

/** The last line that was typed tells it; blank lines tell nothing, and neither does an indent that may still grow or shrink. */
function realignmentOf(wanted: readonly string[], written: readonly string[]): Realignment | undefined {
	for (let at = written.length - 1; at >= 0; at--) {
		const [said = '', line = ''] = [wanted[at], written[at]]
		if (said.trim() === '') continue
		const [from, to] = [indentOf(said), indentOf(line)]
		const isDedent = columnsOf(from) < columnsOf(indentOf(wanted[at - 1] ?? ''))
		if (line.trim() === '' && (isDedent || from.startsWith(to))) continue
		if (at === 0 && line.trim() === '') return grown(wanted, from, to)
		return from === to ? undefined : { from, to, base: at === 0 ? 0 : columnsOf(indentOf(written[0] ?? '')) }
	}
	return undefined
}

/**
 * The answer was asked for where the line was not indented yet as far as it is now. Where other lines of it begin as its first one did,
 * all of them move along with it; else they say already how far in they are.
 */
function grown(wanted: readonly string[], from: string, to: string): Realignment | undefined {
	const columns = columnsOf(from)
	const isAligned = wanted.slice(1).some((line) => line.trim() !== '' && columnsOf(indentOf(line)) === columns)
	return isAligned ? { from, to, base: -1, shift: columnsOf(to) - columns } : undefined
}

/** Deeper lines keep their steps, in the width and the kind of those that were typed. */
function realigned(line: string, realignment: Realignment | undefined): string {
	const indent = indentOf(line)
	const columns = columnsOf(indent)
	if (!realignment || indent.length === line.length || columns <= realignment.base) return line
	const { from, to, base, shift } = realignment
	if (indent === from) return to + line.slice(indent.length)
	if (shift !== undefined) return indentLike(to, columns + shift) + line.slice(indent.length)
	const [wide, narrow] = [columnsOf(to) - base, columnsOf(from) - base]
	const isStep = wide > 0 && narrow > 0
	const target = isStep ? base + Math.round(((columns - base) * wide) / narrow) : Math.max(0, columns + wide - narrow)
	return indentLike(to === '' ? indent : to, target) + line.slice(indent.length)
}

function indentLike(example: string, columns: number): string {
	if (!example.includes('\t')) return ' '.repeat(columns)
	return '\t'.repeat(Math.floor(columns / tabWidth)) + ' '.repeat(columns % tabWidth)
}

function columnsOf(indent: string): number {
	return [...indent].reduce((columns, character) => columns + (character === '\t' ? tabWidth : 1), 0)
}

function indentOf(line: string): string {
	return line.slice(0, line.length - line.trimStart().length)
}
