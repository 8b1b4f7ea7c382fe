import createParser, { type Token } from 'markdown-it'

export type { Token }

/** Parses Markdown into tokens. Nothing of it is HTML: `renderTokens` makes elements of the tokens that it knows. */
export interface MarkdownParser {
	parse(text: string): Token[]
}

export function createMarkdownParser(): MarkdownParser {
	const parser = createParser({ html: false, linkify: false, typographer: false, maxNesting: 40 })
	// A definition far below would change what a link above is, after that was drawn; and the address would be hidden.
	parser.disable(['reference'])
	// What is indented is hardly ever meant as code by a model; blocks of code are those between fences, and only those are counted.
	parser.disable(['code'])
	return { parse: (text) => parser.parse(text, {}) }
}
