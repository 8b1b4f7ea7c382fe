import type { DocumentLines, Position } from '../../../src/core/completion/documentLines.ts'

/** A document written as text with `│` where the cursor stands. */
export function markedDocument(marked: string, languageId = 'typescript') {
	const offset = marked.indexOf('│')
	if (offset < 0) throw new Error('the text has no │')
	const text = marked.replace('│', '')
	const before = marked.slice(0, offset).split('\n')
	const position: Position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
	return { text, position, document: documentOf(text, languageId) }
}

export function documentOf(text: string, languageId = 'typescript'): DocumentLines {
	const lines = text.split('\n')
	return {
		id: 'file:///test',
		version: 1,
		languageId,
		lineCount: lines.length,
		lineAt(line) {
			const found = lines[line]
			if (found === undefined) throw new RangeError(`line ${line} of ${lines.length}`)
			return found
		},
	}
}
