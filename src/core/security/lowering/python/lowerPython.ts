import type { ModuleIr } from '../../ir/ir.ts'
import type { CodeSpan, ParsedCode } from '../../tree/codeNode.ts'
import { argumentsOf, expressionOf } from './expressions.ts'
import { functionOf } from './functions.ts'
import type { Python } from './python.ts'
import { statementsOf } from './statements.ts'
import { targetOf } from './targets.ts'

export function lowerPython({ text, root, cutAt }: ParsedCode): ModuleIr {
	const gaps: CodeSpan[] = [...cutAt]
	const python: Python = {
		text,
		gaps,
		expression: (node, at) => expressionOf(python, node, at),
		statements: (nodes) => statementsOf(python, nodes),
		target: (node) => targetOf(python, node),
		functionOf: (node, decorators, isMethod) => functionOf(python, node, decorators, isMethod),
		argumentsOf: (node) => argumentsOf(python, node),
	}
	const body = statementsOf(python, root.children)
	return {
		language: 'python',
		packageName: undefined,
		scoping: 'assigned',
		exportsAll: true,
		body,
		gaps,
		start: 0,
		end: text.length,
	}
}
