import type { ClassIr, Expression, FunctionIr, Opaque, Statement, Target } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'
import type { CType, FileTypes } from './cTypes.ts'

/** What the parts of the lowering of one file share. The functions are here so that the files need not import each other in circles. */
export interface C {
	readonly text: string
	readonly gaps: CodeSpan[]
	readonly types: FileTypes
	/** The variables that are known here, the innermost block last. */
	readonly blocks: Map<string, CType>[]
	/** The class whose methods are being lowered. */
	owner: string | undefined
	/** What the function gives that is being lowered; undefined in a lambda. */
	gives: CType | undefined
	/** Variables of it that stay when it ends. */
	readonly statics: Set<string>
	/** Views, pointers and references of it that lead into one of its own variables, by that variable. */
	viewsOfOwn: Map<string, string>
	/** Variables that it has given away with `std::move`, and where that was written last. */
	moved: Map<string, number>
	/** The body of the function that is being lowered, of a lambda that of the function around it. */
	functionBody: CodeNode | undefined
	/** Lambdas that threads run, by where they start, and whether nobody catches what is thrown here. */
	threads: ReadonlySet<number>
	uncaught: boolean
	/** It is `main`, or called there, and nobody catches what is thrown here: the program ends. */
	catchesNothing: boolean
	/** Pointers and indexes that the loops around move on without a limit. */
	unlimited: ReadonlySet<string>
	/** What was noticed in the function that is being lowered, for rules. */
	asides: Statement[]
	/** Expressions that stand in each other: a deeper one is left out. */
	depth: number
	/** Labels of the function that is being lowered, with what stands behind them, and how many jumps lead to here. */
	jumps: { readonly behind: ReadonlyMap<string, readonly CodeNode[]>; depth: number } | undefined
	readonly expression: (node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly statements: (nodes: readonly CodeNode[]) => Statement[]
	readonly target: (node: CodeNode) => Target
	readonly functionOf: (node: CodeNode) => FunctionIr
	readonly classOf: (node: CodeNode, name?: string) => ClassIr
}

export function textOf(c: Pick<C, 'text'>, node: CodeSpan): string {
	return c.text.slice(node.start, node.end)
}

export function spanOf({ start, end }: CodeSpan): CodeSpan {
	return { start, end }
}

/** What is not understood: any of its parts may be in the value. */
export function opaque(c: C, node: CodeNode): Opaque {
	const parts = node.children.filter((it) => it.isNamed && !isType(it)).map((it) => c.expression(it, it))
	return { kind: 'opaque', parts, ...spanOf(node) }
}

export function nothingAt(at: CodeSpan): Opaque {
	return { kind: 'opaque', parts: [], ...spanOf(at) }
}

const typeKinds: ReadonlySet<string> = new Set([
	'primitive_type',
	'sized_type_specifier',
	'type_identifier',
	'type_descriptor',
	'struct_specifier',
	'union_specifier',
	'enum_specifier',
	'class_specifier',
	'template_argument_list',
	'placeholder_type_specifier',
	'type_qualifier',
	'storage_class_specifier',
	'decltype',
])

export function isType(node: CodeNode): boolean {
	return typeKinds.has(node.kind)
}

/** A call of something that the analysis itself knows: `@array`, `@pointer`. */
export function intrinsic(name: string, at: CodeSpan, ...values: readonly Expression[]): Expression {
	const span = spanOf(at)
	return {
		kind: 'call',
		callee: { kind: 'name', name: `@${name}`, ...span },
		arguments: values.map((value) => ({ value, start: value.start, end: value.end })),
		isNew: false,
		...span,
	}
}

export function numberAt(value: number | null, at: CodeSpan): Expression {
	return { kind: 'constant', value, ...spanOf(at) }
}

export function inBlock<T>(c: C, run: () => T): T {
	c.blocks.push(new Map())
	const result = run()
	c.blocks.pop()
	return result
}

export function declareName(c: C, name: string, type: CType): void {
	c.blocks.at(-1)?.set(name, type)
}

export function isStaticName(c: C, name: string): boolean {
	return c.statics.has(name)
}

export function typeOfName(c: C, name: string): CType | undefined {
	for (let at = c.blocks.length - 1; at >= 0; at--) {
		const type = c.blocks[at]?.get(name)
		if (type) return type
	}
	return undefined
}
