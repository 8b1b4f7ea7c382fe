import { compilePattern } from '../rules/patterns.ts'
import type { RewriteRule } from '../rules/ruleTypes.ts'
import { type CodeNode, type CodeSpan, childOf, childOfKind, namedChildren, type ParsedCode } from '../tree/codeNode.ts'
import { nodesAround } from '../tree/functionsIn.ts'
import type { TextEdit } from './textEdits.ts'

/** Calls around a place that are tried. */
const mostCalls = 3
const mostAround = 4
const longestTested = 200

/** A change that a rule makes of the code at a finding. */
export interface Rewritten {
	readonly title: string
	readonly edits: readonly TextEdit[]
}

/**
 * What a rule's safe rewrites come to at the place of a finding. More than one where it cannot be told which call is meant; which of them helps
 * is to be found out.
 */
export function rewriteFixes(rules: readonly RewriteRule[], code: ParsedCode, place: CodeSpan): readonly Rewritten[] {
	const around = nodesAround(code.root, place.start, place.end)
	const calls = around.filter(isCall).reverse().slice(0, mostCalls)
	const isMeant = (rule: RewriteRule, call: CodeNode): boolean =>
		(rule.of === undefined || isMatch(rule.of, code.text.slice(call.start, call.end))) &&
		(rule.isStatement === undefined || around[around.indexOf(call) - 1]?.kind === 'expression_statement') &&
		(!/\bawait\b/.test(rule.with) || mayWait(around))
	const found = new Map<string, Rewritten>()
	for (const rule of rules) {
		const all =
			rule.replace === 'assigned'
				? [assigned(rule, code, around)]
				: calls.map((call) => (isMeant(rule, call) ? rewrite(rule, code, call) : undefined))
		// What is assigned may be all of the place, or only its value.
		if (rule.replace === 'property' && (rule.of === undefined || calls.some((call) => isMeant(rule, call))))
			for (const node of around.slice(-mostAround).reverse()) all.push(alone(givenProperty(rule, code, node)))
		for (const edits of all) {
			const key = JSON.stringify(edits)
			if (edits && !found.has(key)) found.set(key, { title: rule.title, edits })
		}
	}
	return [...found.values()]
}

type Edits = readonly TextEdit[] | undefined

function alone(edit: TextEdit | undefined): Edits {
	return edit && [edit]
}

function isMatch(of: string, text: string): boolean {
	return compilePattern(of)?.test(text.slice(0, longestTested)) === true
}

/** `await` stands in functions that are `async`, and at the top of a module. */
function mayWait(around: readonly CodeNode[]): boolean {
	const inner = around.findLast((it) => /function|^method_definition$/.test(it.kind))
	return inner === undefined || inner.children.some(({ kind }) => kind === 'async')
}

/** `innerHTML` of `element.innerHTML = text`. */
function assigned(rule: RewriteRule, code: ParsedCode, around: readonly CodeNode[]): Edits {
	const assignment = around.findLast((it) => /assignment/.test(it.kind) && childOf(it, 'left'))
	const target = assignment && childOf(assignment, 'left')
	const name = target && memberOf(target)
	if (!name || (rule.of !== undefined && !isMatch(rule.of, code.text.slice(name.start, name.end)))) return undefined
	return [replaced(name, rule.with, code)]
}

function isCall(node: CodeNode): boolean {
	return /(^|_)(call|invocation|creation|new)(_expression)?$|^call$/.test(node.kind) && argumentsOf(node) !== undefined
}

function argumentsOf(call: CodeNode): CodeNode | undefined {
	return childOf(call, 'arguments') ?? childOfKind(call, 'arguments', 'argument_list')
}

function rewrite(rule: RewriteRule, code: ParsedCode, call: CodeNode): Edits {
	const list = argumentsOf(call)
	if (!list) return undefined
	const edit = changed(rule, code, call, list)
	return edit && [edit, ...leftOut(rule, code, list)].sort((a, b) => a.start - b.start)
}

function changed(rule: RewriteRule, code: ParsedCode, call: CodeNode, list: CodeNode): TextEdit | undefined {
	switch (rule.replace) {
		case 'callee':
			return rewriteCallee(rule, code, call)
		case 'argument':
			return typeof rule.argument === 'number' ? rewriteArgument(rule, code, list) : rewriteKeyword(rule, code, list)
		case 'call':
			return { start: call.start, end: call.end, text: filled(rule.with, code, list, call) }
		case 'keyword':
			return rewriteKeyword(rule, code, list)
		case 'property':
			return rewriteProperty(rule, code, list)
		default:
			return undefined
	}
}

