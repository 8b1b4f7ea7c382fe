/** Of a Razor view the C#, each piece at the place where it stands in the file, and what its directives say. */
export interface RazorCode {
	/** As long as the file; what is markup is spaces. */
	readonly code: string
	/** The type of `Model`, without type arguments. */
	readonly model: string | undefined
	readonly usings: readonly string[]
	/** What `@inject` declares. */
	readonly injected: readonly { readonly type: string; readonly name: string }[]
}

export function isRazor(file: string): boolean {
	return file.endsWith('.cshtml')
}

export function csharpOfRazor(text: string): RazorCode {
	const reader: Reader = {
		text,
		code: Array.from(text, (sign) => (sign === '\n' || sign === '\r' ? sign : ' ')),
		model: undefined,
		usings: [],
		injected: [],
		depth: 0,
	}
	// Signs of two units are as long in the code as in the text.
	if (reader.code.length !== text.length) reader.code = [...text.replace(/[^\r\n]/g, ' ')]
	markup(reader, 0, text.length)
	const { model, usings, injected } = reader
	return { code: reader.code.join(''), model, usings, injected }
}

interface Reader {
	readonly text: string
	code: string[]
	model: string | undefined
	readonly usings: string[]
	readonly injected: { readonly type: string; readonly name: string }[]
	depth: number
}

