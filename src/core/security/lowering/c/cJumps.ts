import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, spanOf, textOf } from './cContext.ts'

/** A jump forward runs what stands behind the label and leaves; what comes after so many of them is left out. */
const deepestJump = 2
const longestRest = 40

/** Lowers a function's body, whose labels are known in it. */
export function withJumps(c: C, body: CodeNode, run: () => Statement[]): Statement[] {
	const outer = c.jumps
	const behind = new Map<string, readonly CodeNode[]>()
	const all = namedChildren(body)
	for (const [at, it] of all.entries()) {
		const label = it.kind === 'labeled_statement' ? childOf(it, 'label') : undefined
		if (label) behind.set(textOf(c, label), all.slice(at))
	}
	c.jumps = { behind, depth: 0 }
	const made = run()
	c.jumps = outer
	return made
}

/** `goto end;` */
export function jumpTo(c: C, node: CodeNode): Statement[] {
	const label = childOf(node, 'label')
	const known = c.jumps
	const rest = label && known?.behind.get(textOf(c, label))
	const [first] = rest ?? []
	// Back to where it has been is a loop, of which one round is as good as several.
	if (!rest || !known || !first || first.start < node.start || rest.length > longestRest || known.depth >= deepestJump)
		return []
	known.depth++
	const body = c.statements(rest)
	known.depth--
	return [
		{ kind: 'block', body, label: undefined, ...spanOf(node) },
		{ kind: 'return', value: undefined, ...spanOf(node) },
	]
}
