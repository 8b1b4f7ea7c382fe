import type { Tree, TreeCursor } from 'web-tree-sitter'
import { type CodeNode, type CodeSpan, deepestNode, type ParsedCode } from '../../core/security/tree/codeNode.ts'

interface Draft {
	readonly kind: string
	readonly field: string | undefined
	readonly isNamed: boolean
	readonly start: number
	readonly end: number
	readonly children: CodeNode[]
}

/** What only separates or encloses: it says nothing that the kinds of the nodes do not say. */
const silent = new Set(['(', ')', '[', ']', '{', '}', ',', ';', ':', '\n', ''])

/** Copies a tree out of the parser's memory, in one walk and without recursion. */
export function readTree(tree: Tree, text: string): ParsedCode {
	const cursor = tree.walk()
	try {
		return walk(cursor, text, typesOf(tree), fieldsOf(tree))
	} finally {
		cursor.delete()
	}
}

function walk(
	cursor: TreeCursor,
	text: string,
	types: readonly string[],
	fields: readonly (string | null)[],
): ParsedCode {
	const comments: CodeSpan[] = []
	const errors: CodeSpan[] = []
	const cutAt: CodeSpan[] = []
	const open: Draft[] = []
	let root: Draft | undefined
	for (;;) {
		const kind = types[cursor.nodeTypeId] ?? cursor.nodeType
		const isNamed = cursor.nodeIsNamed
		const start = cursor.startIndex
		const end = cursor.endIndex
		const fieldId = cursor.currentFieldId
		const field = fieldId === 0 ? undefined : (fields[fieldId] ?? undefined)
		const parent = open.at(-1)
		if (kind === 'ERROR' || cursor.nodeIsMissing) errors.push({ start, end })
		let entered = false
		if (isNamed && isComment(kind)) comments.push({ start, end })
		else if (isNamed || field !== undefined || !silent.has(kind)) {
			const node: Draft = { kind, field, isNamed, start, end, children: [] }
			parent?.children.push(node)
			root ??= node
			if (open.length >= deepestNode) {
				if (cursor.gotoFirstChild()) {
					cutAt.push({ start, end })
					cursor.gotoParent()
				}
			} else if (cursor.gotoFirstChild()) {
				open.push(node)
				entered = true
			}
		}
		if (entered) continue
		while (!cursor.gotoNextSibling()) {
			if (!cursor.gotoParent()) {
				root ??= { kind: 'ERROR', field: undefined, isNamed: true, start: 0, end: text.length, children: [] }
				return { text, root, comments, errors, cutAt }
			}
			open.pop()
		}
	}
}

function isComment(kind: string): boolean {
	return kind === 'comment' || kind === 'line_comment' || kind === 'block_comment' || kind === 'html_comment'
}

function typesOf(tree: Tree): readonly string[] {
	return tree.language.types as readonly string[]
}

function fieldsOf(tree: Tree): readonly (string | null)[] {
	return tree.language.fields
}
