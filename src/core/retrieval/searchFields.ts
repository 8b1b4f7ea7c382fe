import type { Chunk } from './chunk.ts'
import { longestText } from './chunk.ts'
import { searchWords } from './searchWords.ts'

/** What a chunk is found by, in words that are separated by spaces. */
export interface SearchFields {
	readonly name: string
	readonly path: string
	/** Its comments. */
	readonly doc: string
	readonly code: string
}

const lineComment = /^\s*(?:\/\/[/!]?|#(?!include|define|if|else|end|pragma|\[)|--\s|;+\s)\s*(.*)$/

/** @param isText whether all of it is prose */
export function searchFields(path: string, lines: readonly string[], chunk: Chunk, isText: boolean): SearchFields {
	const text = lines.slice(chunk.startLine, chunk.endLine).join('\n').slice(0, longestText)
	const { doc, code } = isText ? { doc: text, code: '' } : commentsApart(text)
	const joined = (some: string) => searchWords(some).join(' ')
	return { name: joined(chunk.name), path: joined(path), doc: joined(doc), code: joined(code) }
}

/** Comments and docstrings, and the rest. Roughly: a comment mark within a string may count as a comment. */
function commentsApart(text: string): { readonly doc: string; readonly code: string } {
	const doc: string[] = []
	const code: string[] = []
	/** What ends the comment that the line is in. */
	let until: string | undefined
	for (const line of text.split('\n')) {
		const open = until === undefined ? /^\s*(\/\*|[rRuU]?"""|[rRuU]?'''|<!--|=begin\b)/.exec(line)?.[1] : undefined
		if (open !== undefined) until = closingOf(open)
		if (until !== undefined) {
			doc.push(line)
			const rest = open === undefined ? line : line.slice(line.indexOf(open) + open.length)
			if (rest.includes(until)) until = undefined
			continue
		}
		const comment = lineComment.exec(line)
		if (comment) doc.push(comment[1] ?? '')
		else code.push(line)
	}
	return { doc: doc.join('\n'), code: code.join('\n') }
}

function closingOf(open: string): string {
	if (open === '/*') return '*/'
	if (open === '<!--') return '-->'
	if (open === '=begin') return '=end'
	return open.slice(-3)
}
