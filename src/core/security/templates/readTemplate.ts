import type { CodeSpan } from '../tree/codeNode.ts'
import { Markup } from './markup.ts'
import type { OutputPlace, Template, TemplateInclude, TemplatePart } from './template.ts'
import { type FilteredValue, templateValue } from './templateValue.ts'

/** Characters of a template beyond which it is most likely one that a tool made. */
const longestTemplate = 500_000
const mostParts = 2_000

interface Reader {
	readonly text: string
	readonly markup: Markup
	readonly parts: TemplatePart[]
	/** What is shown without a word about it is escaped. */
	escapes: boolean
}

interface Dialect {
	readonly files: RegExp
	/** Finds what is no text of the page. It cannot take longer than a few hundred characters from each start. */
	readonly tags: RegExp
	readonly read: (reader: Reader, found: RegExpExecArray, at: CodeSpan) => void
}

/** Filters and functions after which nothing is left that could be HTML. */
const harmless =
	/^(?:e|h|escape\w*|force_escape|html|xhtml|xml|htmlspecialchars|html_escape|escapeXml|striptags|strip_tags|sanitize\w*|\w*[sS]anit\w*|\w*[pP]urif\w*|\w*[cC]lean\w*|bleach\w*|length|count|size|int|float|number\w*|date\w*|time\w*|floatformat|intcomma|pluralize|slug\w*|urlencode|url|path|asset|route|trans\w*|t|i18n|__|_|gettext|lang|csrf\w*|c|is_\w+|has\w*|if_exists)$/
/** What makes the text of a value of JavaScript. */
const forScripts =
	/^(?:tojson|json|json_encode|json_script|js|escapejs|js_string|JSON|stringify|jsonify|to_json|dump|raw_json)$/
/** What leaves `<` as it is. */
const bareJson = /^(?:JSON|stringify|json|dump)$/
const unescaping = /^(?:safe|raw|mark_safe|noescape|no_esc|safeHtml|html_safe|safeSeq|safeseq)$/

function shown(reader: Reader, at: CodeSpan, { value, filters }: FilteredValue, isRaw: boolean): void {
	const place = reader.markup.show()
	if (value.kind === 'constant' || reader.parts.length >= mostParts) return
	// The last filter decides: `a|safe|e` is escaped.
	const by = value.kind === 'made' ? value.by : undefined
	const names = by === undefined ? filters : [...filters, by]
	if (names.some((it) => harmless.test(it))) return
	const isForScripts = names.some((it) => forScripts.test(it))
	const isPlain = isRaw || filters.some((it) => unescaping.test(it))
	// `</script>` in a text ends the script, unless it is escaped as well.
	const endsScript = isRaw && place === 'script' && isForScripts && names.some((it) => bareJson.test(it))
	if (endsScript) reader.parts.push({ kind: 'output', ...at, place, value })
	if (endsScript || (place === 'script' ? isForScripts : isForScripts && !isPlain)) return
	const where: OutputPlace | undefined = isPlain && !(isForScripts && place === undefined) ? 'unescaped' : place
	if (where !== undefined) reader.parts.push({ kind: 'output', ...at, place: where, value })
}

function assign(reader: Reader, at: CodeSpan, names: readonly string[], of: string, isItem: boolean): void {
	reader.parts.push({ kind: 'assign', ...at, names, value: templateValue(of).value, isItem })
}

function include(reader: Reader, at: CodeSpan, name: string, values: TemplateInclude['values'] = []): void {
	reader.parts.push({ kind: 'include', ...at, name, values })
}

/** `a=b, c: d` and `{ a: b }`. */
function namedValues(text: string): TemplateInclude['values'] {
	return [...text.matchAll(/['"]?(\w{1,60})['"]?\s{0,9}(?:=>|[:=])\s{0,9}([^,{}=\s][^,{}]{0,200})/g)].map((it) => ({
		name: it[1] as string,
		value: templateValue(it[2] as string).value,
	}))
}

