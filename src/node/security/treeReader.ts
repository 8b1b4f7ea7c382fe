import { type CodeNode, type CodeSpan, deepestNode, type ParsedCode } from '../../core/security/tree/codeNode.ts'

/** What goes from node to node of a tree, as `tree-sitter` and `web-tree-sitter` both have it. */
export interface NodeCursor {
	readonly nodeTypeId: number
	readonly nodeType: string
	readonly nodeIsNamed: boolean
	readonly nodeIsMissing: boolean
	/** 0 or undefined where there is none. */
	readonly currentFieldId: number | undefined
	readonly currentFieldName: string | null | undefined
	/** UTF-16 code units from the start of the text; the end is exclusive. */
	readonly startIndex: number
	readonly endIndex: number
	gotoFirstChild(): boolean
	gotoNextSibling(): boolean
	gotoParent(): boolean
}

interface Draft extends CodeNode {
	readonly children: CodeNode[]
}

interface Kind {
	readonly name: string
	readonly isNamed: boolean
	readonly isComment: boolean
	/** It only separates or encloses: it says nothing that the kinds of the nodes do not say. */
	readonly isSilent: boolean
}

const silent = new Set(['(', ')', '[', ']', '{', '}', ',', ';', ':', '\n', ''])
const comments = new Set(['comment', 'line_comment', 'block_comment', 'html_comment'])

/** The number of `ERROR`, in every grammar. */
const errorId = 0xffff
const error: Kind = { name: 'ERROR', isNamed: true, isComment: false, isSilent: false }

/**
 * Copies trees of one grammar out of the parser's memory, in one walk and without recursion. Each question to a cursor leaves
 * JavaScript, so names are asked for once for each kind of node.
 */
export class TreeReader {
	private readonly kinds: Kind[] = []
	private readonly fields: string[] = []

	/** @param hasErrors whether there is any error or missing node in the tree */
	read(cursor: NodeCursor, text: string, hasErrors: boolean): ParsedCode {
		const result = { text, comments: [] as CodeSpan[], errors: [] as CodeSpan[], cutAt: [] as CodeSpan[] }
		const open: Draft[] = []
		let parent: Draft | undefined
		let root: Draft | undefined
		for (;;) {
			const kind = this.kindOf(cursor)
			const field = this.fieldOf(cursor)
			let node: Draft | undefined
			if (!kind.isSilent || field !== undefined) {
				node = {
					kind: kind.name,
					field,
					isNamed: kind.isNamed,
					start: cursor.startIndex,
					end: cursor.endIndex,
					children: [],
				}
			}
			if (hasErrors && (kind === error || cursor.nodeIsMissing)) result.errors.push(spanOf(node ?? cursor))
			let entered = false
			if (node && kind.isComment) result.comments.push(spanOf(node))
			else if (node) {
				parent?.children.push(node)
				root ??= node
				if (open.length >= deepestNode) {
					if (cursor.gotoFirstChild()) {
						result.cutAt.push(spanOf(node))
						cursor.gotoParent()
					}
				} else if (cursor.gotoFirstChild()) {
					open.push(node)
					parent = node
					entered = true
				}
			}
			if (entered) continue
			while (!cursor.gotoNextSibling()) {
				if (!cursor.gotoParent()) {
					root ??= { kind: 'ERROR', field: undefined, isNamed: true, start: 0, end: text.length, children: [] }
					return { ...result, root }
				}
				open.pop()
				parent = open.at(-1)
			}
		}
	}

	private kindOf(cursor: NodeCursor): Kind {
		const id = cursor.nodeTypeId
		if (id === errorId) return error
		const known = this.kinds[id]
		if (known) return known
		const isNamed = cursor.nodeIsNamed
		// The end of a file that is a token of the grammar (Go) has no name, which one of the two calls an error.
		const name = cursor.nodeType === error.name && !isNamed ? '' : cursor.nodeType
		const kind = { name, isNamed, isComment: isNamed && comments.has(name), isSilent: !isNamed && silent.has(name) }
		this.kinds[id] = kind
		return kind
	}

	private fieldOf(cursor: NodeCursor): string | undefined {
		const id = cursor.currentFieldId
		if (!id) return undefined
		const known = this.fields[id]
		if (known !== undefined) return known
		const name = cursor.currentFieldName ?? undefined
		if (name !== undefined) this.fields[id] = name
		return name
	}
}

function spanOf(node: NodeCursor | CodeNode): CodeSpan {
	return 'startIndex' in node ? { start: node.startIndex, end: node.endIndex } : { start: node.start, end: node.end }
}
