import type { CodeNode, ParsedCode } from '../../tree/codeNode.ts'
import { childOf, namedChildren } from '../../tree/codeNode.ts'
import type { Lowering } from '../lowering.ts'
import { lowerClass } from './scriptClasses.ts'
import { type ScriptContext, spanOf } from './scriptContext.ts'
import { lowerExpression } from './scriptExpressions.ts'
import { lowerFunction } from './scriptFunctions.ts'
import { lowerTarget } from './scriptPatterns.ts'
import { lowerBody, lowerStatements } from './scriptStatements.ts'
import { shapesOf } from './scriptTypes.ts'

/** Makes the IR of a file of JavaScript, TypeScript or either with JSX. */
export const lowerScript: Lowering = (code) => {
	const script = contextOf(code)
	const body = script.statements(namedChildren(code.root))
	return {
		...spanOf(code.root),
		language: 'javascript',
		packageName: undefined,
		scoping: 'declared',
		exportsAll: false,
		body: [...shapesOf(script), ...script.exportsAtStart, ...body, ...script.exportsAtEnd],
		gaps: [...script.gaps, ...code.cutAt],
	}
}

export function contextOf(code: ParsedCode): ScriptContext {
	const script: ScriptContext = {
		text: code.text,
		gaps: [],
		comments: new Map(code.comments.map((it) => [it.start, it.end])),
		exportsAtEnd: [],
		exportsAtStart: [],
		shapes: new Map(),
		typedBy: new Map(),
		values: valueNames(code),
		made: 0,
		expression: (node, at) => lowerExpression(script, node, at),
		target: (node) => lowerTarget(script, node),
		body: (node) => lowerBody(script, node),
		statements: (nodes) => lowerStatements(script, nodes),
		functionOf: (node) => lowerFunction(script, node),
		classOf: (node) => lowerClass(script, node),
	}
	return script
}

/** Names of values that the top of the file declares: what an interface of the same name says of them is less. */
function valueNames({ root, text }: ParsedCode): ReadonlySet<string> {
	const names = new Set<string>()
	const add = (node: CodeNode | undefined): void => {
		if (node) names.add(text.slice(node.start, node.end))
	}
	for (const child of namedChildren(root)) {
		const it = child.kind === 'export_statement' ? childOf(child, 'declaration') : child
		if (!it || it.kind === 'interface_declaration' || it.kind === 'type_alias_declaration') continue
		if (it.kind === 'import_statement') continue
		add(childOf(it, 'name'))
		for (const one of it.children) if (one.kind === 'variable_declarator') add(childOf(one, 'name'))
	}
	return names
}
