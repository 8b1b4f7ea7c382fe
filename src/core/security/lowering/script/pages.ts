import type { GrammarName } from '../../../syntax/grammarOf.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'

/** Of a page or component (HTML, Vue, Svelte) the scripts and the expressions of its template. */
export interface PageCode {
	/** As long as the file: scripts as they stand, each expression of the template in parentheses of its own, all else spaces. */
	readonly code: string
	readonly grammar: GrammarName
	readonly parts: readonly PagePart[]
}

/** What a template does, in the order of the file. */
export type PagePart = PageElement | PageLoop | PageLoopEnd | PageConstant

export interface PageElement extends CodeSpan {
	readonly kind: 'element'
	readonly tag: string
	readonly attributes: readonly PageAttribute[]
}

export interface PageAttribute {
	/** Absent where all of an object is spread. */
	readonly name: string | undefined
	/** What is written, or where the expression stands that it is computed from. */
	readonly value: string | true | CodeSpan
	readonly at: CodeSpan
}

/** What stands up to its end is there once for each item. */
export interface PageLoop extends CodeSpan {
	readonly kind: 'loop'
	readonly iterable: CodeSpan
	/** Names of an item, or of parts of it, and of its key. */
	readonly item: readonly { readonly name: string; readonly field: string | undefined; readonly at: CodeSpan }[]
	readonly key: string | undefined
}

export interface PageLoopEnd {
	readonly kind: 'loopEnd'
}

/** `{@const name = value}` of Svelte. */
export interface PageConstant extends CodeSpan {
	readonly kind: 'constant'
	readonly name: string
	readonly value: CodeSpan
}

export function isPage(file: string): boolean {
	return /\.(?:html?|xhtml|vue|svelte)$/i.test(file)
}

/** Whether what comes behind this text of a page stands in one of its scripts. */
export function isInScript(before: string): boolean {
	return lastMatch(before, /<script\b[^<>]*>/gi) > lastMatch(before, /<\/script\b/gi)
}

function lastMatch(text: string, pattern: RegExp): number {
	let last = -1
	for (const { index } of text.matchAll(pattern)) last = index
	return last
}

