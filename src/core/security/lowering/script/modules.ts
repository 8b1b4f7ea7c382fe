import type { Expression, Statement } from '../../ir/ir.ts'
import { namesIn } from '../../taint/scopes.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type Script, spanOf, textOf } from './script.ts'
import { unescapeText } from './texts.ts'

export function importOf(script: Script, node: CodeNode): Statement[] {
	if (node.children.some((it) => it.kind === 'type' && !it.isNamed)) return typesOnly(script, node)
	const source = childOf(node, 'source')
	const clause = node.children.find((it) => it.kind === 'import_clause')
	const require = node.children.find((it) => it.kind === 'import_require_clause')
	if (require) return requireOf(script, require)
	if (!source) return []
	return [
		{
			kind: 'import',
			module: moduleName(script, source),
			names: clause ? namesOf(script, clause) : [],
			...spanOf(node),
		},
	]
}

/** Types tell what a value is, so they are imported as well. */
function typesOnly(script: Script, node: CodeNode): Statement[] {
	const source = childOf(node, 'source')
	const clause = node.children.find((it) => it.kind === 'import_clause')
	if (!source || !clause) return []
	return [{ kind: 'import', module: moduleName(script, source), names: namesOf(script, clause), ...spanOf(node) }]
}

function moduleName(script: Script, node: CodeNode): string {
	return unescapeText(textOf(script, node).slice(1, -1))
}

function namesOf(script: Script, clause: CodeNode): { imported: string; local: string }[] {
	return namedChildren(clause).flatMap((it) => {
		if (it.kind === 'identifier') return [{ imported: 'default', local: textOf(script, it) }]
		if (it.kind === 'namespace_import') {
			const [name] = namedChildren(it)
			return name ? [{ imported: '*', local: textOf(script, name) }] : []
		}
		if (it.kind !== 'named_imports') return []
		return namedChildren(it).flatMap((one) => {
			const name = childOf(one, 'name')
			const alias = childOf(one, 'alias') ?? name
			return name && alias ? [{ imported: plainName(script, name), local: textOf(script, alias) }] : []
		})
	})
}

function plainName(script: Script, node: CodeNode): string {
	const text = textOf(script, node)
	return node.kind === 'string' ? text.slice(1, -1) : text
}

/** `import a = require('a')`, `import b = a.b`. */
export function requireOf(script: Script, node: CodeNode): Statement[] {
	const [name, ...rest] = namedChildren(node)
	const source = childOf(node, 'source') ?? rest.find((it) => it.kind === 'string')
	if (!name) return []
	const span = spanOf(node)
	const value = rest.at(-1)
	const initial: Expression | undefined = source
		? { kind: 'import', form: 'module', module: script.expression(source, source), ...span }
		: value && script.expression(value, value)
	return [
		{
			kind: 'declare',
			target: { kind: 'name', name: textOf(script, name), ...spanOf(name) },
			type: undefined,
			initial,
			isHoisted: false,
			...span,
		},
	]
}

export function exportOf(script: Script, node: CodeNode): Statement[] {
	const span = spanOf(node)
	const declaration = childOf(node, 'declaration')
	const value = childOf(node, 'value')
	const source = childOf(node, 'source')
	const isDefault = node.children.some((it) => it.kind === 'default')
	if (declaration) {
		const decorators = node.children.filter((it) => it.kind === 'decorator')
		const whole =
			decorators.length > 0 ? { ...declaration, children: [...decorators, ...declaration.children] } : declaration
		const made = script.statements([whole])
		const names = made.flatMap(declared)
		const exports = names.map(
			(name): Statement => ({
				kind: 'export',
				name: isDefault ? 'default' : name,
				value: { kind: 'name', name, ...span },
				...span,
			}),
		)
		if (names.length > 0 || !isDefault) return [...made, ...exports]
		const [only] = made
		if (only?.kind === 'function')
			return [
				{ kind: 'export', name: 'default', value: { kind: 'closure', function: only.function, ...span }, ...span },
			]
		if (only?.kind === 'class')
			return [{ kind: 'export', name: 'default', value: { kind: 'class', class: only.class, ...span }, ...span }]
		return made
	}
	if (value) return [{ kind: 'export', name: 'default', value: script.expression(value, value), ...span }]
	return reexports(script, node, source)
}

function declared(it: Statement): readonly string[] {
	if (it.kind === 'function') return it.function.name === undefined ? [] : [it.function.name]
	if (it.kind === 'class') return it.class.name === undefined ? [] : [it.class.name]
	return it.kind === 'declare' ? namesIn(it.target) : []
}

/** `export { a as b }`, also of another module; `export * from`. */
function reexports(script: Script, node: CodeNode, source: CodeNode | undefined): Statement[] {
	const span = spanOf(node)
	const module: Expression | undefined = source && {
		kind: 'import',
		form: 'module',
		module: { kind: 'constant', value: moduleName(script, source), ...spanOf(source) },
		...spanOf(source),
	}
	const clause = node.children.find((it) => it.kind === 'export_clause')
	if (!clause) {
		if (!module)
			return node.children
				.filter((it) => it.isNamed && it.kind !== 'decorator')
				.flatMap((it) => script.statements([it]))
		const space = node.children.find((it) => it.kind === 'namespace_export')
		const name = space && namedChildren(space)[0]
		return [{ kind: 'export', name: name ? plainName(script, name) : '*', value: module, ...span }]
	}
	return namedChildren(clause).flatMap((it): Statement[] => {
		const name = childOf(it, 'name')
		if (!name) return []
		const alias = childOf(it, 'alias') ?? name
		const text = plainName(script, name)
		const value: Expression = module
			? { kind: 'field', object: module, name: text, ...spanOf(name) }
			: { kind: 'name', name: text, ...spanOf(name) }
		return [{ kind: 'export', name: plainName(script, alias), value, ...spanOf(it) }]
	})
}
