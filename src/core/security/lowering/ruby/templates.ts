import type { Expression, Statement } from '../../ir/ir.ts'
import type { ParsedCode } from '../../tree/codeNode.ts'
import { newFunction } from './functions.ts'
import { constantAt, expressionStatementAt, spanOf } from './ruby.ts'

/** The name under which a template is kept as a function. */
export const templateName = '@template'

export function isRubyTemplate(file: string): boolean {
	return /\.(?:erb|rhtml)$/i.test(file)
}

const begins: Readonly<Record<string, string>> = { '': ' ;', '-': '  ;', '=': ';_=', '==': ';__=' }

/**
 * The Ruby of an ERB template, each piece at the place where it stands in the file; all else is spaces. `<%= x %>` becomes `_= x` and
 * `<%== x %>` becomes `__= x`.
 */
export function rubyOfTemplate(text: string): string {
	const made: string[] = []
	let end = 0
	for (let at = text.indexOf('<%'); at >= 0; at = text.indexOf('<%', end)) {
		made.push(blank(text.slice(end, at)))
		if (text.startsWith('<%%', at)) {
			made.push('   ')
			end = at + 3
			continue
		}
		const form = /^(?:#|==|=|-)?/.exec(text.slice(at + 2, at + 4))?.[0] ?? ''
		const from = at + 2 + form.length
		const close = text.indexOf('%>', from)
		const to = close < 0 ? text.length : close
		const isTrimmed = close > from && text[close - 1] === '-'
		const code = text.slice(from, isTrimmed ? to - 1 : to)
		if (form === '#') made.push(blank(text.slice(at, Math.min(text.length, to + 2))))
		else made.push(begins[form] ?? '  ', code, close < 0 ? '' : isTrimmed ? '  ;' : ' ;')
		end = Math.min(text.length, to + 2)
	}
	made.push(blank(text.slice(end)))
	return made.join('')
}

function blank(text: string): string {
	return text.replace(/[^\r\n]/g, ' ')
}

/** A template as a function, after what belongs to it by its place: its controller and the helpers. */
export function templateBody(statements: readonly Statement[], code: ParsedCode): Statement[] {
	const at = { start: 0, end: Math.min(1, code.text.length) }
	const imports = ['@controller', '@helper', '@application_helper'].map((module): Statement => {
		const value: Expression = { kind: 'import', form: 'include', module: constantAt(module, at), ...at }
		return expressionStatementAt(value, at)
	})
	const made = { ...newFunction(statements, [], spanOf(code.root)), name: templateName, inheritsSelf: false }
	return [...imports, { kind: 'function', function: { ...made, form: 'function', head: at }, ...spanOf(code.root) }]
}