const deepest = 60
const statementWords = /^(?:if|for|foreach|while|switch|lock|do|try|using(?=\s*\())\b/
const directive =
	/^(page|model|using|inject|inherits|layout|namespace|attribute|addTagHelper|removeTagHelper|tagHelperPrefix|implements|typeparam|rendermode|preservewhitespace)\b[ \t]*([^\r\n]*)/
const goesOn = /^\s*(?:else\b(?:\s+if\b)?|catch\b|finally\b|while\b)/
const emptyElements = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/i

/** Text in which only what stands behind `@` is code. */
function markup(reader: Reader, from: number, to: number): void {
	for (let at = from; at < to; ) at = reader.text[at] === '@' ? transition(reader, at) : at + 1
}

/** From a `@` on. @returns where what follows it ends */
function transition(reader: Reader, at: number): number {
	const { text } = reader
	const next = text[at + 1]
	if (next === '@') return at + 2
	if (next === '*') return endOf(text, '*@', at + 2)
	// An address of mail.
	if (at > 0 && /\w/.test(text[at - 1] as string)) return at + 1
	if (reader.depth > deepest) return text.length
	reader.depth++
	const end = transitionTo(reader, at + 1)
	reader.depth--
	return end
}

function transitionTo(reader: Reader, at: number): number {
	const { text, code } = reader
	const next = text[at]
	if (next === '{') return block(reader, at, false)
	if (next === '(') {
		const end = balanced(text, at)
		copy(reader, at, end)
		return ended(reader, end)
	}
	const rest = text.slice(at, at + 400)
	const section = /^section\s+\w+\s*(?=\{)/.exec(rest)
	if (section) return at + section[0].length + 1
	const members = /^(?:functions|code)\s*(?=\{)/.exec(rest)
	if (members) return block(reader, at + members[0].length, false)
	if (statementWords.test(rest)) return statement(reader, at)
	const found = directive.exec(rest)
	if (found) {
		direct(reader, found[1] as string, (found[2] as string).trim())
		return at + found[0].length
	}
	const end = implicitEnd(text, at)
	if (end === at) return at
	copy(reader, at, end)
	if (code[end] === undefined && end < text.length) return end
	return ended(reader, end)
}

function direct(reader: Reader, word: string, value: string): void {
	const plain = value.replace(/<.*$|;.*$/, '').trim()
	if (word === 'model') reader.model = plain.replace(/\?$/, '')
	else if (word === 'using' && /^[\w.]+$/.test(plain)) reader.usings.push(plain)
	else if (word === 'inject') {
		const found = /^([\w.]+)(?:<.*>)?\??\s+(\w+)/.exec(value)
		if (found) reader.injected.push({ type: found[1] as string, name: found[2] as string })
	}
}

/** What is written after `@` without brackets: names, members, calls and indexes. */
function implicitEnd(text: string, from: number): number {
	const first = /^(?:await\s+)?[\p{L}_]\w*/u.exec(text.slice(from, from + 200))
	if (!first) return from
	let at = from + first[0].length
	for (;;) {
		const sign = text[at]
		if (sign === '(' || sign === '[') at = balanced(text, at)
		else {
			const member = /^(?:!?\.|\?\.)[\p{L}_]\w*/u.exec(text.slice(at, at + 200))
			if (!member) return at
			at += member[0].length
		}
	}
}

/** The expression is a statement: what comes behind it is markup, and has room for its end. */
function ended(reader: Reader, at: number): number {
	if (at < reader.text.length) reader.code[at] = ';'
	return at
}

/** `if (…) { … } else { … }`. */
function statement(reader: Reader, from: number): number {
	const { text } = reader
	let at = from
	for (;;) {
		const open = braceAfter(text, at)
		if (open === undefined) return at + 1
		copy(reader, at, open)
		at = block(reader, open, true)
		const more = goesOn.exec(text.slice(at, at + 200))
		if (!more || (/while/.test(more[0]) && !text.startsWith('do', from))) return at
		if (/while/.test(more[0])) {
			const end = text.indexOf(';', at)
			copy(reader, at, end < 0 ? at : end + 1)
			return end < 0 ? at : end + 1
		}
	}
}

/** Where the block of a statement begins, behind its condition. */
function braceAfter(text: string, from: number): number | undefined {
	for (let at = from; at < text.length; ) {
		const sign = text[at]
		if (sign === '{') return at
		if (sign === '(') at = balanced(text, at)
		else if (sign === '<' || sign === '@' || sign === ';') return undefined
		else at++
	}
	return undefined
}

/**
 * Code between braces, with markup where a statement could begin.
 * @param isScope without it, what is declared there is known to all that follows
 * @returns where it ends
 */
function block(reader: Reader, open: number, isScope: boolean): number {
	const { text, code } = reader
	let depth = 1
	let isStart = true
	if (isScope) copy(reader, open, open + 1)
	for (let at = open + 1; at < text.length; ) {
		const sign = text[at] as string
		const literal = literalEnd(text, at)
		if (isStart && sign === '<' && /[a-zA-Z/!]/.test(text[at + 1] ?? '')) at = element(reader, at)
		else if (isStart && sign === '@' && text[at + 1] === ':') {
			const line = text.indexOf('\n', at)
			const end = line < 0 ? text.length : line
			markup(reader, at + 2, end)
			at = end
		} else if (isStart && sign === '@' && literal === undefined) at = Math.max(at + 1, transition(reader, at))
		else if (text.startsWith('//', at)) at = endOf(text, '\n', at)
		else if (text.startsWith('/*', at)) at = endOf(text, '*/', at + 2)
		else if (literal !== undefined) {
			copy(reader, at, literal)
			at = literal
			isStart = false
		} else {
			if (sign === '{') depth++
			if (sign === '}' && --depth === 0) {
				code[at] = isScope ? '}' : ';'
				return at + 1
			}
			// Where an expression ended there is the end of its statement.
			if (!/\s/.test(sign)) {
				code[at] = sign
				isStart = /[{};:]/.test(sign)
			}
			at++
		}
	}
	return text.length
}

/** An element in code, with all that is in it. */
function element(reader: Reader, from: number): number {
	const { text } = reader
	let depth = 0
	for (let at = from; at < text.length; ) {
		const sign = text[at]
		if (sign === '@') at = transition(reader, at)
		else if (text.startsWith('<!--', at)) at = endOf(text, '-->', at)
		else if (sign === '<' && /[a-zA-Z/]/.test(text[at + 1] ?? '')) {
			const name = /^<\/?([\w-]+)/.exec(text.slice(at, at + 80))?.[1] ?? ''
			const isEnd = text[at + 1] === '/'
			const end = tagEnd(reader, at + 1)
			if (isEnd) depth--
			else if (text[end - 2] !== '/' && !emptyElements.test(name)) depth++
			at = end
			if (depth <= 0) return at
		} else at++
	}
	return text.length
}

/** Behind the `>` of a tag, in whose attributes there may be code. */
function tagEnd(reader: Reader, from: number): number {
	const { text } = reader
	let quote = ''
	for (let at = from; at < text.length; ) {
		const sign = text[at] as string
		if (sign === '@') at = transition(reader, at)
		else {
			if (quote === '' && sign === '>') return at + 1
			if (sign === '"' || sign === "'") quote = quote === '' ? sign : quote === sign ? '' : quote
			at++
		}
	}
	return text.length
}

function copy({ text, code }: Reader, from: number, to: number): void {
	for (let at = from; at < to; at++) code[at] = text[at] as string
}

/** Behind the bracket that closes the one at a place. */
function balanced(text: string, from: number): number {
	let depth = 0
	for (let at = from; at < text.length; ) {
		const literal = literalEnd(text, at)
		if (literal !== undefined) {
			at = literal
			continue
		}
		const sign = text[at] as string
		if (/[([{]/.test(sign)) depth++
		else if (/[)\]}]/.test(sign) && --depth === 0) return at + 1
		at++
	}
	return text.length
}

/** Behind the text or character that begins at a place; undefined where none does. */
function literalEnd(text: string, at: number): number | undefined {
	const sign = text[at]
	if (sign !== '"' && sign !== "'" && sign !== '@' && sign !== '$') return undefined
	const begun = /^(?:\$?@?|@\$)(?:"""|["'])/.exec(text.slice(at, at + 6))
	if (!begun) return undefined
	const from = at + begun[0].length
	if (begun[0].endsWith('"""')) return endOf(text, '"""', from)
	const isVerbatim = begun[0].includes('@')
	const quote = begun[0].at(-1)
	for (let end = from; end < text.length; end++) {
		if (text[end] === '\\' && !isVerbatim) end++
		else if (text[end] === quote) {
			if (!isVerbatim || text[end + 1] !== quote) return end + 1
			end++
		} else if (text[end] === '\n' && !isVerbatim) return end
	}
	return text.length
}

function endOf(text: string, what: string, from: number): number {
	const found = text.indexOf(what, from)
	return found < 0 ? text.length : found + what.length
}
