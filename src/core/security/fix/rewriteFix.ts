import type { RewriteRule } from '../rules/ruleTypes.ts'
import { type CodeNode, type CodeSpan, childOf, childOfKind, namedChildren, type ParsedCode } from '../tree/codeNode.ts'
import { nodesAround } from '../tree/functionsIn.ts'
import type { TextEdit } from './textEdits.ts'

/** Calls around a place that are tried. */
const mostCalls = 3

/**
 * What a rule's safe rewrite comes to at the place of a finding. More than one where it cannot be told which call is meant; which of them helps
 * is to be found out.
 */
export function rewriteFixes(rule: RewriteRule, code: ParsedCode, place: CodeSpan): readonly (readonly TextEdit[])[] {
	const around = nodesAround(code.root, place.start, place.end)
	const calls = around.filter(isCall).reverse().slice(0, mostCalls)
	const edits = calls.map((call) => rewrite(rule, code, call))
	if (rule.replace === 'property') edits.push(givenProperty(rule, code, around.at(-1)))
	const found = edits.filter((it): it is TextEdit => it !== undefined)
	return found
		.filter((it, at) => found.findIndex((other) => other.start === it.start && other.end === it.end) === at)
		.map((edit) => [edit])
}

function isCall(node: CodeNode): boolean {
	return /(^|_)(call|invocation|creation|new)(_expression)?$|^call$/.test(node.kind) && argumentsOf(node) !== undefined
}

function argumentsOf(call: CodeNode): CodeNode | undefined {
	return childOf(call, 'arguments') ?? childOfKind(call, 'arguments', 'argument_list')
}

function rewrite(rule: RewriteRule, code: ParsedCode, call: CodeNode): TextEdit | undefined {
	const list = argumentsOf(call)
	if (!list) return undefined
	switch (rule.replace) {
		case 'callee':
			return rewriteCallee(rule, code, call)
		case 'argument':
			return typeof rule.argument === 'number' ? rewriteArgument(rule, code, list) : rewriteKeyword(rule, code, list)
		case 'keyword':
			return rewriteKeyword(rule, code, list)
		case 'property':
			return rewriteProperty(rule, code, list)
	}
}

/** Of a method only its name changes: the object keeps the name that this file has for it. */
function rewriteCallee(rule: RewriteRule, code: ParsedCode, call: CodeNode): TextEdit | undefined {
	const callee = childOf(call, 'function') ?? childOf(call, 'constructor') ?? childOf(call, 'type')
	const fields = ['property', 'attribute', 'field', 'name', 'method'] as const
	const own = callee ?? call
	const member = fields.map((field) => childOf(own, field)).find((node) => node !== undefined)
	if (rule.with.includes('{old}')) return callee && replaced(callee, rule.with, code)
	const parts = rule.with.split('.')
	if (member) return replaced(member, parts.at(-1) ?? rule.with, code)
	if (!callee) return undefined
	// A module that the file does not import cannot be called.
	if (parts.length > 1 && !importsName(code, parts[0] ?? '')) return undefined
	return replaced(callee, rule.with, code)
}

function rewriteArgument(rule: RewriteRule, code: ParsedCode, list: CodeNode): TextEdit | undefined {
	const given = namedChildren(list)
	const at = Number(rule.argument)
	const argument = given.filter((it) => keywordOf(it, code) === undefined)[at]
	if (argument) return replaced(argument, rule.with, code)
	return at === given.length && !rule.with.includes('{old}') ? appended(list, rule.with, code) : undefined
}

function rewriteKeyword(rule: RewriteRule, code: ParsedCode, list: CodeNode): TextEdit | undefined {
	const keyword = String(rule.argument)
	const given = namedChildren(list).find((it) => keywordOf(it, code) === keyword)
	const value = given && (childOf(given, 'value') ?? namedChildren(given).at(-1))
	if (value) return replaced(value, rule.with, code)
	const marks: Readonly<Record<string, string>> = { argument_list: '=', arguments: ': ' }
	const mark = code.root.kind === 'module' ? '=' : (marks[list.kind] ?? '=')
	return rule.with.includes('{old}') ? undefined : appended(list, `${keyword}${mark}${rule.with}`, code)
}

/** In the object that is the argument, or in any of the call's where none is named. */
function rewriteProperty(rule: RewriteRule, code: ParsedCode, list: CodeNode): TextEdit | undefined {
	const given = namedChildren(list)
	const wanted = typeof rule.argument === 'number' ? [given[rule.argument]] : given
	for (const argument of wanted) {
		const found = argument && givenProperty(rule, code, argument)
		if (found) return found
	}
	const [object] = wanted.filter((it) => it !== undefined && /^object$|object_literal|dictionary/.test(it.kind))
	if (typeof rule.argument !== 'number' || rule.with.includes('{old}')) return undefined
	const entry = `${rule.property}: ${rule.with}`
	if (object) {
		const isEmpty = namedChildren(object).length === 0
		return { start: object.start + 1, end: object.start + 1, text: isEmpty ? ` ${entry} ` : ` ${entry},` }
	}
	return rule.argument === given.length ? appended(list, `{ ${entry} }`, code) : undefined
}

/** A property that is written there, as an entry of an object, a keyword or an assignment. */
function givenProperty(rule: RewriteRule, code: ParsedCode, from: CodeNode | undefined): TextEdit | undefined {
	if (!from) return undefined
	const key = childOf(from, 'key') ?? childOf(from, 'name') ?? childOf(from, 'left')
	const value = childOf(from, 'value') ?? childOf(from, 'right')
	const name = key && /([\w$-]+)['"]?$/.exec(code.text.slice(key.start, key.end))?.[1]
	if (value && name === rule.property) return replaced(value, rule.with, code)
	for (const child of from.children) {
		const found = givenProperty(rule, code, child)
		if (found) return found
	}
	return undefined
}

function keywordOf(argument: CodeNode, code: ParsedCode): string | undefined {
	const name = childOf(argument, 'name') ?? (argument.kind === 'pair' ? childOf(argument, 'key') : undefined)
	if (!name || !/keyword|argument|pair/.test(argument.kind)) return undefined
	return code.text.slice(name.start, name.end).replace(/:$/, '')
}

function replaced({ start, end }: CodeSpan, text: string, code: ParsedCode): TextEdit {
	return { start, end, text: text.replaceAll('{old}', code.text.slice(start, end)) }
}

function appended(list: CodeNode, text: string, code: ParsedCode): TextEdit | undefined {
	const last = namedChildren(list).at(-1)
	if (last) return { start: last.end, end: last.end, text: `, ${text}` }
	const end = list.end - 1
	return code.text.charAt(end) === ')' ? { start: end, end, text } : undefined
}

function importsName({ root, text }: ParsedCode, name: string): boolean {
	const isWord = new RegExp(`(^|[^\\w$])${name.replace(/[^\w]/g, '')}($|[^\\w$])`)
	return root.children.some(
		(node) => /import|require|use/.test(node.kind) && isWord.test(text.slice(node.start, node.end)),
	)
}
