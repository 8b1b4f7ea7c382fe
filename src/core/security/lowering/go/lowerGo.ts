import type { ModuleIr, Target } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOfKind, namedChildren, type ParsedCode } from '../../tree/codeNode.ts'
import { functionOf, structNames } from './declarations.ts'
import { expressionOf } from './expressions.ts'
import { type Go, spanOf, textOf } from './go.ts'
import { statementsOf } from './statements.ts'

export function lowerGo({ text, root, cutAt }: ParsedCode): ModuleIr {
	const gaps: CodeSpan[] = [...cutAt]
	const go: Go = {
		text,
		gaps,
		structs: structNames(text, root),
		recovers: false,
		copied: new Set(),
		expression: (node, at) => expressionOf(go, node, at),
		statements: (nodes) => statementsOf(go, nodes),
		target: (node) => targetOf(go, node),
		functionOf: (node) => functionOf(go, node),
	}
	const clause = childOfKind(root, 'package_clause')
	const name = clause && namedChildren(clause)[0]
	const body = statementsOf(go, root.children)
	return {
		language: 'go',
		packageName: name && textOf(go, name),
		scoping: 'declared',
		exportsAll: true,
		body,
		gaps,
		start: 0,
		end: text.length,
	}
}

function targetOf(go: Go, node: CodeNode): Target {
	const expression = go.expression(node, node)
	switch (expression.kind) {
		case 'name':
		case 'field':
		case 'index':
		case 'slice':
		case 'unary':
			return expression
		default:
			return { kind: 'name', name: '_', ...spanOf(node) }
	}
}
