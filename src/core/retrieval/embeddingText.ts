interface Prefixes {
	readonly query: string
	readonly passage: string
}

/** What models were trained to see before a text, by the names of their files. */
const known: readonly (readonly [name: RegExp, prefixes: Prefixes])[] = [
	[/nomic-embed-text/i, { query: 'search_query: ', passage: 'search_document: ' }],
	[/nomic-embed-code/i, { query: 'Represent this query for searching relevant code: ', passage: '' }],
	[/(^|[^a-z])e5([^a-z]|$)/i, { query: 'query: ', passage: 'passage: ' }],
	[
		/bge-(small|base|large)|mxbai-embed|arctic-embed/i,
		{ query: 'Represent this sentence for searching relevant passages: ', passage: '' },
	],
]

/** Characters; what is longer is cut: models of this kind see 512 to 8,192 tokens. */
const longest = 2_000

/** @param modelPath its file's name says what model it is */
export function queryText(modelPath: string, question: string): string {
	return prefixesOf(modelPath).query + question.slice(0, longest)
}

export function passageText(
	modelPath: string,
	{ path, name, text }: { readonly path: string; readonly name: string; readonly text: string },
): string {
	return `${prefixesOf(modelPath).passage}${path}${name === '' ? '' : ` ${name}`}\n${text}`.slice(0, longest)
}

function prefixesOf(modelPath: string): Prefixes {
	const file = modelPath.slice(Math.max(modelPath.lastIndexOf('/'), modelPath.lastIndexOf('\\')) + 1)
	return known.find(([name]) => name.test(file))?.[1] ?? { query: '', passage: '' }
}
