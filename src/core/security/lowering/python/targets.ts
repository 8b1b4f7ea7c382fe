import type { PatternItem, Target } from '../../ir/ir.ts'
import { type CodeNode, namedChildren } from '../../tree/codeNode.ts'
import { type Python, spanOf, textOf } from './python.ts'

/** What is assigned; what is none becomes a name that nothing else has. */
export function targetOf(python: Python, node: CodeNode): Target {
	const span = spanOf(node)
	switch (node.kind) {
		case 'pattern_list':
		case 'tuple_pattern':
		case 'list_pattern':
		case 'tuple':
		case 'list':
		case 'expression_list':
			return {
				kind: 'listPattern',
				items: namedChildren(node).map((it): PatternItem => {
					const isRest = it.kind === 'list_splat_pattern' || it.kind === 'list_splat'
					return { target: targetOf(python, it), ...spanOf(it), ...(isRest ? { isRest } : {}) }
				}),
				...span,
			}
		case 'list_splat_pattern':
		case 'list_splat':
		case 'dictionary_splat_pattern':
		case 'parenthesized_expression':
		case 'as_pattern_target': {
			const [inner] = namedChildren(node)
			return inner ? targetOf(python, inner) : { kind: 'name', name: textOf(python, node), ...span }
		}
		default: {
			const expression = python.expression(node, node)
			if (
				expression.kind === 'name' ||
				expression.kind === 'field' ||
				expression.kind === 'index' ||
				expression.kind === 'slice'
			)
				return expression
			return { kind: 'name', name: '', ...span }
		}
	}
}
