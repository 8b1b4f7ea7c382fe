import { commonIndent, reindented } from './lineEdit.ts'

export interface FoundLines {
	/** From 0. */
	readonly startLine: number
	readonly endLine: number
	/** What the lines have in common there before each of them: what takes their place is to have it, too. */
	readonly indent: string
}

type Form = (line: string) => string

/** From strict to lenient: models lose blanks at line ends first, then indents, then the length of blanks within. */
const forms: readonly Form[] = [
	(line) => line,
	(line) => line.trimEnd(),
	(line) => line.trim(),
	(line) => line.trim().replaceAll(/\s+/g, ' '),
]

/**
 * Where lines stand in a text, first as they are, then with less and less regard to blanks.
 *
 * @param near the line that they are likely to stand at; without it they must stand at one place only
 * @returns `several` where it cannot be told which place is meant
 */
export function findLines(
	text: readonly string[],
	wanted: readonly string[],
	near?: number,
): FoundLines | 'none' | 'several' {
	const lines = trimmedBlank(wanted)
	if (lines.length === 0) return 'none'
	for (const form of forms) {
		const places = placesOf(text.map(form), lines.map(form))
		if (places.length === 0) continue
		const [first = 0] =
			near === undefined ? places : places.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near) || a - b)
		if (places.length > 1 && near === undefined) return 'several'
		const endLine = first + lines.length
		return { startLine: first, endLine, indent: commonIndent(text.slice(first, endLine)) }
	}
	return 'none'
}

/** Lines for a place that was found with less regard to blanks: with the indent that is there. */
export function fittedTo(lines: readonly string[], wanted: readonly string[], found: FoundLines): string[] {
	const was = commonIndent(trimmedBlank(wanted))
	if (was === found.indent) return [...lines]
	const own = commonIndent(lines)
	// Lines that are indented further than those that they replace stay so.
	const deeper = own.startsWith(was) ? own.slice(was.length) : ''
	return reindented(lines, found.indent + deeper)
}

function trimmedBlank(lines: readonly string[]): readonly string[] {
	let start = 0
	let end = lines.length
	while (start < end && lines[start]?.trim() === '') start++
	while (end > start && lines[end - 1]?.trim() === '') end--
	return lines.slice(start, end)
}

function placesOf(text: readonly string[], wanted: readonly string[]): number[] {
	const places: number[] = []
	for (let at = 0; at + wanted.length <= text.length; at++) {
		if (wanted.every((line, offset) => text[at + offset] === line)) places.push(at)
	}
	return places
}
