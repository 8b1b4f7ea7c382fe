/** Line and character count from 0; the character in UTF-16 code units. */
export interface SyntaxPoint {
	readonly row: number
	readonly column: number
}

/**
 * A node of a concrete syntax tree, as web-tree-sitter has them: the part of it that the core needs. Reading a property crosses into
 * WebAssembly, so walks over whole trees use queries or cursors, and every walk is bounded.
 */
export interface SyntaxNode {
	/** The same for the same node of one tree. */
	readonly id: number
	/** The grammar's name for it, such as `function_declaration`. */
	readonly type: string
	readonly isNamed: boolean
	readonly isError: boolean
	/** Put in by the parser to go on after a mistake; it has no text. */
	readonly isMissing: boolean
	/** Whether it or a node in it is an error. */
	readonly hasError: boolean
	/** UTF-16 code units from the start of the text; the end is exclusive. */
	readonly startIndex: number
	readonly endIndex: number
	readonly startPosition: SyntaxPoint
	readonly endPosition: SyntaxPoint
	readonly text: string
	readonly parent: SyntaxNode | null
	readonly childCount: number
	/** In one go: of a node with many children, asking for one after the other takes the square of the time. */
	readonly children: readonly (SyntaxNode | null)[]
	readonly namedChildCount: number
	readonly previousNamedSibling: SyntaxNode | null
	readonly nextNamedSibling: SyntaxNode | null
	child(index: number): SyntaxNode | null
	namedChild(index: number): SyntaxNode | null
	childForFieldName(name: string): SyntaxNode | null
	descendantForIndex(start: number, end?: number): SyntaxNode | null
	namedDescendantForIndex(start: number, end?: number): SyntaxNode | null
}

export interface SyntaxTree {
	readonly rootNode: SyntaxNode
}