/** A page that a server fills before it sends it: of Django, Go, Jinja, ERB, PHP and others. */
export function isTemplate(file: string, text: string): boolean {
	return /\.x?html?$/i.test(file) && /\{[{%]|<[%?](?!xml)/.test(text)
}

type Dialect = 'html' | 'vue' | 'svelte'

interface Reader {
	readonly text: string
	readonly dialect: Dialect
	/** Pieces of code and where they begin. */
	readonly code: string[]
	readonly parts: PagePart[]
	/** Elements of Vue that are open, and whether each is a loop. */
	readonly open: { readonly tag: string; readonly isLoop: boolean }[]
	grammar: GrammarName
	hasCode: boolean
}

/** Characters of a file beyond which a page is most likely one that a tool made. */
const longestPage = 1_000_000
const mostParts = 3_000

/** Undefined where there is neither a script nor anything else to look at. */
export function codeOfPage(file: string, text: string): PageCode | undefined {
	if (text.length > longestPage) return undefined
	const ending = file.slice(file.lastIndexOf('.') + 1).toLowerCase()
	const dialect = ending === 'vue' || ending === 'svelte' ? ending : 'html'
	const code = Array.from({ length: text.length }, (_, at) =>
		text[at] === '\n' || text[at] === '\r' ? (text[at] as string) : ' ',
	)
	const reader: Reader = { text, dialect, code, parts: [], open: [], grammar: 'javascript', hasCode: false }
	readMarkup(reader)
	for (const { isLoop } of reader.open) if (isLoop) reader.parts.push({ kind: 'loopEnd' })
	const { grammar, parts, hasCode } = reader
	return hasCode || parts.length > 0 ? { code: code.join(''), grammar, parts } : undefined
}

function readMarkup(reader: Reader): void {
	const { text, dialect } = reader
	const next = dialect === 'svelte' ? /[<{]/g : /</g
	for (let at = 0; at < text.length && reader.parts.length < mostParts; ) {
		next.lastIndex = at
		const found = next.exec(text)
		if (!found) return
		at = found.index
		if (text[at] === '{') at = readBlock(reader, at)
		else if (text.startsWith('<!--', at)) at = endOf(text, '-->', at + 4)
		else if (text[at + 1] === '/') at = readEnd(reader, at)
		else if (/[a-zA-Z]/.test(text[at + 1] ?? '')) at = readTag(reader, at)
		else at++
	}
}

/** Where a text that is looked for ends, or the end of all. */
function endOf(text: string, what: string, from: number): number {
	const at = text.indexOf(what, from)
	return at < 0 ? text.length : at + what.length
}

function readEnd(reader: Reader, at: number): number {
	const { text, open, parts } = reader
	const end = endOf(text, '>', at)
	if (reader.dialect !== 'vue') return end
	const tag = text.slice(at + 2, end - 1).trim()
	const index = open.findLastIndex((it) => it.tag === tag)
	if (index < 0) return end
	for (const { isLoop } of open.splice(index)) if (isLoop) parts.push({ kind: 'loopEnd' })
	return end
}

const emptyElements = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/i

function readTag(reader: Reader, at: number): number {
	const { text, dialect } = reader
	const name = /^[\w.:-]{1,80}/.exec(text.slice(at + 1, at + 82))?.[0] ?? ''
	const written: Written[] = []
	let end = at + 1 + name.length
	for (;;) {
		end = skipSpace(text, end)
		if (end >= text.length || text[end] === '>' || text.startsWith('/>', end)) break
		const read = readAttribute(text, end, dialect === 'svelte')
		if (read.end === end) end++
		else {
			end = read.end
			if (read.name !== '') written.push(read)
		}
	}
	const isClosed = text[end] === '/'
	end = Math.min(text.length, end + (isClosed ? 2 : 1))
	const tag = name.toLowerCase()
	const isRaw = (tag === 'script' || tag === 'style') && !isClosed
	addElement(reader, { start: at, end }, name, written, isRaw || isClosed || emptyElements.test(name))
	if (!isRaw) return end
	const close = endOfRaw(text, tag, end)
	if (tag === 'script' && !written.some((it) => it.name === 'src')) addScript(reader, end, close, written)
	return close
}

/** Where the end of a script or style begins. */
function endOfRaw(text: string, tag: string, from: number): number {
	const ends = new RegExp(`</${tag}(?=[\\s/>])`, 'gi')
	ends.lastIndex = from
	return ends.exec(text)?.index ?? text.length
}

const scriptTypes = /^(?:|module|(?:text|application)\/(?:x-)?(?:java|ecma)script|text\/(?:babel|jsx|typescript))$/i

function addScript(reader: Reader, start: number, end: number, written: readonly Written[]): void {
	const of = (name: string) => written.find((it) => it.name === name)?.text ?? ''
	if (!scriptTypes.test(of('type').trim())) return
	const language = of('lang') || (of('type') === 'text/typescript' ? 'ts' : '')
	if (language === 'ts' || language === 'typescript') reader.grammar = 'typescript'
	else if (language === 'tsx') reader.grammar = 'tsx'
	for (let at = start; at < end; at++) reader.code[at] = reader.text[at] as string
	// What follows is a statement of its own.
	if (end < reader.text.length) reader.code[end] = ';'
	reader.hasCode ||= reader.text.slice(start, end).trim() !== ''
}

interface Written {
	readonly name: string
	/** Undefined for what has no value. */
	readonly text: string | undefined
	/** Where the text begins. */
	readonly from: number
	readonly start: number
	readonly end: number
	/** It stands in `{ }`. */
	readonly isCode: boolean
}

function skipSpace(text: string, at: number): number {
	let end = at
	while (end < text.length && /\s/.test(text[end] as string)) end++
	return end
}

function readAttribute(text: string, at: number, hasBraces: boolean): Written {
	const nothing = { name: '', text: undefined, from: at, start: at, isCode: false }
	if (hasBraces && text[at] === '{') {
		const end = endOfBraces(text, at)
		const inner = text.slice(at + 1, end - 1)
		const spread = /^\s*\.\.\./.exec(inner)
		if (spread)
			return {
				...nothing,
				name: '...',
				text: inner.slice(spread[0].length),
				from: at + 1 + spread[0].length,
				end,
				isCode: true,
			}
		return { ...nothing, name: inner.trim(), text: inner, from: at + 1, end, isCode: true }
	}
	let end = at
	while (end < text.length && !/[\s=>"']/.test(text[end] as string) && !text.startsWith('/>', end)) end++
	const name = text.slice(at, end)
	const equals = skipSpace(text, end)
	if (text[equals] !== '=') return { ...nothing, name, end }
	const from = skipSpace(text, equals + 1)
	const quote = text[from]
	if (quote === '"' || quote === "'") {
		const close = text.indexOf(quote, from + 1)
		const to = close < 0 ? text.length : close
		const inner = text.slice(from + 1, to)
		const isCode = hasBraces && inner.startsWith('{') && endOfBraces(text, from + 1) === to
		const shift = isCode ? 1 : 0
		return {
			name,
			text: isCode ? inner.slice(1, -1) : inner,
			from: from + 1 + shift,
			start: at,
			end: Math.min(text.length, to + 1),
			isCode,
		}
	}
	if (hasBraces && quote === '{') {
		const to = endOfBraces(text, from)
		return { name, text: text.slice(from + 1, to - 1), from: from + 1, start: at, end: to, isCode: true }
	}
	let to = from
	while (to < text.length && !/[\s>]/.test(text[to] as string)) to++
	return { name, text: text.slice(from, to), from, start: at, end: to, isCode: false }
}

/** Behind the `}` that belongs to the `{`; texts in between may hold any sign. */
function endOfBraces(text: string, at: number): number {
	let depth = 0
	let quote = ''
	for (let end = at; end < text.length; end++) {
		const sign = text[end] as string
		if (quote !== '') {
			if (sign === '\\') end++
			else if (sign === quote) quote = ''
		} else if (sign === '"' || sign === "'" || sign === '`') quote = sign
		else if (sign === '{') depth++
		else if (sign === '}' && --depth === 0) return end + 1
	}
	return text.length
}

/** Elements of which it matters what is written at them, in a page that computes nothing. */
const telling = /^(?:a|area|base|embed|form|iframe|input|link|meta|object|script|webview)$/i

function addElement(reader: Reader, at: CodeSpan, tag: string, written: readonly Written[], isEmpty: boolean): void {
	const { dialect, open, parts } = reader
	const loop = dialect === 'vue' ? written.find((it) => it.name === 'v-for') : undefined
	const isLoop = loop !== undefined && addVueLoop(reader, loop)
	const attributes = written.flatMap((it) => attributeOf(reader, it) ?? [])
	const isComputed = attributes.some(({ value }) => typeof value === 'object')
	if (attributes.length > 0 && (isComputed || telling.test(tag)))
		parts.push({ kind: 'element', ...at, tag, attributes })
	if (dialect !== 'vue') return
	if (!isEmpty) open.push({ tag, isLoop })
	else if (isLoop) parts.push({ kind: 'loopEnd' })
}

function attributeOf(reader: Reader, written: Written): PageAttribute | undefined {
	const { name, text, from, isCode } = written
	const at = { start: written.start, end: written.end }
	if (reader.dialect === 'vue') {
		const bound = /^(?::|v-bind:|\.)([\w-]+)(?:\.\w+)*$/.exec(name)?.[1]
		if (bound !== undefined || name === 'v-html' || name === 'v-bind') {
			const value = text === undefined ? undefined : expressionAt(reader, from, from + text.length)
			return value && { name: name === 'v-bind' ? undefined : (bound ?? name), value, at }
		}
		if (/^(?:v-|[@#:])/.test(name)) return undefined
	}
	if (isCode) {
		const value = text === undefined ? undefined : expressionAt(reader, from, from + text.length)
		return value && { name: name === '...' ? undefined : name, value, at }
	}
	return { name, value: text ?? true, at }
}

/** Puts an expression into the code: what stands around it makes room for the parentheses. */
function expressionAt({ text, code }: Reader, start: number, end: number): CodeSpan | undefined {
	if (start < 2 || end >= text.length || text.slice(start, end).trim() === '') return undefined
	for (let at = start; at < end; at++) code[at] = text[at] as string
	code[start - 2] = ';'
	code[start - 1] = '('
	code[end] = ')'
	if (code[end + 1] === ' ') code[end + 1] = ';'
	return { start: start - 1, end: end + 1 }
}

const ofVueLoop =
	/^\s{0,20}\(?\s{0,20}(\{[^{}]{0,200}\}|[\w$]+)(?:\s{0,20},\s{0,20}([\w$]+))?(?:\s{0,20},\s{0,20}[\w$]+)?\s{0,20}\)?\s{1,20}(?:in|of)\s{1,20}/

function addVueLoop(reader: Reader, { text, from, start, end }: Written): boolean {
	const found = text === undefined ? undefined : ofVueLoop.exec(text.slice(0, 400))
	if (!found || text === undefined) return false
	const iterable = expressionAt(reader, from + found[0].length, from + text.length)
	if (!iterable) return false
	reader.parts.push({
		kind: 'loop',
		start,
		end,
		iterable,
		item: namesIn(found[1] ?? '', { start, end }),
		key: found[2],
	})
	return true
}

/** `item`, or the names in `{ id, html: text }`. */
function namesIn(pattern: string, at: CodeSpan): PageLoop['item'] {
	if (!pattern.startsWith('{')) return [{ name: pattern, field: undefined, at }]
	return pattern
		.slice(1, -1)
		.split(',')
		.flatMap((it) => {
			const [field = '', name = field] = it.split(':').map((part) => part.split('=')[0]?.trim() ?? '')
			return /^[\w$]+$/.test(field) && /^[\w$]+$/.test(name) ? [{ name, field, at }] : []
		})
}

/** `{@html text}`, `{#each list as item}` and others of Svelte. @returns where it ends */
function readBlock(reader: Reader, at: number): number {
	const { text, parts } = reader
	const end = endOfBraces(text, at)
	const span = { start: at, end }
	const word = /^\{\s{0,9}([@#/:]\w+)\s{0,9}/.exec(text.slice(at, at + 60))
	if (!word) return end
	const from = at + word[0].length
	const inner = text.slice(from, end - 1)
	switch (word[1]) {
		case '@html': {
			const value = expressionAt(reader, from, end - 1)
			if (value)
				parts.push({ kind: 'element', ...span, tag: '@html', attributes: [{ name: '@html', value, at: span }] })
			break
		}
		case '@const': {
			const name = /^([\w$]+)\s{0,9}=/.exec(inner.slice(0, 100))
			const value = name && expressionAt(reader, from + name[0].length, end - 1)
			if (name && value) parts.push({ kind: 'constant', ...span, name: name[1] as string, value })
			break
		}
		case '#each': {
			const as = inner.lastIndexOf(' as ')
			const iterable = expressionAt(reader, from, as < 0 ? end - 1 : from + as)
			const item = /^\s{0,9}(\{[^{}]{0,200}\}|[\w$]+)(?:\s{0,9},\s{0,9}([\w$]+))?/.exec(inner.slice(as + 4, as + 300))
			// Its end has to find a beginning.
			const nothing = { start: at, end: at }
			parts.push({
				kind: 'loop',
				...span,
				iterable: iterable ?? nothing,
				item: as < 0 || !item ? [] : namesIn(item[1] ?? '', span),
				key: item?.[2],
			})
			break
		}
		case '/each':
			parts.push({ kind: 'loopEnd' })
			break
	}
	return end
}