/** The arguments that the new call does not know, each with the comma in front of it. */
function leftOut({ without = [] }: RewriteRule, code: ParsedCode, list: CodeNode): readonly TextEdit[] {
	const given = namedChildren(list)
	const byPosition = given.filter((it) => keywordOf(it, code) === undefined)
	return given.flatMap((it, at) => {
		const keyword = keywordOf(it, code)
		const isLeft = without.includes(keyword ?? byPosition.indexOf(it))
		const before = given[at - 1]
		return isLeft && before ? [{ start: before.end, end: it.end, text: '' }] : []
	})
}

/** With the arguments that it names. */
function filled(text: string, code: ParsedCode, list: CodeNode, call?: CodeNode): string {
	const given = namedChildren(list)
	const callee = call && childOf(call, 'function')
	const named = callee ? text.replaceAll('{callee}', code.text.slice(callee.start, callee.end)) : text
	return named.replace(/\{(rest)?(\d)\}/g, (_, rest: string | undefined, at: string) => {
		const first = given[Number(at)]
		const last = rest === undefined ? first : given.at(-1)
		return first && last ? code.text.slice(first.start, last.end) : ''
	})
}

const memberFields = ['property', 'attribute', 'field', 'name', 'method'] as const

function memberOf(node: CodeNode): CodeNode | undefined {
	return memberFields.map((field) => childOf(node, field)).find((it) => it !== undefined)
}

/** Of a method only its name changes: the object keeps the name that this file has for it. */
function rewriteCallee(rule: RewriteRule, code: ParsedCode, call: CodeNode): TextEdit | undefined {
	const callee = childOf(call, 'function') ?? childOf(call, 'constructor') ?? childOf(call, 'type')
	const member = memberOf(callee ?? call)
	if (rule.with.includes('{old}')) return callee && replaced(callee, rule.with, code)
	if (rule.with.includes('{name}')) return ofMember(rule, code, callee ?? call)
	const parts = rule.with.split('.')
	if (member) return replaced(member, parts.at(-1) ?? rule.with, code)
	if (!callee) return undefined
	// A module that the file does not import cannot be called.
	if (parts.length > 1 && !importsName(code, parts[0] ?? '')) return undefined
	return replaced(callee, rule.with, code)
}

/** `random.SystemRandom().choice` for `random.choice`. */
function ofMember(rule: RewriteRule, code: ParsedCode, callee: CodeNode): TextEdit | undefined {
	const name = memberOf(callee)
	const start = callee.start
	if (!name || name.start === start) return undefined
	const object = code.text.slice(start, name.start).replace(/(?:\.|->|::)\s*$/, '')
	const text = rule.with.replaceAll('{object}', object).replaceAll('{name}', code.text.slice(name.start, name.end))
	return { start, end: name.end, text }
}

function rewriteArgument(rule: RewriteRule, code: ParsedCode, list: CodeNode): TextEdit | undefined {
	const given = namedChildren(list)
	const at = Number(rule.argument)
	const argument = given.filter((it) => keywordOf(it, code) === undefined)[at]
	const text = filled(rule.with, code, list)
	if (argument) return replaced(argument, text, code)
	return at === given.length && !text.includes('{old}') ? appended(list, text, code) : undefined
}

function rewriteKeyword(rule: RewriteRule, code: ParsedCode, list: CodeNode): TextEdit | undefined {
	const keyword = String(rule.argument)
	const given = namedChildren(list).find((it) => keywordOf(it, code) === keyword)
	const value = given && (childOf(given, 'value') ?? namedChildren(given).at(-1))
	if (value) return replaced(value, rule.with, code)
	const marks: Readonly<Record<string, string>> = { argument_list: '=', arguments: ': ' }
	const mark = code.root.kind === 'module' ? '=' : code.root.kind === 'program' ? ': ' : (marks[list.kind] ?? '=')
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

/** Whether a file imports a module by this name, and not only something of it. */
function importsName({ root, text }: ParsedCode, name: string): boolean {
	const isWord = new RegExp(`(^|[^\\w$])${name.replace(/[^\w]/g, '')}($|[^\\w$])`)
	return root.children.some((node) => {
		if (!/import|require|use/.test(node.kind)) return false
		const written = text.slice(node.start, node.end)
		if (node.kind === 'import_from_statement') return isWord.test(written.replace(/^from\s[^\n]*?\simport\s/, ''))
		if (node.kind === 'import_statement' && root.kind === 'program')
			return isWord.test(written.replace(/\sfrom\s*['"][^'"]*['"].*$/s, ''))
		return isWord.test(written)
	})
}
