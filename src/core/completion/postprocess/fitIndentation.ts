import type { DraftFilter, DraftPlace } from './draft.ts'
import { columnsOf, columnsOfUnit, indentOf, stepOf } from './indentation.ts'
import { scanDraft } from './scanDraft.ts'

/** Steps that texts are indented by. */
const usualSteps = [4, 2, 8, 3]

/**
 * Has a suggestion indented as the document is: by its tabs or its blanks, by as many of them, and not twice where the cursor stands at
 * its indentation already. What stands in a string over several lines stays as it is.
 */
export const fitIndentation: DraftFilter = (draft, place) => {
	const own = place.before === '' ? undefined : firstLine(draft.text, place)
	const text = fitted(own ?? draft.text, place)
	return text === draft.text ? draft : { ...draft, text }
}

/** Where a block was opened above and the cursor is not in it yet, more indentation is what is wanted. */
function firstLine(text: string, { before, previousLine }: DraftPlace): string {
	const [line = ''] = text.split('\n', 1)
	if (before.trim() !== '' || line.trim() === '') return text
	const isBehind = previousLine !== undefined && opensBlock(previousLine)
	const stays = isBehind && indentOf(previousLine).length >= before.length
	return stays ? text : line.trimStart() + text.slice(line.length)
}

interface IndentedLine {
	readonly at: number
	readonly indent: string
	readonly columns: number
	/** In code: not in a comment over several lines. */
	readonly isCode: boolean
}

function fitted(text: string, place: DraftPlace): string {
	const { indentUnit, before } = place
	if (indentUnit === undefined) return text
	const { code } = scanDraft(text, place)
	const lines = linesOf(text, code, before === '')
	const told = lines.filter(({ isCode }) => isCode)
	// Lines that are not indented tell nothing about how it is done.
	if (!told.some(({ columns }) => columns > 0)) return text
	const wanted = columnsOfUnit(indentUnit)
	const level = Math.floor(columnsOf(before) / wanted)
	const isForeign = lines.some(({ indent }) => (indentUnit === '\t' ? indent.includes('  ') : indent.includes('\t')))
	const measure = measureOf(told, { wanted, level, first: firstLevel(text, told, place) })
	if (!measure) return isForeign ? replaced(text, lines, indentUnit, { base: 0, step: anyStep(told), level: 0 }) : text
	if (!isForeign && measure.step === wanted && measure.base === level * wanted) return text
	return replaced(text, lines, indentUnit, measure)
}

/** How the answer counts: `base` columns are the cursor's `level`, and each further one is a `step`. */
interface Measure {
	readonly base: number
	readonly step: number
	readonly level: number
}

/** The way of counting in which the first line stands where it has to, and each other one at a whole step. */
function measureOf(
	lines: readonly IndentedLine[],
	{ wanted, level, first }: { readonly wanted: number; readonly level: number; readonly first: number },
): Measure | undefined {
	const steps = [wanted, ...usualSteps.filter((step) => step !== wanted)]
	const own = level * wanted
	const measures = steps.flatMap((step) => [
		{ base: own, step, level },
		{ base: level * step, step, level },
	])
	return measures.find(({ base, step }) => {
		const levels = lines.map(({ columns }) => level + (columns - base) / step)
		return levels[0] === first && levels.every((one) => Number.isInteger(one) && one >= 0)
	})
}

/** The level of the first line that is indented: one further in, where a line that opens a block stands above it. */
function firstLevel(text: string, [first]: readonly IndentedLine[], place: DraftPlace): number {
	const { before, previousLine = '', indentUnit } = place
	const above = first && first.at > 0 ? lineAbove(text, first.at, before) : previousLine
	const base = Math.floor(columnsOf(above === previousLine ? previousLine : before) / columnsOfUnit(indentUnit))
	const isCloser = first !== undefined && /^\s*[)\]}]/.test(text.slice(first.at))
	return base + (opensBlock(above) ? 1 : 0) - (isCloser ? 1 : 0)
}

function lineAbove(text: string, at: number, before: string): string {
	const lines = `${before}${text.slice(0, at - 1)}`.split('\n')
	return lines.findLast((line) => line.trim() !== '') ?? ''
}

function opensBlock(line: string): boolean {
	return /[([{:]$|[=-]>$|\b(?:do|then|else|begin)$/.test(line.trimEnd())
}

function anyStep(lines: readonly IndentedLine[]): number {
	const columns = lines.map((line) => line.columns)
	return stepOf(columns) ?? columnsOfUnit(undefined)
}

/** Lines that begin in code or in a comment and are not blank; the cursor's own only where it begins with them. */
function linesOf(text: string, code: string, withFirst: boolean): IndentedLine[] {
	const found: IndentedLine[] = []
	let at = 0
	for (const [index, line] of text.split('\n').entries()) {
		const indent = indentOf(line)
		const isComment = /^\s*\*/.test(line)
		const begins = index === 0 ? withFirst && indent !== '' : code[at - 1] === '\n' || isComment
		if (begins && line.trim() !== '') found.push({ at, indent, columns: columnsOf(line), isCode: !isComment })
		at += line.length + 1
	}
	return found
}

function replaced(text: string, lines: readonly IndentedLine[], unit: string, { base, step, level }: Measure): string {
	let result = ''
	let done = 0
	for (const { at, indent, columns, isCode } of lines) {
		const levels = level + (columns - base) / step
		const whole = Math.max(0, isCode ? Math.round(levels) : Math.floor(levels))
		// The stars of a comment stand one blank further in.
		const rest = isCode ? '' : ' '.repeat(Math.max(0, columns - base - (whole - level) * step) % step)
		result += text.slice(done, at) + unit.repeat(whole) + rest
		done = at + indent.length
	}
	return result + text.slice(done)
}
