import type { CompletionPlace, ShownFile } from '../model/ports.ts'
import type { DocumentLines } from './documentLines.ts'

/**
 * Which lines of a document a prompt holds, for the record, and the files that it holds something of before them.
 *
 * @param line of its cursor, from 0
 */
export function shownLines(
	{ id, aboveFiles = [] }: Pick<DocumentLines, 'id' | 'aboveFiles'>,
	line: number,
	prompt: CompletionPlace,
): readonly ShownFile[] {
	const before = breaksIn(prompt.prefix) + breaksIn(prompt.typed ?? '')
	const own = { path: id, lines: [{ start: Math.max(0, line - before), end: line + breaksIn(prompt.suffix) + 1 }] }
	return before > line ? [own, ...aboveFiles.map((path) => ({ path }))] : [own]
}

function breaksIn(text: string): number {
	let count = 0
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
	return count
}
