import type { Argument } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type CsharpContext, namedChildren, spanOf, textOf } from './csharpContext.ts'

export function argumentsOf(cs: CsharpContext, list: CodeNode | undefined): Argument[] {
	if (!list) return []
	return namedChildren(list).map((child) => {
		if (child.kind !== 'argument') return { ...spanOf(child), value: cs.expression(child, child) }
		const name = childOf(child, 'name')
		const value = namedChildren(child).findLast((it) => it !== name)
		const byReference = child.children.some((it) => it.kind === 'ref' || it.kind === 'out')
		return {
			...spanOf(child),
			value: cs.expression(value, child),
			...(name ? { keyword: textOf(cs, name) } : {}),
			...(byReference ? { byReference } : {}),
		}
	})
}