const quoted = /['"]([\w./@:-]{1,120})['"]/

/** Jinja, Django, Twig, Nunjucks. */
const curly: Dialect = {
	files: /\.(?:html?|xhtml|xml|svg|jinja2?|j2|njk|nunjucks|twig|djhtml|swig|tpl)$/i,
	tags: /\{\{([^{}]{1,500}(?:\{[^{}]{0,200}\}[^{}]{0,200})?)\}\}|\{%[-+~]?\s{0,9}(\w+)((?:[^%]|%(?!\})){0,500})%\}|\{#(?:[^#]|#(?!\})){0,1000}#\}/g,
	read(reader, [, output, word, rest = ''], at) {
		if (output !== undefined) {
			const code = output.replace(/^[-~]|[-~]$/g, '')
			// `{{!text}}` of Bottle.
			const isRaw = code.startsWith('!')
			shown(reader, at, templateValue(isRaw ? code.slice(1) : code), isRaw || !reader.escapes)
		} else if (word === 'autoescape') reader.escapes = !/\b(?:off|false)\b/.test(rest)
		else if (word === 'endautoescape') reader.escapes = true
		else if (word === 'raw' && /\w/.test(rest)) shown(reader, at, templateValue(rest), true)
		else if (word === 'for') {
			const [, names = '', of = ''] = /^\s{0,9}([\w\s,()]{1,100}?)\s{1,9}in\s([\s\S]*)$/.exec(rest) ?? []
			assign(reader, at, names.match(/\w+/g) ?? [], of, true)
		} else if (word === 'set' || word === 'with' || word === 'assign') {
			for (const { name, value } of namedValues(rest))
				reader.parts.push({ kind: 'assign', ...at, names: [name], value, isItem: false })
		} else if (word === 'include' || word === 'embed') {
			const name = quoted.exec(rest)
			if (name) include(reader, at, name[1] as string, namedValues(rest.slice(name.index + name[0].length)))
		}
	},
}

const handlebars: Dialect = {
	files: /\.(?:hbs|handlebars|mustache|hjs)$/i,
	tags: /\{\{!--(?:[^-]|-(?!-\}\})){0,1000}--\}\}|\{\{\{([^{}]{1,300})\}\}\}|\{\{~?([#/&>^!]?)([^{}]{1,300})\}\}/g,
	read(reader, [, raw, sign, code = ''], at) {
		const rest = code.replace(/~$/, '').trim()
		if (raw !== undefined) shown(reader, at, helped(raw), true)
		else if (sign === '&') shown(reader, at, helped(rest), true)
		else if (sign === '') shown(reader, at, helped(rest), false)
		else if (sign === '#') {
			const [, word = '', of = '', name] =
				/^(each|with|if|unless|\w[\w.]*)\s{0,9}([\w.@/]{0,120})(?:\s{1,9}as\s{1,9}\|\s{0,9}(\w+)[^|]{0,60}\|)?/.exec(
					rest,
				) ?? []
			const value = templateValue(of === '' ? word : of).value
			const isItem = word !== 'with'
			if (name !== undefined) reader.parts.push({ kind: 'assign', ...at, names: [name], value, isItem })
			else if (word === 'each' || word === 'with' || of === '') {
				reader.parts.push({ kind: 'assign', ...at, names: ['this'], value, isItem })
				reader.parts.push({ kind: 'context', ...at, value: { kind: 'path', root: 'this', fields: [] } })
			}
		} else if (sign === '/' && !/^(?:if|unless)\b/.test(rest))
			reader.parts.push({ kind: 'context', ...at, value: undefined })
		else if (sign === '>') {
			const name = /^['"]?([\w./-]{1,120})/.exec(rest)?.[1]
			if (name !== undefined) include(reader, at, name, namedValues(rest.slice(name.length)))
		}
	},
}

/** `helper a b`, or the path of a value. */
function helped(code: string): FilteredValue {
	const words =
		code
			.trim()
			.replace(/^\.\.\//, '')
			.match(/"[^"]{0,200}"|'[^']{0,200}'|[^\s"']+/g) ?? []
	const [first = '', ...rest] = words
	if (rest.length === 0) return templateValue(first.replace(/^this\//, 'this.'))
	return templateValue(`${first}(${rest.filter((it) => !it.includes('=')).join(',')})`)
}

/** EJS, and what of Underscore looks the same. */
const ejs: Dialect = {
	files: /\.(?:ejs|eta)$/i,
	tags: /<%([-=_#%~]?)((?:[^%]|%(?!>)){0,1000})%>/g,
	read(reader, [, sign, code = ''], at) {
		if (sign === '#' || sign === '%') return
		const rest = code.replace(/[-_]$/, '')
		if (sign === '-' || sign === '=' || sign === '~') {
			const name = /^\s{0,9}(?:await\s)?\s{0,9}include(?:File)?\(\s{0,9}['"`]([\w./@-]{1,120})['"`]/.exec(rest)
			if (name) include(reader, at, name[1] as string, namedValues(rest.slice(name[0].length)))
			else shown(reader, at, templateValue(rest), sign !== '=')
			return
		}
		for (const it of rest.matchAll(
			/([\w.$?]{1,100})\.(?:forEach|map)\(\s{0,9}(?:function\s{0,9}\w{0,40}\()?\(?\s{0,9}(\w+)/g,
		))
			assign(reader, at, [it[2] as string], (it[1] as string).replace(/\?$/, ''), true)
		for (const it of rest.matchAll(/(?:const|let|var)\s{1,9}(\w+)\s{1,9}(?:of|in)\s([\w.$\s]{1,100})\)/g))
			assign(reader, at, [it[1] as string], it[2] as string, true)
		for (const it of rest.matchAll(/(?:const|let|var)\s{1,9}(\w+)\s{0,9}=(?!=)\s{0,9}([^;\n]{1,200})/g))
			assign(reader, at, [it[1] as string], it[2] as string, false)
	},
}

const pug: Dialect = {
	files: /\.(?:pug|jade)$/i,
	tags: /!\{([^{}\n]{1,300})\}|^[ \t]{0,80}(?:[\w#.$@-]{0,100}(?:\([^()\n]{0,300}\))?!=[ \t]{0,9}([^\n]{1,300})|(?:each|for)[ \t]{1,9}([\w, \t]{1,60}?)[ \t]{1,9}(?:in|of)[ \t]{1,9}([^\n]{1,200})|-[ \t]{0,9}(?:const|let|var)[ \t]{1,9}(\w{1,60})[ \t]{0,9}=[ \t]{0,9}([^\n]{1,200})|include[ \t]{1,9}([\w./-]{1,120}))/gm,
	read(reader, [, inner, line, items, of, name, value, file], at) {
		if (inner !== undefined || line !== undefined) shown(reader, at, templateValue(inner ?? line ?? ''), true)
		else if (items !== undefined) assign(reader, at, items.match(/\w+/g) ?? [], of ?? '', true)
		else if (name !== undefined) assign(reader, at, [name], value ?? '', false)
		else if (file !== undefined) include(reader, at, file)
	},
}

/** What stands in `${…}` and `*{…}`: the words around are only text. */
function thymeleafValue(text: string): FilteredValue {
	const inside = [...text.matchAll(/[$*]\{([^{}]{0,300})\}/g)].map((it) => it[1])
	return templateValue(inside.length > 0 ? inside.join(',') : text)
}

const thymeleaf: Dialect = {
	files: /\.x?html?$/i,
	tags: /\bth:(utext|each|object|with|replace|insert|include)\s{0,5}=\s{0,5}(?:"([^"]{1,500})"|'([^']{1,500})')|\[\(([^()[\]]{1,300})\)\]/g,
	read(reader, [, word, inDouble, inSingle, inline], at) {
		const code = inDouble ?? inSingle ?? ''
		if (inline !== undefined || word === 'utext') shown(reader, at, thymeleafValue(inline ?? code), true)
		else if (word === 'each' || word === 'with') {
			for (const it of code.matchAll(/(\w{1,60})(?:\s{0,9},\s{0,9}\w{1,60})?\s{0,9}[:=]\s{0,9}([$*]\{[^{}]{1,300}\})/g))
				reader.parts.push({
					kind: 'assign',
					...at,
					names: [it[1] as string],
					value: thymeleafValue(it[2] as string).value,
					isItem: word === 'each',
				})
		} else if (word === 'object') reader.parts.push({ kind: 'context', ...at, value: thymeleafValue(code).value })
		else {
			const name = /^(?:~\{)?\s{0,9}([\w./-]{1,120})\s{0,9}(?:::|\}|$)/.exec(code)?.[1]
			if (name !== undefined) include(reader, at, name)
		}
	},
}

const freemarker: Dialect = {
	files: /\.ftlh?$/i,
	tags: /<#--(?:[^-]|-(?!->)){0,1000}-->|\$\{([^{}]{1,300})\}|<#(escape|list|assign|include|ftl|autoesc|noautoesc|noescape)\b([^<>]{0,300})>|<\/#(escape|autoesc|noautoesc|noescape)>/g,
	read(reader, [, output, word, rest = '', end], at) {
		if (output !== undefined) shown(reader, at, builtinFilters(output), !reader.escapes)
		else if (word === 'escape' || word === 'autoesc') reader.escapes = true
		else if (word === 'noautoesc' || word === 'noescape') reader.escapes = false
		else if (end === 'noautoesc' || end === 'noescape') reader.escapes = true
		else if (end !== undefined) reader.escapes = false
		else if (word === 'ftl') reader.escapes ||= /output_format\s{0,9}=\s{0,9}["']X?HTML/.test(rest)
		else if (word === 'list') {
			const [, of = '', names = ''] = /^\s{1,9}([\s\S]{1,200}?)\s{1,9}as\s{1,9}([\w, ]{1,80})/.exec(rest) ?? []
			assign(reader, at, names.match(/\w+/g) ?? [], of, true)
		} else if (word === 'assign') {
			const [, name, of = ''] = /^\s{1,9}(\w{1,60})\s{0,9}=\s{0,9}([\s\S]{1,200})$/.exec(rest) ?? []
			if (name !== undefined) assign(reader, at, [name], of, false)
		} else if (word === 'include') {
			const name = quoted.exec(rest)?.[1]
			if (name !== undefined) include(reader, at, name)
		}
	},
}

/** `a?trim?no_esc`: what is built in counts as filters do. */
function builtinFilters(code: string): FilteredValue {
	const filters = [...code.matchAll(/\?(\w{1,40})/g)].map((it) => it[1] as string)
	return { value: templateValue(code, true).value, filters }
}

const jsp: Dialect = {
	files: /\.(?:jspx?|jspf|tagx?)$/i,
	tags: /<%--(?:[^-]|-(?!-%>)){0,1000}--%>|<c:(?:out|when|if|url|param|set)\b[^<>]{0,500}>|<c:forEach\b([^<>]{0,500})>|<jsp:include\b([^<>]{0,300})>|<%@\s{0,9}include\b([^<>]{0,200})%>|\$\{([^{}]{1,300})\}/g,
	read(reader, [tag, loop, included, inserted, output], at) {
		// `fn:trim(name)`
		if (output !== undefined) shown(reader, at, templateValue(output.replace(/\b\w{1,20}:(?=\w{1,40}\()/g, '')), true)
		else if (loop !== undefined) {
			const name = /\bvar\s{0,5}=\s{0,5}["'](\w{1,60})/.exec(loop)?.[1]
			const of = /\bitems\s{0,5}=\s{0,5}["']\$\{([^{}]{1,300})\}/.exec(loop)?.[1]
			if (name !== undefined && of !== undefined) assign(reader, at, [name], of, true)
		} else if (included !== undefined || inserted !== undefined) {
			const name = quoted.exec(included ?? inserted ?? '')?.[1]
			if (name !== undefined) include(reader, at, name)
		} else if (tag?.startsWith('<c:out') && /\bescapeXml\s{0,5}=\s{0,5}["']false/.test(tag)) {
			const of = /\bvalue\s{0,5}=\s{0,5}["']\$\{([^{}]{1,300})\}/.exec(tag)?.[1]
			if (of !== undefined) shown(reader, at, templateValue(of), true)
		} else if (tag?.startsWith('<c:set')) {
			const name = /\bvar\s{0,5}=\s{0,5}["'](\w{1,60})/.exec(tag)?.[1]
			const of = /\bvalue\s{0,5}=\s{0,5}["']\$\{([^{}]{1,300})\}/.exec(tag)?.[1]
			if (name !== undefined && of !== undefined) assign(reader, at, [name], of, false)
		}
	},
}

const blade: Dialect = {
	files: /\.blade\.php$/i,
	tags: /\{\{--(?:[^-]|-(?!-\}\})){0,1000}--\}\}|@?\{!!((?:[^!]|!(?!!\})){1,400})!!\}|@?\{\{([^{}]{1,400})\}\}|@(?:foreach|forelse)\s{0,9}\(\s{0,9}([^()]{1,200}(?:\([^()]{0,100}\))?[^()]{0,60}?)\s{1,9}as\s{1,9}([$\w\s=>]{1,100})\)|@(?:include|extends|component)\w{0,10}\s{0,9}\(([^()]{1,400})\)/g,
	read(reader, [all = '', raw, escaped, of, names, included], at) {
		if (raw !== undefined) {
			if (!all.startsWith('@')) shown(reader, at, templateValue(raw), true)
		} else if (escaped !== undefined) {
			if (!all.startsWith('@')) shown(reader, at, templateValue(escaped), false)
		} else if (of !== undefined) assign(reader, at, names?.match(/\w+/g) ?? [], of, true)
		else if (included !== undefined) {
			const name = quoted.exec(included)
			if (name) include(reader, at, name[1] as string, namedValues(included.slice(name.index + name[0].length)))
		}
	},
}

const dialects = [blade, curly, handlebars, ejs, pug, freemarker, jsp]

/** Whether a file of this name may be a template that a server fills. */
export function isTemplateName(file: string): boolean {
	return dialects.some((it) => it.files.test(file))
}

/** Undefined where it is none of the kinds that are known. */
export function readTemplate(file: string, text: string): Template | undefined {
	const isThymeleaf = thymeleaf.files.test(file) && /\bth:\w+\s{0,5}=/.test(text)
	const dialect = isThymeleaf ? thymeleaf : dialects.find((it) => it.files.test(file))
	if (!dialect || text.length > longestTemplate) return undefined
	return templateOf(dialect, file, text)
}

export type InlineDialect = 'curly' | 'handlebars' | 'ejs' | 'pug' | 'freemarker'

/** A template that stands in the code. */
export function readInline(dialect: InlineDialect, text: string): Template {
	return templateOf({ curly, handlebars, ejs, pug, freemarker }[dialect], '', text)
}

function templateOf(dialect: Dialect, file: string, text: string): Template {
	const isPlain = dialect === freemarker && !/h$/i.test(file)
	const reader: Reader = { text, markup: new Markup(), parts: [], escapes: !isPlain }
	const tags = new RegExp(dialect.tags)
	let end = 0
	for (let found = tags.exec(text); found; found = tags.exec(text)) {
		const at = { start: found.index, end: found.index + found[0].length }
		if (dialect !== pug) reader.markup.feed(text.slice(end, at.start))
		dialect.read(reader, found, at)
		// The attribute that it stands in is the markup's.
		end = dialect === thymeleaf ? at.start : at.end
		if (found[0] === '') tags.lastIndex++
		if (reader.parts.length >= mostParts) break
	}
	const { parts } = reader
	return { file, text, parts, included: parts.flatMap((it) => (it.kind === 'include' ? [it.name] : [])) }
}
