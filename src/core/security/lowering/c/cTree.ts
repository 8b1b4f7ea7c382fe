import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, textOf } from './cContext.ts'

/*
 * Questions to the tree of a function that several looks at it ask: what is called, what is named, what is compared.
 */

const deepest = 200

/** Each node of a tree, the outer ones first. What `enter` says no to is left out with all that it holds. */
export function each(node: CodeNode, enter: (node: CodeNode) => boolean | undefined, depth = 0): void {
	if (depth > deepest || enter(node) === false) return
	for (const it of node.children) if (it.isNamed) each(it, enter, depth + 1)
}

/** All nodes of some kinds, in the order of the text. */
export function nodesOf(node: CodeNode, kinds: ReadonlySet<string>, isWithLambdas = true): CodeNode[] {
	const found: CodeNode[] = []
	each(node, (it) => {
		if (!isWithLambdas && it.kind === 'lambda_expression' && it !== node) return false
		if (kinds.has(it.kind)) found.push(it)
		return true
	})
	return found
}

const nameKinds: ReadonlySet<string> = new Set(['identifier', 'field_identifier'])
const calls: ReadonlySet<string> = new Set(['call_expression'])

export function callsIn(node: CodeNode, isWithLambdas = true): CodeNode[] {
	return nodesOf(node, calls, isWithLambdas)
}

/** The last word of what is called: `f` of `a->f(…)`, `ns::f(…)` and `f<T>(…)`. */
export function calledName(c: Pick<C, 'text'>, call: CodeNode): string {
	let at = childOf(call, 'function')
	for (let depth = 0; at && depth < 8; depth++) {
		if (at.kind === 'field_expression') at = childOf(at, 'field')
		else if (/^(?:qualified_identifier|template_function|template_method|dependent_name)$/.test(at.kind))
			at = childOf(at, 'name') ?? namedChildren(at)[0]
		else break
	}
	return at ? textOf(c, at) : ''
}

export function argumentNodes(call: CodeNode): readonly CodeNode[] {
	const written = childOf(call, 'arguments')
	return written ? namedChildren(written).filter((it) => it.kind !== 'comment') : []
}

/** The object that a method is called on. */
export function receiverOf(call: CodeNode): CodeNode | undefined {
	const callee = childOf(call, 'function')
	return callee?.kind === 'field_expression' ? childOf(callee, 'argument') : undefined
}

/** Without parentheses and casts around it. */
export function bare(node: CodeNode | undefined): CodeNode | undefined {
	let at = node
	for (let depth = 0; at && depth < 20; depth++) {
		if (at.kind === 'parenthesized_expression' || at.kind === 'condition_clause')
			at = childOf(at, 'value') ?? namedChildren(at)[0]
		else if (at.kind === 'cast_expression') at = childOf(at, 'value')
		else return at
	}
	return at
}

export function operatorIn(c: Pick<C, 'text'>, node: CodeNode): string {
	const operator = childOf(node, 'operator')
	return operator ? textOf(c, operator) : ''
}

/** Without blanks, so that two spellings of one thing are the same. */
export function plainText(c: Pick<C, 'text'>, node: CodeNode): string {
	return textOf(c, node).replace(/\s+/g, '')
}

/** Comparisons that ask which of two is larger, or whether they are equal. */
export function comparisonsIn(c: Pick<C, 'text'>, node: CodeNode, isEqualToo: boolean): CodeNode[] {
	const fits = isEqualToo ? /^(?:[<>]=?|[=!]=|<=>)$/ : /^[<>]=?$/
	const binary: ReadonlySet<string> = new Set(['binary_expression'])
	return nodesOf(node, binary).filter((it) => fits.test(operatorIn(c, it)))
}

/** What an assignment or a declaration gives a value, and which. */
export function givenIn(
	node: CodeNode,
): { readonly target: CodeNode; readonly value: CodeNode | undefined } | undefined {
	const isFirst = node.kind === 'init_declarator'
	if (!isFirst && node.kind !== 'assignment_expression') return undefined
	const target = childOf(node, isFirst ? 'declarator' : 'left')
	return target && { target, value: childOf(node, isFirst ? 'value' : 'right') }
}

/** All names that stand in it as variables. */
export function namesIn(c: Pick<C, 'text'>, node: CodeNode): ReadonlySet<string> {
	const found = new Set<string>()
	each(node, (it) => {
		if (nameKinds.has(it.kind)) found.add(textOf(c, it))
		return true
	})
	return found
}

/** Whether a name stands in it as a variable. */
export function names(c: Pick<C, 'text'>, node: CodeNode, name: string): boolean {
	let isFound = false
	each(node, (it) => {
		if (nameKinds.has(it.kind) && it.end - it.start === name.length && textOf(c, it) === name) isFound = true
		return !isFound
	})
	return isFound
}
