import type { DocumentPage } from '../documentPage.ts'
import type { Citation } from './researchState.ts'

/** A piece of a file that may be cited. */
export interface Source {
	/** Relative to the workspace's folder, with `/`. */
	readonly path: string
	/** From 0, the end exclusive. */
	readonly startLine: number
	readonly endLine: number
	/** Of a document of pages, such as a PDF. */
	readonly page?: DocumentPage
	readonly text: string
}

/** Characters that say something; what is shorter stands everywhere. */
const leastQuote = 6

/**
 * Where a quote stands in its source, by its words: spaces and the line numbers that a model copies do not count. Undefined where it does
 * not stand there.
 */
export function citationOf(source: Source, quote: string): Citation | undefined {
	const unmarked = quote.replace(/^[\t ]*\d+[|:]\s?/gm, '').replace(/^["'`\s]+|["'`\s.…]+$/g, '')
	const { page } = source
	// In print words are divided at the ends of lines, and joined by who quotes them.
	const squeezed = page ? (text: string) => plain(text).replaceAll('-', '') : plain
	const wanted = squeezed(unmarked)
	if (wanted.length < leastQuote) return undefined
	const lines = source.text.split('\n')
	let joined = ''
	const starts: number[] = []
	for (const line of lines) {
		starts.push(joined.length)
		joined += squeezed(line)
	}
	const at = joined.indexOf(wanted)
	if (at < 0) return undefined
	const first = lineAt(starts, at)
	const last = lineAt(starts, at + wanted.length - 1)
	return {
		path: source.path,
		startLine: source.startLine + first,
		endLine: source.startLine + last + 1,
		...(page && { page }),
		quote: lines
			.slice(first, last + 1)
			.join('\n')
			.trim(),
	}
}

function plain(text: string): string {
	return text.replace(/\s+/g, '')
}

/** The last line that starts at or before a place: blank ones before it start there too. */
function lineAt(starts: readonly number[], at: number): number {
	let line = 0
	for (const [index, start] of starts.entries()) if (start <= at) line = index
	return line
}
