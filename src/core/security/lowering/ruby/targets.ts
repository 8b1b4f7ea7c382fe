import type { Expression, ListPattern, PatternItem, Target } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { isLocal, nameAt, type Ruby, spanOf, textOf } from './ruby.ts'

const noName = ' '

/** What is assigned; what is none becomes a name that nothing else has. */
export function targetOf(ruby: Ruby, node: CodeNode | undefined, at: CodeSpan): Target {
	if (!node) return nameAt(noName, at)
	const span = spanOf(node)
	switch (node.kind) {
		case 'identifier':
			return variableOf(ruby, node)
		case 'constant':
			if (ruby.isClassBody)
				return { kind: 'field', object: { kind: 'self', ...span }, name: textOf(ruby, node), ...span }
			return nameAt(textOf(ruby, node), node)
		case 'left_assignment_list':
		case 'destructured_left_assignment':
		case 'destructured_parameter':
		case 'exception_variable':
			return node.kind === 'exception_variable'
				? targetOf(ruby, namedChildren(node)[0], node)
				: patternOf(ruby, namedChildren(node), node)
		case 'splat_parameter':
		case 'rest_assignment':
			return targetOf(ruby, childOf(node, 'name') ?? namedChildren(node)[0], node)
		case 'call': {
			const receiver = childOf(node, 'receiver')
			const method = childOf(node, 'method')
			if (!receiver || !method) break
			return { kind: 'field', object: ruby.expression(ruby, receiver, node), name: textOf(ruby, method), ...span }
		}
		default:
	}
	const value: Expression = ruby.expression(ruby, node, node)
	if (value.kind === 'name' || value.kind === 'field' || value.kind === 'index' || value.kind === 'slice') return value
	return nameAt(noName, node)
}

/** A variable from here on. */
export function variableOf(ruby: Ruby, node: CodeNode): Target {
	const name = textOf(ruby, node)
	if (!isLocal(ruby, name)) ruby.locals.names.add(name)
	return nameAt(name, node)
}

export function patternOf(ruby: Ruby, nodes: readonly CodeNode[], at: CodeSpan): ListPattern {
	const items = nodes.map((it): PatternItem => {
		const isRest = it.kind === 'rest_assignment' || it.kind === 'splat_parameter' || it.kind === 'splat_argument'
		return { target: targetOf(ruby, it, it), ...(isRest ? { isRest: true } : {}), ...spanOf(it) }
	})
	return { kind: 'listPattern', items, ...spanOf(at) }
}
