import common from 'highlight.js/lib/common'
import docker from 'highlight.js/lib/languages/dockerfile'
import powershell from 'highlight.js/lib/languages/powershell'

/** A run of text that looks the same. `style` is what it is, such as `keyword`; absent for plain text. */
export interface Run {
	readonly text: string
	readonly style: Style | undefined
}

export type Style = 'keyword' | 'string' | 'number' | 'type' | 'title' | 'comment' | 'attribute' | 'added' | 'removed'

export interface Highlighter {
	/** Runs of each line. A language that is not known gives plain text. */
	highlight(code: string, language: string): Run[][]
	/** How the language is called, where it is known. */
	nameOf(language: string): string | undefined
}

/** What the parser calls a piece of code, and how that looks. */
const styles: Readonly<Record<string, Style>> = {
	keyword: 'keyword',
	operator: 'keyword',
	'meta-keyword': 'keyword',
	tag: 'keyword',
	name: 'keyword',
	section: 'title',
	string: 'string',
	regexp: 'string',
	char: 'string',
	symbol: 'string',
	link: 'string',
	quote: 'comment',
	number: 'number',
	literal: 'number',
	bullet: 'number',
	built_in: 'type',
	type: 'type',
	'selector-class': 'type',
	'selector-id': 'type',
	'selector-tag': 'keyword',
	title: 'title',
	comment: 'comment',
	doctag: 'comment',
	meta: 'attribute',
	attr: 'attribute',
	attribute: 'attribute',
	variable: 'attribute',
	'template-variable': 'attribute',
	property: 'attribute',
	addition: 'added',
	deletion: 'removed',
}

export function createHighlighter(): Highlighter {
	common.registerLanguage('dockerfile', docker)
	common.registerLanguage('powershell', powershell)
	return {
		highlight(code, language) {
			if (!common.getLanguage(language)) return plainLines(code)
			return linesOf(common.highlight(code, { language, ignoreIllegals: true }).value)
		},
		nameOf: (language) => common.getLanguage(language)?.name,
	}
}

export function plainLines(code: string): Run[][] {
	return code.split('\n').map((text) => (text === '' ? [] : [{ text, style: undefined }]))
}

const piece = /<span class="([^"]*)">|<\/span>|([^<]+)/g
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" }

/** Reads the library's HTML, which is spans and escaped text and nothing else, so that none of it is ever given to the page. */
export function linesOf(html: string): Run[][] {
	const lines: Run[][] = [[]]
	const open: (Style | undefined)[] = []
	for (const [whole, classes, escaped] of html.matchAll(piece)) {
		if (classes !== undefined) open.push(classes === 'hljs-subst' ? undefined : (styleOf(classes) ?? open.at(-1)))
		else if (escaped === undefined) {
			if (whole === '</span>') open.pop()
		} else addText(lines, unescaped(escaped), open.at(-1))
	}
	return lines
}

function addText(lines: Run[][], text: string, style: Style | undefined): void {
	for (const [index, part] of text.split('\n').entries()) {
		if (index > 0) lines.push([])
		if (part !== '') lines.at(-1)?.push({ text: part, style })
	}
}

function styleOf(classes: string): Style | undefined {
	if (classes.includes('class_')) return 'type'
	if (classes.includes('language_')) return 'keyword'
	for (const name of classes.split(' ')) {
		const style = styles[name.replace(/^hljs-/, '')]
		if (style) return style
	}
	return undefined
}

function unescaped(text: string): string {
	return text.replace(/&(amp|lt|gt|quot|#x27);/g, (whole, name) => entities[name] ?? whole)
}
