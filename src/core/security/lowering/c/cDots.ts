import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, textOf } from './cContext.ts'
import { bare, operatorIn, plainText } from './cTree.ts'

/**
 * `p[0] == '.' && p[1] == '.'`, also with `&& (p[2] == '/' || p[2] == '\\0')` or `n == 2 &&`: a part of a path that leads to the folder above.
 * Undefined where anything else is asked for, so that some of these parts may pass. @returns the first of the characters
 */
export function twoDots(c: C, node: CodeNode): CodeNode | undefined {
	const dots: { readonly at: CodeNode; readonly base: string; readonly index: string }[] = []
	let base: string | undefined
	for (const it of partsOf(c, node, 0)) {
		const [left, right] = [bare(childOf(it, 'left')), bare(childOf(it, 'right'))]
		if (operatorIn(c, it) !== '==' || !left || !right) return undefined
		const [one, other] = left.kind === 'char_literal' || left.kind === 'number_literal' ? [right, left] : [left, right]
		const written = textOf(c, other)
		const character = characterOf(c, one)
		if (written === "'.'" && character) {
			if (base !== undefined && base !== character.base) return undefined
			base = character.base
			dots.push({ at: one, ...character })
		} else if (written === "'/'" || written === "'\\\\'" || written === "'\\0'" || written === '0') {
			if (!character || (base !== undefined && base !== character.base)) return undefined
		} else if (written !== '2' || character) return undefined
	}
	const [first, second, ...more] = dots
	if (!first || !second || more.length > 0) return undefined
	const isNext =
		(first.index === '0' && second.index === '1') ||
		second.index === `${first.index}+1` ||
		second.index === `1+${first.index}`
	return isNext ? first.at : undefined
}

/** What stands between `&&`, and within parentheses between `||`. */
function partsOf(c: C, node: CodeNode, depth: number): readonly CodeNode[] {
	const at = bare(node)
	if (!at || depth > 12) return [node]
	const operator = at.kind === 'binary_expression' ? operatorIn(c, at) : ''
	if (operator !== '&&' && (operator !== '||' || depth === 0)) return [at]
	return [childOf(at, 'left'), childOf(at, 'right')].flatMap((it) => (it ? partsOf(c, it, depth + 1) : []))
}

/** `p[i]`, `*p` and `*(p + 1)`. */
function characterOf(c: C, node: CodeNode): { readonly base: string; readonly index: string } | undefined {
	if (node.kind === 'subscript_expression') {
		const base = childOf(node, 'argument')
		const indices = childOf(node, 'indices')
		const index = childOf(node, 'index') ?? (indices && namedChildren(indices)[0])
		return base && index ? { base: plainText(c, base), index: plainText(c, index) } : undefined
	}
	if (node.kind !== 'pointer_expression' || operatorIn(c, node) !== '*') return undefined
	const inner = bare(childOf(node, 'argument'))
	if (inner?.kind === 'identifier') return { base: textOf(c, inner), index: '0' }
	const [left, right] = inner ? [childOf(inner, 'left'), childOf(inner, 'right')] : []
	return inner?.kind === 'binary_expression' && operatorIn(c, inner) === '+' && left && right
		? { base: plainText(c, left), index: plainText(c, right) }
		: undefined
}
