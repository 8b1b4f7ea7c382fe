import type { DocumentLines } from './documentLines.ts'

/** A document and what is read before it, as one text: a blank line stands between two parts. */
export interface RunOfLines extends Pick<DocumentLines, 'lineAt'> {
	/** The number that the document's first line has in it. */
	readonly first: number
}

export function runOfLines(document: DocumentLines): RunOfLines {
	const { above = [] } = document
	if (above.length === 0) return { first: 0, lineAt: (line) => document.lineAt(line) }
	const starts: number[] = []
	let first = 0
	for (const { lineCount } of above) {
		starts.push(first)
		first += lineCount + 1
	}
	return {
		first,
		lineAt(line) {
			if (line >= first) return document.lineAt(line - first)
			const at = starts.findLastIndex((start) => start <= line)
			const part = above[at]
			const inPart = line - (starts[at] ?? 0)
			return part && inPart < part.lineCount ? part.lineAt(inPart) : ''
		},
	}
}
