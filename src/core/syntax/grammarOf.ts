import { isCppHeader } from './cppHeader.ts'

/** The grammars in grammars/, by the names of their files. */
export type GrammarName =
	| 'bash'
	| 'c'
	| 'cpp'
	| 'csharp'
	| 'css'
	| 'go'
	| 'html'
	| 'java'
	| 'javascript'
	| 'json'
	| 'kotlin'
	| 'lua'
	| 'php'
	| 'python'
	| 'ruby'
	| 'rust'
	| 'toml'
	| 'tsx'
	| 'typescript'
	| 'yaml'

/** By the editor's language ids. */
const byLanguage: Readonly<Record<string, GrammarName>> = {
	shellscript: 'bash',
	c: 'c',
	cpp: 'cpp',
	'cuda-cpp': 'cpp',
	csharp: 'csharp',
	css: 'css',
	go: 'go',
	html: 'html',
	java: 'java',
	javascript: 'javascript',
	javascriptreact: 'javascript',
	json: 'json',
	jsonc: 'json',
	kotlin: 'kotlin',
	lua: 'lua',
	php: 'php',
	python: 'python',
	ruby: 'ruby',
	rust: 'rust',
	toml: 'toml',
	typescriptreact: 'tsx',
	typescript: 'typescript',
	yaml: 'yaml',
}

/** By a file's extension, without the dot and in lower case, where no editor says the language. */
const byExtension: Readonly<Record<string, GrammarName>> = {
	bash: 'bash',
	sh: 'bash',
	c: 'c',
	h: 'c',
	cc: 'cpp',
	cpp: 'cpp',
	cxx: 'cpp',
	hh: 'cpp',
	hpp: 'cpp',
	hxx: 'cpp',
	cs: 'csharp',
	css: 'css',
	go: 'go',
	htm: 'html',
	html: 'html',
	java: 'java',
	cjs: 'javascript',
	js: 'javascript',
	jsx: 'javascript',
	mjs: 'javascript',
	json: 'json',
	kt: 'kotlin',
	kts: 'kotlin',
	lua: 'lua',
	php: 'php',
	py: 'python',
	pyi: 'python',
	rb: 'ruby',
	ru: 'ruby',
	rake: 'ruby',
	rs: 'rust',
	toml: 'toml',
	cts: 'typescript',
	mts: 'typescript',
	ts: 'typescript',
	tsx: 'tsx',
	yaml: 'yaml',
	yml: 'yaml',
}

export function grammarOfLanguage(languageId: string): GrammarName | undefined {
	return Object.hasOwn(byLanguage, languageId) ? byLanguage[languageId] : undefined
}

/** @param path of a file, with `/` or `\` */
export function grammarOfPath(path: string): GrammarName | undefined {
	const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase()
	return extension !== undefined && Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined
}

/** The same of a file whose text is known: headers of C and C++ have one extension. */
export function grammarOfText(path: string, text: string): GrammarName | undefined {
	const grammar = grammarOfPath(path)
	return grammar === 'c' && isCppHeader(path, text) ? 'cpp' : grammar
}
