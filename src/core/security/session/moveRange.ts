import type { FindingRange } from '../findings/finding.ts'

/** What was replaced in a text, and by what. Several that happen at once are given from the last place to the first. */
export interface TextChange {
	readonly range: FindingRange
	readonly text: string
}

interface Position {
	readonly line: number
	readonly character: number
}

/** Where a range is after a change, and whether what stands in it is still the same. */
export function moveRange(
	range: FindingRange,
	change: TextChange,
): { readonly range: FindingRange; readonly isTouched: boolean } {
	const start = startOf(range)
	const end = endOf(range)
	return {
		range: toRange(move(start, change, 'after'), move(end, change, isBefore(start, end) ? 'before' : 'after')),
		isTouched: touches(range, change),
	}
}

/** From the first to the last character of all ranges. */
export function hullOf(first: FindingRange, others: readonly FindingRange[]): FindingRange {
	let start = startOf(first)
	let end = endOf(first)
	for (const range of others) {
		if (isBefore(startOf(range), start)) start = startOf(range)
		if (isBefore(end, endOf(range))) end = endOf(range)
	}
	return toRange(start, end)
}

export function overlaps(one: FindingRange, other: FindingRange): boolean {
	return !isBefore(endOf(one), startOf(other)) && !isBefore(endOf(other), startOf(one))
}

/** A word that is written directly at an end of it makes it another one; a blank or a line break does not. */
function touches(range: FindingRange, { range: replaced, text }: TextChange): boolean {
	const isAfter = !isBefore(startOf(replaced), endOf(range))
	const isAhead = !isBefore(startOf(range), endOf(replaced))
	if (!isAfter && !isAhead) return true
	if (isAfter) return isSame(startOf(replaced), endOf(range)) && /^\S/.test(text)
	return isSame(startOf(range), endOf(replaced)) && /\S$/.test(text)
}

function move(position: Position, { range, text }: TextChange, atInsertion: 'before' | 'after'): Position {
	const start = startOf(range)
	const end = endOf(range)
	if (isBefore(position, start)) return position
	if (isSame(position, start) && atInsertion === 'before') return position
	const lines = text.split(/\r\n|\r|\n/)
	const last = lines.at(-1) ?? ''
	const newEnd = {
		line: start.line + lines.length - 1,
		character: lines.length === 1 ? start.character + last.length : last.length,
	}
	if (isBefore(position, end)) return atInsertion === 'before' ? newEnd : start
	const character =
		position.line === end.line ? newEnd.character + position.character - end.character : position.character
	return { line: newEnd.line + position.line - end.line, character }
}

function startOf({ startLine, startCharacter }: FindingRange): Position {
	return { line: startLine, character: startCharacter }
}

function endOf({ endLine, endCharacter }: FindingRange): Position {
	return { line: endLine, character: endCharacter }
}

function toRange(start: Position, end: Position): FindingRange {
	const last = isBefore(end, start) ? start : end
	return {
		startLine: start.line,
		startCharacter: start.character,
		endLine: last.line,
		endCharacter: last.character,
	}
}

function isBefore(one: Position, other: Position): boolean {
	return one.line < other.line || (one.line === other.line && one.character < other.character)
}

function isSame(one: Position, other: Position): boolean {
	return one.line === other.line && one.character === other.character
}
