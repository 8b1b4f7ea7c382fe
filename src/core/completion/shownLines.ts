import type { CompletionPlace, ShownFile } from '../model/ports.ts'

/** Which lines of a document a prompt holds, for the record. @param line of its cursor, from 0 */
export function shownLines(documentId: string, line: number, prompt: CompletionPlace): readonly ShownFile[] {
	const before = breaksIn(prompt.prefix) + breaksIn(prompt.typed ?? '')
	return [{ path: documentId, lines: [{ start: Math.max(0, line - before), end: line + breaksIn(prompt.suffix) + 1 }] }]
}

function breaksIn(text: string): number {
	let count = 0
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
	return count
}
