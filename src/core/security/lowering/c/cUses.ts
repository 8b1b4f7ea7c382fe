import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, textOf } from './cContext.ts'
import { operatorIn } from './cTree.ts'

/** Deeper in an expression a variable is taken to go somewhere. */
const deepest = 150

/**
 * Whether a variable is handed to anybody in this code, kept or given back: everything but being looked at and looked into.
 * @param borrows whether an argument of a call stays with the caller; `above` are the nodes around the call, the innermost last
 */
export function leaves(
	c: C,
	root: CodeNode,
	isVariable: (node: CodeNode) => boolean,
	borrows: (call: CodeNode, node: CodeNode, above: readonly CodeNode[]) => boolean,
): boolean {
	const visit = (node: CodeNode, above: readonly CodeNode[]): boolean => {
		if (node.kind === 'identifier' && isVariable(node)) return !isOnlyUsed(c, node, above, borrows)
		if (above.length > deepest) return true
		const around = [...above, node]
		return node.children.some((it) => it.isNamed && visit(it, around))
	}
	return visit(root, [])
}

/** The identifiers that are a variable of this name. */
export function named(c: C, name: string): (node: CodeNode) => boolean {
	return (node) => textOf(c, node) === name
}

function isOnlyUsed(
	c: C,
	node: CodeNode,
	above: readonly CodeNode[],
	borrows: (call: CodeNode, node: CodeNode, above: readonly CodeNode[]) => boolean,
): boolean {
	let at = above.length - 1
	while (above[at]?.kind === 'parenthesized_expression' || above[at]?.kind === 'cast_expression') at--
	const parent = above[at]
	const outer = above[at - 1]
	switch (parent?.kind) {
		case 'pointer_expression':
			return operatorIn(c, parent) === '*' && !isAddressed(c, outer)
		case 'subscript_expression':
		case 'field_expression':
			if (childOf(parent, 'argument')?.start !== node.start) return parent.kind === 'subscript_expression'
			return !isAddressed(c, outer) && outer?.kind !== 'call_expression'
		case 'binary_expression':
			return /^(?:[=!]=|[<>]=?|&&|\|\|)$/.test(operatorIn(c, parent))
		case 'unary_expression':
			return operatorIn(c, parent) === '!'
		case 'sizeof_expression':
		case 'if_statement':
		case 'condition_clause':
		case 'while_statement':
			return true
		case 'argument_list':
			return outer?.kind === 'call_expression' && borrows(outer, node, above.slice(0, at - 1))
		default:
			return false
	}
}

function isAddressed(c: C, outer: CodeNode | undefined): boolean {
	return outer?.kind === 'pointer_expression' && operatorIn(c, outer) === '&'
}
