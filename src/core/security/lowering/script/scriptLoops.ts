import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { type ScriptContext, spanOf, textOf } from './scriptContext.ts'

export function lowerFor(script: ScriptContext, node: CodeNode, label: string | undefined): readonly Statement[] {
	const initializer = childOf(node, 'initializer')
	const condition = childrenOf(node, 'condition').find((it) => it.isNamed && it.kind !== 'empty_statement')
	const test = condition?.kind === 'expression_statement' ? namedChildren(condition)[0] : condition
	const increment = childOf(node, 'increment')
	const update = increment && script.expression(increment, increment)
	const loop: Statement = {
		kind: 'loop',
		...spanOf(node),
		test: test && script.expression(test, test),
		body: script.body(childOf(node, 'body')),
		update: update ? (update.kind === 'sequence' ? update.items : [update]) : [],
		testsLast: false,
		label,
		otherwise: [],
	}
	const before = initializer ? script.statements([initializer]) : []
	return before.length === 0 ? [loop] : [{ kind: 'block', ...spanOf(node), body: [...before, loop], label: undefined }]
}

/** `for (x of y)` and `for (x in y)`. The variable of `var` outlives the loop. */
export function lowerForIn(script: ScriptContext, node: CodeNode, label: string | undefined): readonly Statement[] {
	const left = childOf(node, 'left')
	if (!left) return script.body(childOf(node, 'body'))
	const kind = childOf(node, 'kind')
	const operator = childOf(node, 'operator')
	const isKey = operator !== undefined && textOf(script, operator) === 'in'
	const isVar = kind !== undefined && textOf(script, kind) === 'var'
	const target = script.target(left)
	const loop: Statement = {
		kind: 'forEach',
		...spanOf(node),
		target: isKey ? undefined : target,
		key: isKey ? target : undefined,
		declares: kind !== undefined && !isVar,
		iterable: script.expression(childOf(node, 'right'), node),
		body: script.body(childOf(node, 'body')),
		label,
		otherwise: [],
	}
	if (!isVar) return [loop]
	return [
		{
			kind: 'declare',
			...spanOf(left),
			target: script.target(left),
			type: undefined,
			initial: undefined,
			isHoisted: true,
		},
		loop,
	]
}
