import type { DraftFilter, DraftPlace } from './draft.ts'

const usualWidth = 4

/**
 * Has a suggestion indented as the document is: with tabs or with blanks, and not twice where the cursor stands at its indentation
 * already.
 */
export const fitIndentation: DraftFilter = (draft, place) => {
	const [first = '', ...more] = draft.text.split('\n')
	const lines = [firstLine(first, place), ...fitted(more, place)]
	const text = lines.join('\n')
	return text === draft.text ? draft : { ...draft, text }
}

/** Where a block was opened above and the cursor is not in it yet, more indentation is what is wanted. */
function firstLine(line: string, { before, previousLine }: DraftPlace): string {
	if (before === '' || before.trim() !== '' || line.trim() === '') return line
	const isBehind = previousLine !== undefined && /[([{:]$/.test(previousLine.trimEnd())
	return isBehind && indentOf(previousLine).length >= before.length ? line : line.trimStart()
}

function fitted(lines: readonly string[], { before, previousLine = '', linesBelow }: DraftPlace): readonly string[] {
	const indents = lines.map(indentOf)
	const around = [before, previousLine, ...linesBelow].map(indentOf)
	const usesTabs = around.some((indent) => indent.startsWith('\t'))
	const usesBlanks = around.some((indent) => indent.startsWith('  '))
	// In a document with both nobody knows.
	if (usesTabs === usesBlanks) return lines
	if (usesTabs && indents.some((indent) => indent.startsWith('  '))) {
		const width = narrowest(indents)
		return lines.map((line) => line.replace(/^ +/, (blanks) => '\t'.repeat(Math.round(blanks.length / width))))
	}
	if (usesBlanks && indents.some((indent) => indent.startsWith('\t'))) {
		const width = narrowest(around)
		return lines.map((line) => line.replace(/^\t+/, (tabs) => ' '.repeat(tabs.length * width)))
	}
	return lines
}

/** Columns of one step: the least that any line is indented by. */
function narrowest(indents: readonly string[]): number {
	const widths = indents.filter((indent) => /^ {2,}$/.test(indent)).map((indent) => indent.length)
	return widths.length === 0 ? usualWidth : Math.min(8, ...widths)
}

function indentOf(line: string): string {
	return line.slice(0, line.length - line.trimStart().length)
}
