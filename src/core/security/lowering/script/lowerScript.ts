import type { ModuleIr } from '../../ir/ir.ts'
import type { CodeSpan, ParsedCode } from '../../tree/codeNode.ts'
import { argumentsOf, expressionOf } from './expressions.ts'
import { classOf, functionOf } from './functions.ts'
import type { Script } from './script.ts'
import { statementsOf } from './statements.ts'
import { targetOf } from './targets.ts'

/** JavaScript and TypeScript, with JSX, of modules of both kinds. */
export function lowerScript({ text, root, cutAt }: ParsedCode): ModuleIr {
	const gaps: CodeSpan[] = [...cutAt]
	const script: Script = {
		text,
		gaps,
		expression: (node, at) => expressionOf(script, node, at),
		statements: (nodes) => statementsOf(script, nodes),
		target: (node) => targetOf(script, node),
		functionOf: (node, form) => functionOf(script, node, form),
		classOf: (node) => classOf(script, node),
		argumentsOf: (node) => argumentsOf(script, node),
	}
	const body = statementsOf(script, root.children)
	return {
		language: 'javascript',
		packageName: undefined,
		scoping: 'declared',
		exportsAll: false,
		body,
		gaps,
		start: 0,
		end: text.length,
	}
}
