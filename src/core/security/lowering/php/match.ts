import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { nameAt, type Php, spanOf } from './php.ts'

/** `match` as a chain of conditions. */
export function matchOf(php: Php, node: CodeNode): Expression {
	const span = spanOf(node)
	const written = php.expression(php, childOf(node, 'condition'), node)
	const isPlain = written.kind === 'constant' || written.kind === 'name'
	const subject = isPlain ? written : nameAt(`$ ${node.start}`, node)
	const arms = namedChildren(childOf(node, 'body') ?? node)
	let made: Expression = { kind: 'opaque', parts: [], ...span }
	for (const arm of arms) {
		if (arm.kind === 'match_default_expression')
			made = php.expression(php, childOf(arm, 'return_expression') ?? namedChildren(arm)[0], arm)
	}
	for (const arm of [...arms].reverse()) {
		if (arm.kind !== 'match_conditional_expression') continue
		const list = childrenOf(arm, 'conditional_expressions').flatMap((it) =>
			it.kind === 'match_condition_list' ? namedChildren(it) : [it],
		)
		made = {
			kind: 'conditional',
			test: testOf(php, subject, list, arm),
			then: php.expression(php, childOf(arm, 'return_expression'), arm),
			otherwise: made,
			...span,
		}
	}
	if (isPlain) return made
	return {
		kind: 'sequence',
		items: [{ kind: 'assign', target: nameAt(`$ ${node.start}`, node), value: written, ...span }, made],
		...span,
	}
}

function testOf(php: Php, subject: Expression, list: readonly CodeNode[], arm: CodeNode): Expression {
	const tests = list.map((it): Expression => {
		const value = php.expression(php, it, it)
		if (subject.kind === 'constant' && subject.value === true) return value
		return { kind: 'binary', operator: '===', left: subject, right: value, ...spanOf(it) }
	})
	const [first, ...more] = tests
	if (!first) return { kind: 'opaque', parts: [], ...spanOf(arm) }
	return more.reduce(
		(left, right): Expression => ({ kind: 'logical', operator: '||', left, right, ...spanOf(arm) }),
		first,
	)
}
