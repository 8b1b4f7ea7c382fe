import type { DraftPlace } from './draft.ts'

/** The comment or doc string whose first words are wanted: each line has the mark, or the closing one ends it. */
export interface DocMark {
	readonly kind: 'lines' | 'block'
	/** Begins each line, or closes the block. */
	readonly mark: string
}

/** What an empty doc comment at the cursor is; undefined where there is none. */
export function docMarkOf({ before }: Pick<DraftPlace, 'before'>): DocMark | undefined {
	const line = before.trim()
	if (/^\/\*[*!]$/.test(line)) return { kind: 'block', mark: '*/' }
	if (/^\/\/[/!]$/.test(line)) return { kind: 'lines', mark: line }
	const [quotes] = /^[rRuU]?("""|''')$/.exec(line)?.slice(1) ?? []
	return quotes === undefined ? undefined : { kind: 'block', mark: quotes }
}
