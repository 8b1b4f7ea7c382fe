/** Quotes of one kind. */
export interface Quote {
	readonly open: string
	readonly close: string
	/** Goes on over line breaks. */
	readonly lines?: boolean
	/** A backslash is nothing but one. */
	readonly raw?: boolean
	/** Opens code inside of it. */
	readonly interpolation?: string
	/** What stands before the quotes where `interpolation` counts; absent: it always does. */
	readonly interpolatedAfter?: RegExp
	/** Holds one character only: elsewhere the mark means something else, such as a lifetime. */
	readonly single?: boolean
}

/** What is no code in the texts of a language. */
export interface Quoting {
	readonly lineComments: readonly string[]
	readonly blockComments: readonly (readonly [open: string, close: string])[]
	/** Those that begin alike: the longest first. */
	readonly quotes: readonly Quote[]
	/** Between slashes, where no value stands before them. */
	readonly hasRegex?: boolean
}

export const closerOfInterpolation: Readonly<Record<string, string>> = { '${': '}', '#{': '}', '{': '}', '$(': ')' }

const double: Quote = { open: '"', close: '"' }
const apostrophes: Quote = { open: "'", close: "'" }
const character: Quote = { ...apostrophes, single: true }
const textBlock: Quote = { open: '"""', close: '"""', lines: true }
const slashes = { lineComments: ['//'], blockComments: [['/*', '*/']] } as const
const hash = { lineComments: ['#'], blockComments: [] } as const

const likeC: Quoting = { ...slashes, quotes: [double, character] }
const likeJava: Quoting = { ...slashes, quotes: [textBlock, double, character] }
const template: Quote = { open: '`', close: '`', lines: true, interpolation: '${' }
const likeJavaScript: Quoting = { ...slashes, quotes: [double, apostrophes, template], hasRegex: true }
const formatted = { interpolation: '{', interpolatedAfter: /(?<!\w)([fF][rR]?|[rR][fF])$/ } as const
const python: Quoting = {
	...hash,
	quotes: [
		{ ...textBlock, ...formatted },
		{ open: "'''", close: "'''", lines: true, ...formatted },
		{ ...double, ...formatted },
		{ ...apostrophes, ...formatted },
	],
}
const ruby: Quoting = { ...hash, quotes: [{ ...double, lines: true, interpolation: '#{' }, apostrophes] }
const shell: Quoting = {
	...hash,
	quotes: [
		{ ...double, lines: true, interpolation: '$(' },
		{ ...apostrophes, lines: true, raw: true },
	],
}
const kotlin: Quoting = {
	...slashes,
	quotes: [{ ...textBlock, raw: true, interpolation: '${' }, { ...double, interpolation: '${' }, character],
}
const markup: Quoting = { lineComments: [], blockComments: [['<!--', '-->']], quotes: [] }
const stylesheet: Quoting = { ...slashes, quotes: [double, apostrophes] }
const prose: Quoting = { lineComments: [], blockComments: [], quotes: [] }
const lisp: Quoting = { lineComments: [';'], blockComments: [], quotes: [{ ...double, lines: true }] }

/** By the editor's language ids; what is not here is taken for something like C, with either quotes. */
const byLanguage: Readonly<Record<string, Quoting>> = {
	c: likeC,
	cpp: likeC,
	'cuda-cpp': likeC,
	'objective-c': likeC,
	csharp: {
		...slashes,
		quotes: [{ ...textBlock, raw: true }, { ...double, interpolation: '{', interpolatedAfter: /\$@?$/ }, character],
	},
	java: likeJava,
	scala: likeJava,
	swift: { ...slashes, quotes: [textBlock, double] },
	kotlin,
	go: { ...slashes, quotes: [double, { open: '`', close: '`', lines: true, raw: true }, character] },
	rust: {
		...slashes,
		quotes: [{ open: 'r#"', close: '"#', lines: true, raw: true }, { ...double, lines: true }, character],
	},
	javascript: likeJavaScript,
	javascriptreact: likeJavaScript,
	typescript: likeJavaScript,
	typescriptreact: likeJavaScript,
	python,
	ruby,
	elixir: { ...hash, quotes: [textBlock, { ...double, interpolation: '#{' }] },
	shellscript: shell,
	perl: { ...hash, quotes: [double, apostrophes] },
	r: { ...hash, quotes: [double, apostrophes] },
	yaml: { ...hash, quotes: [double, apostrophes] },
	toml: { ...hash, quotes: [textBlock, double, { ...apostrophes, raw: true }] },
	dockerfile: { ...hash, quotes: [double, apostrophes] },
	makefile: { ...hash, quotes: [] },
	php: {
		lineComments: ['//', '#'],
		blockComments: [['/*', '*/']],
		quotes: [
			{ ...double, lines: true, interpolation: '${' },
			{ ...apostrophes, lines: true },
		],
	},
	lua: {
		lineComments: ['--'],
		blockComments: [['--[[', ']]']],
		quotes: [double, apostrophes, { open: '[[', close: ']]', lines: true, raw: true }],
	},
	sql: { lineComments: ['--'], blockComments: [['/*', '*/']], quotes: [apostrophes, double] },
	css: { ...stylesheet, lineComments: [] },
	scss: stylesheet,
	less: stylesheet,
	json: { lineComments: [], blockComments: [], quotes: [double] },
	jsonc: { ...slashes, quotes: [double] },
	html: markup,
	xml: markup,
	vue: markup,
	svelte: markup,
	markdown: prose,
	plaintext: prose,
	latex: prose,
	'git-commit': prose,
	scminput: prose,
	clojure: lisp,
	lisp,
	scheme: lisp,
	racket: lisp,
}

/** Text for people: nothing in it is a string or a comment. */
export function isProse(languageId: string): boolean {
	return quotingOf(languageId) === prose
}

export function quotingOf(languageId: string): Quoting {
	return Object.hasOwn(byLanguage, languageId)
		? (byLanguage[languageId] ?? likeC)
		: { ...slashes, quotes: [double, apostrophes] }
}
