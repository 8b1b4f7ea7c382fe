import type { TemplateValue } from './template.ts'

/** An expression, and the filters that it goes through at last: `a.b|upper|safe`. */
export interface FilteredValue {
	readonly value: TemplateValue
	readonly filters: readonly string[]
}

interface Tokens {
	readonly all: readonly string[]
	at: number
	depth: number
	/** `a?html` calls what the language has built in (FreeMarker). */
	readonly hasBuiltins: boolean
}

const constant: TemplateValue = { kind: 'constant' }
const longest = 600
const deepest = 20
const token =
	/\$?[A-Za-z_][\w$]*|\d[\w.]*|'(?:[^'\\\n]|\\.){0,300}'|"(?:[^"\\\n]|\\.){0,300}"|->|\?->|\?\.|\?\?|[=!]==?|[<>]=?|&&|\|\||[^\s]/g
const isName = /^\$?[A-Za-z_]/
const comparing = /^(?:[=!]==?|[<>]=?|is|in|instanceof|eq|ne|lt|gt|le|ge|matches)$/
const joining = /^(?:[+~,:]|&&|\|\||\?\?|or|and|else|\.\.)$/
const wordOperators = /^(?:or|and|not|is|in|if|else|instanceof|new|await|typeof|eq|ne|lt|gt|le|ge|matches)$/

/** What an expression of any of the languages of templates is made of; what is not understood counts by its parts. */
export function templateValue(text: string, hasBuiltins = false): FilteredValue {
	const all = text.slice(0, longest).match(token) ?? []
	const tokens: Tokens = { all, at: 0, depth: 0, hasBuiltins }
	const filters: string[] = []
	const value = readValue(tokens, filters)
	return { value, filters }
}

function made(of: readonly TemplateValue[], by?: string): TemplateValue {
	const parts = of.filter((it) => it.kind !== 'constant')
	const [only] = parts
	if (!only) return constant
	return by === undefined && parts.length === 1 ? only : { kind: 'made', by, of: parts }
}

/** Up to what closes the bracket that it stands in. @param filters those of all of it, where it is the outermost */
function readValue(tokens: Tokens, filters?: string[]): TemplateValue {
	let operands: TemplateValue[] = []
	let isCompared = false
	if (++tokens.depth > deepest) tokens.at = tokens.all.length
	while (tokens.at < tokens.all.length) {
		const it = tokens.all[tokens.at] as string
		if (it === ')' || it === ']' || it === '}') break
		if (it === '?') {
			// What is asked for is not shown.
			operands = []
			isCompared = false
			tokens.at++
		} else if (it === 'if' && operands.length > 0) {
			// `a if b else c`
			tokens.at++
			readOperand(tokens)
			while (
				tokens.at < tokens.all.length &&
				tokens.all[tokens.at] !== 'else' &&
				!/^[)\]}]$/.test(tokens.all[tokens.at] ?? '')
			)
				tokens.at++
		} else if (comparing.test(it)) {
			isCompared = true
			tokens.at++
		} else if (it === '!' || it === 'not') {
			tokens.at++
			readOperand(tokens)
		} else if (it === '|' && tokens.all[tokens.at + 1] !== '|') {
			const { by, given } = readFilter(tokens)
			operands = [made([...operands, ...given], by)]
			filters?.push(by)
		} else if (joining.test(it)) {
			// After something else it is not all that goes through a filter, but the filter is what is written last.
			tokens.at++
		} else {
			const before = tokens.at
			const operand = readOperand(tokens)
			if (operand.kind !== 'constant') operands.push(operand)
			if (tokens.at === before) tokens.at++
		}
	}
	tokens.depth--
	return isCompared ? constant : made(operands)
}

/** `|name`, `|name(values)`, `|name:value`. */
function readFilter(tokens: Tokens): { readonly by: string; readonly given: readonly TemplateValue[] } {
	tokens.at++
	const by = tokens.all[tokens.at] ?? ''
	tokens.at++
	if (tokens.all[tokens.at] === '(') return { by, given: [readBracket(tokens)] }
	if (tokens.all[tokens.at] !== ':') return { by, given: [] }
	tokens.at++
	return { by, given: [readOperand(tokens)] }
}

/** What stands between brackets, as one value; behind it is where they end. */
function readBracket(tokens: Tokens): TemplateValue {
	tokens.at++
	const value = readValue(tokens)
	tokens.at++
	return value
}

function readOperand(tokens: Tokens): TemplateValue {
	const it = tokens.all[tokens.at]
	if (it === undefined) return constant
	let value: TemplateValue = constant
	if (it === '(' || it === '[' || it === '{') value = readBracket(tokens)
	else {
		tokens.at++
		if (!isName.test(it) || wordOperators.test(it)) return constant
		value = { kind: 'path', root: it.replace(/^\$/, ''), fields: [] }
		// `name: value` within braces.
		if (tokens.all[tokens.at] === ':' && tokens.depth > 1) return constant
	}
	for (;;) {
		const next = tokens.all[tokens.at]
		if (next === '.' || next === '->' || next === '?.' || next === '?->') {
			const name = tokens.all[tokens.at + 1] ?? ''
			if (!/^[\w$]+$/.test(name)) return value
			tokens.at += 2
			value = fieldOf(value, name)
		} else if (next === '[') {
			const inside = tokens.all[tokens.at + 1] ?? ''
			const isPlain = tokens.all[tokens.at + 2] === ']' && /^['"]/.test(inside)
			const index = readBracket(tokens)
			value = isPlain ? fieldOf(value, inside.slice(1, -1)) : fieldOf(made([value, index]), undefined)
		} else if (next === '(') value = calledOf(value, readBracket(tokens))
		else if (tokens.hasBuiltins && next === '?' && isName.test(tokens.all[tokens.at + 1] ?? '')) {
			const by = tokens.all[tokens.at + 1]
			tokens.at += 2
			value = made([value], by)
		} else return value
	}
}

function fieldOf(value: TemplateValue, name: string | undefined): TemplateValue {
	return value.kind === 'path' ? { ...value, fields: [...value.fields, name] } : value
}

/** `name(values)` is made by the name, and where it is a method of what it is called on. */
function calledOf(value: TemplateValue, given: TemplateValue): TemplateValue {
	if (value.kind !== 'path') return made([value, given])
	const { root, fields } = value
	const by = fields.at(-1) ?? root
	return made([...(fields.length > 0 ? [{ ...value, fields: fields.slice(0, -1) }] : []), given], by)
}
