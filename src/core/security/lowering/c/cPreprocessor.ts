import type { Expression, ImportStatement, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, nothingAt, numberAt, spanOf, textOf } from './cContext.ts'
import { nameOfType, numberOf, withoutCast } from './cTypes.ts'

/** A file of the program and those that define what a header declares. Headers in angle brackets are of libraries. */
export function includeOf(c: C, node: CodeNode): Statement[] {
	const path = childOf(node, 'path')
	if (path?.kind !== 'string_literal') return []
	const module = textOf(c, path).slice(1, -1)
	const bare = module.replace(/\.(?:h|hpp|hh|hxx)$/, '')
	const sources = module.endsWith('.h') ? ['.c', '.cpp', '.cc', '.cxx'] : ['.cpp', '.cc', '.cxx']
	const files = bare === module ? [module] : [module, ...sources.map((ending) => bare + ending)]
	return files.map(
		(file): ImportStatement => ({
			kind: 'import',
			module: file,
			names: [{ imported: '*', local: '*' }],
			...spanOf(node),
		}),
	)
}

/** `using namespace std;` and `using std::string;`. */
export function usingOf(c: C, node: CodeNode): Statement[] {
	const named = namedChildren(node).at(-1)
	if (!named) return []
	const path = nameOfType(c.text, named)
	if (node.children.some((it) => it.kind === 'namespace')) {
		if (c.types.namespaces.has(path)) return []
		return [{ kind: 'import', module: path, names: [{ imported: '*', local: '*' }], ...spanOf(node) }]
	}
	const at = path.lastIndexOf('.')
	if (at < 0 || c.types.namespaces.has(path.slice(0, at))) return []
	const name = path.slice(at + 1)
	return [{ kind: 'import', module: path.slice(0, at), names: [{ imported: name, local: name }], ...spanOf(node) }]
}

/** `namespace fs = std::filesystem;` */
export function namespaceAlias(c: C, node: CodeNode): Statement[] {
	const [name, of] = namedChildren(node)
	if (!name || !of) return []
	const path = nameOfType(c.text, of).replaceAll('::', '.')
	if (c.types.namespaces.has(path)) return []
	const names = [{ imported: '*', local: textOf(c, name) }]
	return [{ kind: 'import', module: path, names, ...spanOf(node) }]
}

/** A macro that stands for a number, a text or another name. */
export function defineOf(c: C, node: CodeNode): Statement[] {
	const name = childOf(node, 'name')
	const value = childOf(node, 'value')
	if (!name || !value) return []
	const initial = macroValue(c, value)
	if (!initial) return []
	return [
		{
			kind: 'declare',
			target: { kind: 'name', name: textOf(c, name), ...spanOf(name) },
			type: undefined,
			initial,
			isHoisted: false,
			...spanOf(node),
		},
	]
}

function macroValue(c: C, node: CodeNode): Expression | undefined {
	const written = textOf(c, node)
		.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/g, '')
		.trim()
		.replace(/^\((.*)\)$/s, '$1')
		.trim()
	const number = numberOf(withoutCast(written))
	if (number !== undefined) return numberAt(number, node)
	const text = /^L?"((?:[^"\\]|\\.)*)"$/.exec(written)?.[1]
	if (text !== undefined) return { kind: 'constant', value: text.replace(/\\(.)/g, '$1'), ...spanOf(node) }
	if (/^[A-Za-z_]\w*$/.test(written)) return { kind: 'name', name: written, ...spanOf(node) }
	return undefined
}

const leaving = /^(?:return|break|continue|goto|throw)_statement$/

/** What declares nothing that may be named behind the condition. */
const executable = /_statement$|^preproc_(?:if|ifdef|else|elif)$|^comment$/

/**
 * Which of the branches is compiled is not known: one or the other. Where a branch declares something, all of them are read one after
 * the other, for what stands behind them names it, unless one of them leaves.
 */
export function conditionalCode(c: C, node: CodeNode): Statement[] {
	const isWhole = node.kind === 'preproc_if' || node.kind === 'preproc_ifdef' || node.kind === 'preproc_elif'
	const alternative = childOf(node, 'alternative')
	const own = bodyOf(node)
	const body = c.statements(own)
	const other = alternative ? conditionalCode(c, alternative) : []
	const isEither =
		alternative !== undefined && [...own, ...bodyOf(alternative)].every((it) => !it.isNamed || executable.test(it.kind))
	if (!isWhole || !(isEither || own.some((it) => leaving.test(it.kind)))) return [...body, ...other]
	return [
		{
			kind: 'if',
			test: nothingAt({ start: node.start, end: node.start }),
			then: body,
			otherwise: other,
			...spanOf(node),
		},
	]
}

function bodyOf(branch: CodeNode): readonly CodeNode[] {
	return branch.children.filter((it) => it.field === undefined)
}
