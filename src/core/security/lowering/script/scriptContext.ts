import type { ClassIr, Expression, FunctionIr, Statement, Target } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'

/** What the parts of the lowering of one file of JavaScript or TypeScript share; the functions are here so that the files need not import each other in circles. */
export interface ScriptContext {
	readonly text: string
	readonly gaps: CodeSpan[]
	/** Where each comment ends, by where it starts. */
	readonly comments: ReadonlyMap<number, number>
	/** Exports that may name what is declared further down: they come last. */
	readonly exportsAtEnd: Statement[]
	/** Exports of functions, which are known from the start: they come first. */
	readonly exportsAtStart: Statement[]
	/** Names of values that are declared at the top: an interface of the same name is left out. */
	readonly values: ReadonlySet<string>
	/** What types say that are written where they are used, as interfaces, by what they say: they come before all else. */
	readonly shapes: Map<string, ClassIr>
	/** What the type of a variable says of the parameters of the function that it begins with. */
	readonly typedBy: Map<CodeNode, (place: number) => string | undefined>
	/** How many names were made up. */
	made: number
	readonly expression: (node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly target: (node: CodeNode) => Target
	/** A block, or one statement where none is needed. */
	readonly body: (node: CodeNode | undefined) => Statement[]
	readonly statements: (nodes: readonly CodeNode[]) => Statement[]
	readonly functionOf: (node: CodeNode) => FunctionIr
	readonly classOf: (node: CodeNode) => ClassIr
}

export function textOf(script: ScriptContext, node: CodeSpan): string {
	return script.text.slice(node.start, node.end)
}

export function spanOf(node: CodeSpan): { start: number; end: number } {
	return { start: node.start, end: node.end }
}

export function hasToken(node: CodeNode, kind: string): boolean {
	return node.children.some((child) => child.kind === kind)
}
