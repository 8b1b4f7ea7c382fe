import type { Argument, Expression, FunctionIr, Opaque, Statement, Target } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'

/** What the parts of the lowering of one Python file share. The functions are here so that the files need not import each other in circles. */
export interface Python {
	readonly text: string
	readonly gaps: CodeSpan[]
	readonly expression: (node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly statements: (nodes: readonly CodeNode[]) => Statement[]
	readonly target: (node: CodeNode) => Target
	readonly functionOf: (node: CodeNode, decorators: readonly CodeNode[], isMethod: boolean) => FunctionIr
	readonly argumentsOf: (node: CodeNode | undefined) => Argument[]
}

export function textOf(python: Python, node: CodeSpan): string {
	return python.text.slice(node.start, node.end)
}

export function spanOf({ start, end }: CodeSpan): CodeSpan {
	return { start, end }
}

/** What is not understood: any of its parts may be in the value. */
export function opaque(python: Python, node: CodeNode): Opaque {
	const parts = node.children.filter((it) => it.isNamed && it.kind !== 'type').map((it) => python.expression(it, it))
	return { kind: 'opaque', parts, ...spanOf(node) }
}

/** A written type without its arguments; of `Optional[X]` and `X | None` it is X. */
export function typeName(python: Python, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	const text = textOf(python, node)
		.replace(/\s+/g, '')
		.replace(/^["']|["']$/g, '')
		.replace(/^(?:typing\.)?(?:Optional|Annotated|Final|ClassVar)\[([\w.]+).*\]$/, '$1')
		.replace(/\|None$|^None\|/, '')
	return /^[A-Za-z_][\w.]*/.exec(text)?.[0]
}
