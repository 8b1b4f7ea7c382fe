import type { ExportStatement, Expression, ImportStatement, Statement } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { hasToken, type ScriptContext, spanOf, textOf } from './scriptContext.ts'
import { constantAt, stringValue } from './scriptLiterals.ts'
import { namesIn } from './scriptNames.ts'

/** `import …`; also `import fs = require('fs')` and `import X = N.M` of TypeScript. Types are imported too: they say what values are. */
export function lowerImport(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const required = node.children.find((child) => child.kind === 'import_require_clause')
	if (required) return requiredImport(script, node, required)
	const source = childOf(node, 'source')
	if (!source) return []
	const clause = node.children.find((child) => child.kind === 'import_clause')
	const names = (clause ? namedChildren(clause) : []).flatMap((child): ImportStatement['names'] => {
		if (child.kind === 'identifier') return [{ imported: 'default', local: textOf(script, child) }]
		if (child.kind === 'namespace_import') {
			const [local] = namedChildren(child)
			return local ? [{ imported: '*', local: textOf(script, local) }] : []
		}
		return namedChildren(child).flatMap((one) => specifier(script, one))
	})
	return [{ kind: 'import', ...spanOf(node), module: stringValue(script, source), names }]
}

function specifier(script: ScriptContext, node: CodeNode): ImportStatement['names'] {
	const name = childOf(node, 'name')
	if (!name) return []
	const imported = exportedName(script, name)
	const alias = childOf(node, 'alias')
	return [{ imported, local: alias ? textOf(script, alias) : imported }]
}

function exportedName(script: ScriptContext, node: CodeNode): string {
	return node.kind === 'string' ? stringValue(script, node) : textOf(script, node)
}

function requiredImport(script: ScriptContext, node: CodeNode, clause: CodeNode): readonly Statement[] {
	const local = namedChildren(clause).find((child) => child.kind === 'identifier')
	const source = childOf(clause, 'source')
	return local && source ? [declared(script, node, local, wholeModule(script, source))] : []
}

/** `import X = N.M`. */
export function lowerImportAlias(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const [local, value] = namedChildren(node)
	return local && value ? [declared(script, node, local, script.expression(value, value))] : []
}

function declared(script: ScriptContext, at: CodeSpan, local: CodeNode, initial: Expression): Statement {
	const target = { kind: 'name', ...spanOf(local), name: textOf(script, local) } as const
	return { kind: 'declare', ...spanOf(at), target, type: undefined, initial, isHoisted: false }
}

function wholeModule(script: ScriptContext, source: CodeNode): Expression {
	return {
		kind: 'import',
		...spanOf(source),
		module: constantAt(source, stringValue(script, source)),
		form: 'module',
	}
}

/** What stands where the export stands; other exports go to the start or end of the file. */
export function lowerExport(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const source = childOf(node, 'source')
	const clause = node.children.find((child) => child.kind === 'export_clause')
	if (source) return exportFrom(script, node, source, clause)
	if (clause) {
		for (const { name, alias } of clauseNames(script, clause)) {
			script.exportsAtEnd.push(exportOf(node, alias, { kind: 'name', ...spanOf(node), name }))
		}
		return []
	}
	const decorators = node.children.filter((child) => child.kind === 'decorator')
	const declaration = childOf(node, 'declaration')
	const isDefault = hasToken(node, 'default')
	if (declaration) return exportDeclaration(script, node, declaration, decorators, isDefault)
	const value = childOf(node, 'value') ?? namedChildren(node).find((child) => child.kind !== 'decorator')
	if (!value) return []
	if (isDefault) return [exportOf(node, 'default', script.expression(value, value))]
	if (hasToken(node, '=')) return [exportEquals(script, node, value)]
	return script.statements([value])
}

function exportOf(at: CodeSpan, name: string, value: Expression): ExportStatement {
	return { kind: 'export', ...spanOf(at), name, value }
}

function clauseNames(
	script: ScriptContext,
	clause: CodeNode,
): readonly { readonly name: string; readonly alias: string }[] {
	return namedChildren(clause).flatMap((child) => {
		const name = childOf(child, 'name')
		if (!name) return []
		const text = exportedName(script, name)
		const alias = childOf(child, 'alias')
		return [{ name: text, alias: alias ? exportedName(script, alias) : text }]
	})
}

function exportFrom(
	script: ScriptContext,
	node: CodeNode,
	source: CodeNode,
	clause: CodeNode | undefined,
): readonly Statement[] {
	const namespace = node.children.find((child) => child.kind === 'namespace_export')
	if (namespace) {
		const name = namespace.children.at(-1)
		return [exportOf(node, name ? exportedName(script, name) : '', wholeModule(script, source))]
	}
	if (!clause) return [exportOf(node, '*', wholeModule(script, source))]
	// Names that no code can use, so that they clash with none.
	const names = clauseNames(script, clause).map((it) => ({ ...it, local: `@${script.made++}` }))
	return [
		{
			kind: 'import',
			...spanOf(node),
			module: stringValue(script, source),
			names: names.map(({ name, local }) => ({ imported: name, local })),
		},
		...names.map(({ alias, local }) => exportOf(node, alias, { kind: 'name', ...spanOf(node), name: local })),
	]
}

function exportDeclaration(
	script: ScriptContext,
	node: CodeNode,
	declaration: CodeNode,
	decorators: readonly CodeNode[],
	isDefault: boolean,
): readonly Statement[] {
	const statements = script.statements([...decorators, declaration])
	const exports = namesIn(statements).map((name) =>
		exportOf(node, isDefault ? 'default' : name, { kind: 'name', ...spanOf(node), name }),
	)
	if (statements.every((it) => it.kind === 'function')) {
		script.exportsAtStart.push(...exports)
		return statements
	}
	return [...statements, ...exports]
}

/** `export = x` is `module.exports = x`. */
function exportEquals(script: ScriptContext, node: CodeNode, value: CodeNode): Statement {
	const at = spanOf(node)
	return {
		kind: 'expression',
		...at,
		expression: {
			kind: 'assign',
			...at,
			target: { kind: 'field', ...at, object: { kind: 'name', ...at, name: 'module' }, name: 'exports' },
			value: script.expression(value, value),
		},
	}
}
