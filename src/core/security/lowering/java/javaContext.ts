import type { ClassIr, Expression, FunctionIr, Statement } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'
import { blockFrame, type Frame } from '../selfScope.ts'

/** What the parts of the lowering of one Java file share. The functions are here so that the files need not import each other in circles. */
export interface JavaContext {
	readonly text: string
	readonly gaps: CodeSpan[]
	/** Names that `import static` binds. */
	readonly statics: ReadonlySet<string>
	readonly hasStaticWildcard: boolean
	/** Classes that the file declares or imports by name. */
	readonly types: ReadonlySet<string>
	/** Components of the records of this file, by their names. */
	readonly records: ReadonlyMap<string, readonly string[]>
	/** All fields that classes of this file declare. */
	readonly fields: ReadonlySet<string>
	/** Classes that are written with their package, as the path of the class: what they mean is looked up like an import. */
	readonly qualified: Set<string>
	frame: Frame | undefined
	/** Where statements go that an expression needs to run before its own; undefined where none can. */
	before: Statement[] | undefined
	/** Where the variables of patterns are declared; they outlive the expression. */
	declared: Statement[] | undefined
	/** The innermost switch whose value is taken: what `yield` does. */
	yields: YieldTarget | undefined
	temporaries: number
	readonly expression: (node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly statements: (nodes: readonly CodeNode[]) => Statement[]
	readonly classOf: (node: CodeNode) => ClassIr
	readonly methodOf: (node: CodeNode) => FunctionIr
}

export type YieldTarget =
	| { readonly kind: 'return' }
	| { readonly kind: 'assign'; readonly variable: string; readonly label: string }

export function textOf(java: JavaContext, node: CodeSpan): string {
	return java.text.slice(node.start, node.end)
}

export function spanOf(node: CodeSpan): { start: number; end: number } {
	return { start: node.start, end: node.end }
}

/** Runs it in a block of its own. */
export function inBlock<T>(java: JavaContext, run: () => T): T {
	const outer = java.frame
	java.frame = blockFrame(outer)
	try {
		return run()
	} finally {
		java.frame = outer
	}
}

/** A name is a variable from here on, to the end of the block. */
export function declareLocal(java: JavaContext, name: string): void {
	if (java.frame?.kind === 'block') java.frame.names.add(name)
}
