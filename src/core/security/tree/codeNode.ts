/**
 * A node of a syntax tree as plain data: whichever parser made it, the tree is the same, and it outlives the parser's own memory.
 * Comments are not in it (`ParsedCode.comments` has them), nor are brackets, commas and semicolons that no field names.
 */
export interface CodeNode {
	/** The grammar's name for it, such as `call_expression`; a token is named by its text, such as `+`. */
	readonly kind: string
	/** The field of the parent that it stands in, such as `function`. */
	readonly field: string | undefined
	readonly isNamed: boolean
	/** UTF-16 code units from the start of the text; the end is exclusive. */
	readonly start: number
	readonly end: number
	readonly children: readonly CodeNode[]
}

export interface CodeSpan {
	/** UTF-16 code units from the start of the text; the end is exclusive. */
	readonly start: number
	readonly end: number
}

export interface ParsedCode {
	readonly text: string
	readonly root: CodeNode
	readonly comments: readonly CodeSpan[]
	/** Stretches that the parser could not read, and places where it put in what was missing. */
	readonly errors: readonly CodeSpan[]
	/** Where nodes stand deeper than the limit: their children are left out. */
	readonly cutAt: readonly CodeSpan[]
}

/** Deeper nodes are left out, so that no walk over a tree can exhaust the stack. */
export const deepestNode = 600

/** The child in a field; the first one where several are. */
export function childOf(node: CodeNode, field: string): CodeNode | undefined {
	return node.children.find((child) => child.field === field)
}

export function childrenOf(node: CodeNode, field: string): readonly CodeNode[] {
	return node.children.filter((child) => child.field === field)
}

/** The first child of a kind. */
export function childOfKind(node: CodeNode, ...kinds: readonly string[]): CodeNode | undefined {
	return node.children.find((child) => kinds.includes(child.kind))
}

export function namedChildren(node: CodeNode): readonly CodeNode[] {
	return node.children.filter((child) => child.isNamed)
}
