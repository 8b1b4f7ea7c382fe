import type { Call, Expression, FunctionIr, ImportStatement, ModuleIr, Parameter, Statement } from '../../ir/ir.ts'
import { readTemplate } from '../../templates/readTemplate.ts'
import type { TemplateValue } from '../../templates/template.ts'
import type { CodeSpan, ParsedCode } from '../../tree/codeNode.ts'
import { functionShape } from './javaMethods.ts'
import { lowerJava } from './lowerJava.ts'

/** Of a page of JSP the Java, each piece at the place where it stands in the file. */
export interface JspCode {
	/** As long as the file; what is markup is spaces. `<%= value %>` is a call of `$$`. */
	readonly code: string
	readonly imports: readonly string[]
}

export function isJsp(file: string): boolean {
	return /\.(?:jsp|jspx|jspf|tag)$/i.test(file)
}

const longestPage = 500_000
const tags = /<%(--|[=!@]?)/g

export function javaOfJsp(text: string): JspCode | undefined {
	if (text.length > longestPage) return undefined
	const made: string[] = []
	const imports: string[] = []
	const page = new RegExp(tags)
	let end = 0
	for (let found = page.exec(text); found; found = page.exec(text)) {
		const [open, sign] = found
		const close = sign === '--' ? '--%>' : '%>'
		const from = found.index + open.length
		const to = text.indexOf(close, from)
		if (to < 0) break
		const code = text.slice(from, to)
		made.push(blank(text.slice(end, found.index)))
		if (sign === '=') made.push('$$(', code, ');')
		else if (sign === '' || sign === '!') made.push(blank(open), code, '  ')
		else {
			made.push(blank(open + code + close))
			for (const [, names = ''] of sign === '@' ? code.matchAll(/\bimport\s{0,5}=\s{0,5}["']([^"']{1,500})["']/g) : [])
				imports.push(...names.split(',').map((it) => it.trim()))
		}
		end = to + close.length
		page.lastIndex = end
	}
	made.push(blank(text.slice(end)))
	return { code: made.join(''), imports }
}

function blank(text: string): string {
	return text.replace(/[^\r\n]/g, ' ')
}

/** What each page has without declaring it. */
const given: Readonly<Record<string, string>> = {
	request: 'HttpServletRequest',
	response: 'HttpServletResponse',
	session: 'HttpSession',
	application: 'ServletContext',
	out: 'JspWriter',
	pageContext: 'PageContext',
	config: 'ServletConfig',
}

const always = ['java.lang.*', 'javax.servlet.*', 'javax.servlet.http.*', 'javax.servlet.jsp.*']

/** A page of JSP as the method that is made of it. @param text all of it */
export function lowerJsp(code: ParsedCode, { imports }: JspCode, file: string, text: string): ModuleIr {
	const ir = lowerJava(code)
	const at = { start: 0, end: Math.min(1, code.text.length) }
	const isDeclared = (it: Statement) => it.kind === 'import' || it.kind === 'function' || it.kind === 'class'
	const page: FunctionIr = {
		...functionShape(code.root, code.root),
		head: at,
		name: '_jspService',
		form: 'function',
		parameters: Object.entries(given).map(([name, type]) => parameter(name, type, at)),
		body: [...shown(ir.body.filter((it) => !isDeclared(it))), ...parametersShown(file, text)],
	}
	const imported = [...always, ...imports].map((it): ImportStatement => {
		const dot = it.lastIndexOf('.')
		const name = it.slice(dot + 1)
		return { kind: 'import', ...at, module: it.slice(0, dot), names: [{ imported: name, local: name }] }
	})
	const body: Statement[] = [
		...imported,
		...ir.body.filter(isDeclared).map(asFunction),
		{ kind: 'function', function: page, start: page.start, end: page.end },
	]
	return { ...ir, body }
}

/** Methods that a page declares are called by their names. */
function asFunction(it: Statement): Statement {
	return it.kind === 'function' ? { ...it, function: { ...it.function, form: 'function' } } : it
}

function parameter(name: string, type: string, at: CodeSpan): Parameter {
	return {
		...at,
		target: { kind: 'name', ...at, name },
		type,
		initial: undefined,
		rest: undefined,
		byReference: false,
		annotations: [],
	}
}

/** `$$(value)` is `out.print(value)`. */
function shown<T>(node: T): T {
	if (typeof node !== 'object' || node === null) return node
	if (Array.isArray(node)) return node.map((it) => shown(it)) as T
	const { kind, callee, start } = node as Readonly<Record<string, unknown>>
	const made = Object.fromEntries(Object.entries(node).map(([key, it]) => [key, shown(it)]))
	if (kind !== 'call' || (callee as Expression).kind !== 'name' || (callee as { name?: string }).name !== '$$')
		return made as T
	return { ...made, callee: methodOf('out', 'print', { start: start as number, end: (start as number) + 2 }) } as T
}

function methodOf(object: string, name: string, at: CodeSpan): Expression {
	return { kind: 'field', ...at, object: { kind: 'name', ...at, name: object }, name }
}

function callOf(callee: Expression, value: Expression, at: CodeSpan): Call {
	return { kind: 'call', ...at, callee, arguments: [{ value, ...at }], isNew: false }
}

/** What expressions of a page read of the request. */
const read: Readonly<Record<string, string>> = {
	param: 'getParameter',
	paramValues: 'getParameter',
	header: 'getHeader',
}

/** `${param.name}`: shown as it came. */
function parametersShown(file: string, text: string): readonly Statement[] {
	return (readTemplate(file, text)?.parts ?? []).flatMap((part): Statement[] => {
		if (part.kind !== 'output') return []
		const at = { start: part.start, end: part.end }
		return pathsIn(part.value).flatMap(({ root, fields: [name] }) => {
			const by = Object.hasOwn(read, root) ? read[root] : undefined
			if (by === undefined || name === undefined) return []
			const value = callOf(methodOf('request', by, at), { kind: 'constant', ...at, value: name }, at)
			return [{ kind: 'expression', ...at, expression: callOf(methodOf('out', 'print', at), value, at) }]
		})
	})
}

function pathsIn(value: TemplateValue): readonly Extract<TemplateValue, { kind: 'path' }>[] {
	if (value.kind === 'path') return [value]
	return value.kind === 'made' ? value.of.flatMap(pathsIn) : []
}
