import type { ImportStatement, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren, type ParsedCode } from '../../tree/codeNode.ts'
import type { Lowering } from '../lowering.ts'
import { blockFrame } from '../selfScope.ts'
import { isClass, lowerClass } from './csharpClasses.ts'
import { type CsharpContext, spanOf } from './csharpContext.ts'
import { lowerExpression } from './csharpExpressions.ts'
import { lowerFunction } from './csharpMembers.ts'
import { lowerStatements } from './csharpStatements.ts'

/** Makes the IR of a C# file. Bare names that are no variables are fields of `self`, and so are methods that are called by name alone. */
export const lowerCsharp: Lowering = (code) => {
	const cs = contextOf(code)
	const { usings, packageName } = headOf(code)
	const body: Statement[] = [...implicitImports, ...usings, ...cs.statements(code.root.children)]
	return {
		...spanOf(code.root),
		language: 'csharp',
		packageName,
		scoping: 'declared',
		exportsAll: true,
		body,
		gaps: [...cs.gaps, ...code.cutAt],
	}
}

/** What projects of today import for every file, unless they say otherwise: those of the base library, then those of a web project. */
const implicitImports: readonly ImportStatement[] = [
	'System',
	'System.Collections.Generic',
	'System.IO',
	'System.Linq',
	'System.Net.Http',
	'System.Threading',
	'System.Threading.Tasks',
	'System.Net.Http.Json',
	'Microsoft.AspNetCore.Builder',
	'Microsoft.AspNetCore.Hosting',
	'Microsoft.AspNetCore.Http',
	'Microsoft.AspNetCore.Routing',
	'Microsoft.Extensions.Configuration',
	'Microsoft.Extensions.DependencyInjection',
	'Microsoft.Extensions.Hosting',
	'Microsoft.Extensions.Logging',
].map((module) => ({ kind: 'import', start: 0, end: 0, module, names: [{ imported: '*', local: '*' }] }))

function contextOf(code: ParsedCode): CsharpContext {
	const cs: CsharpContext = {
		text: code.text,
		gaps: [],
		types: classNames(code),
		items: itemNames(code),
		frame: blockFrame(undefined),
		before: undefined,
		declared: undefined,
		wanted: undefined,
		returns: undefined,
		bound: undefined,
		temporaries: 0,
		expression: (node, at) => lowerExpression(cs, node, at),
		statements: (nodes) => lowerStatements(cs, nodes),
		classOf: (node) => lowerClass(cs, node),
		functionOf: (node) => lowerFunction(cs, node),
	}
	return cs
}

function classNames(code: ParsedCode): Set<string> {
	const names = new Set<string>()
	const open = [code.root]
	for (let node = open.pop(); node; node = open.pop()) {
		const name = isClass(node) ? childOf(node, 'name') : undefined
		if (name) names.add(code.text.slice(name.start, name.end))
		for (const child of node.children) open.push(child)
	}
	return names
}

/** `(string Name, int Count)`, `(name: x, count: 1)` */
function itemNames({ root, text }: ParsedCode): Map<string, number> {
	const places = new Map<string, number>()
	const open = [root]
	for (let node = open.pop(); node; node = open.pop()) {
		if (node.kind === 'tuple_type' || node.kind === 'tuple_expression')
			for (const [place, item] of namedChildren(node).entries()) {
				const name = childOf(item, 'name')
				const written = name && text.slice(name.start, name.end)
				if (written !== undefined)
					places.set(written, places.has(written) && places.get(written) !== place ? -1 : place)
			}
		for (const child of node.children) open.push(child)
	}
	for (const [name, place] of places) if (place < 0) places.delete(name)
	return places
}

/** The usings of a file and its namespaces, and the name of the first namespace. */
function headOf({ root, text }: ParsedCode): {
	readonly usings: ImportStatement[]
	readonly packageName: string | undefined
} {
	const usings: ImportStatement[] = []
	let packageName: string | undefined
	const visit = (node: CodeNode): void => {
		for (const child of node.children) {
			if (child.kind === 'using_directive') usings.push(usingOf(text, child))
			else if (child.kind === 'namespace_declaration' || child.kind === 'file_scoped_namespace_declaration') {
				const name = childOf(child, 'name')
				packageName ??= name && text.slice(name.start, name.end).replace(/\s+/g, '')
				visit(child)
			} else if (child.kind === 'declaration_list' || child.kind.startsWith('preproc_')) visit(child)
		}
	}
	visit(root)
	return { usings, packageName }
}

/** `using A.B`, `using static A.B.C`, `using X = A.B.C`. */
function usingOf(text: string, node: CodeNode): ImportStatement {
	const alias = childOf(node, 'name')
	const target = node.children.findLast((child) => child.isNamed && child !== alias)
	const path = target
		? text
				.slice(target.start, target.end)
				.replace(/<.*$|\s+/g, '')
				.replace(/^global::/, '')
		: ''
	if (!alias) return { kind: 'import', ...spanOf(node), module: path, names: [{ imported: '*', local: '*' }] }
	const dot = path.lastIndexOf('.')
	const local = text.slice(alias.start, alias.end)
	return {
		kind: 'import',
		...spanOf(node),
		module: path.slice(0, Math.max(0, dot)),
		names: [{ imported: path.slice(dot + 1), local }],
	}
}
