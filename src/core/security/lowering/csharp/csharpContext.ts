import type { ClassIr, Expression, FunctionIr, Statement, Target } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'
import { blockFrame, type Frame } from '../selfScope.ts'

/** What the parts of the lowering of one C# file share. The functions are here so that the files need not import each other in circles. */
export interface CsharpContext {
	readonly text: string
	readonly gaps: CodeSpan[]
	/** Classes that the file declares. */
	readonly types: ReadonlySet<string>
	/** Names of items of tuples in the file, with their places: those that have one place only. */
	readonly items: ReadonlyMap<string, number>
	frame: Frame | undefined
	/** Where statements go that an expression needs to run before its own; undefined where none can. */
	before: Statement[] | undefined
	/** Where variables of patterns and `out` arguments are declared; they outlive the expression. */
	declared: Statement[] | undefined
	/** The type that `new(…)` makes here, where what stands around it says so. */
	wanted: string | undefined
	/** What the function around gives back. */
	returns: string | undefined
	/** What `?.` stands behind. */
	bound: Expression | undefined
	temporaries: number
	readonly expression: (node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly statements: (nodes: readonly CodeNode[]) => Statement[]
	readonly classOf: (node: CodeNode) => ClassIr
	readonly functionOf: (node: CodeNode) => FunctionIr
}

export function textOf(cs: CsharpContext, node: CodeSpan): string {
	return cs.text.slice(node.start, node.end)
}

export function spanOf(node: CodeSpan): { start: number; end: number } {
	return { start: node.start, end: node.end }
}

export function opaque(at: CodeSpan, parts: readonly Expression[] = []): Expression {
	return { kind: 'opaque', ...spanOf(at), parts }
}

/** The parts of a node that have a name in the grammar, and `this`, which has none though it is a value. */
export function namedChildren(node: CodeNode): readonly CodeNode[] {
	return node.children.filter((child) => child.isNamed || (child.kind === 'this' && !marked.has(node.kind)))
}

/** What `this` is a word of, and no value. */
const marked: ReadonlySet<string> = new Set(['parameter', 'constructor_initializer', 'indexer_declaration'])

/** Runs it in a block of its own. */
export function inBlock<T>(cs: CsharpContext, run: () => T): T {
	const outer = cs.frame
	cs.frame = blockFrame(outer)
	try {
		return run()
	} finally {
		cs.frame = outer
	}
}

/** Runs it where its expressions need no place in front of them, or have the one that is given. */
export function withPlaces<T>(cs: CsharpContext, place: Statement[] | undefined, run: () => T): T {
	const { before, declared } = cs
	cs.before = place
	cs.declared = place
	try {
		return run()
	} finally {
		cs.before = before
		cs.declared = declared
	}
}

/** A value that is wanted as a type: `new(…)` makes one of it. */
export function typedValue(cs: CsharpContext, node: CodeNode, type: string | undefined): Expression {
	if (node.kind !== 'implicit_object_creation_expression') return cs.expression(node, node)
	cs.wanted = type
	return cs.expression(node, node)
}

/** Runs it in a function that gives this type back. */
export function inFunction<T>(cs: CsharpContext, returns: string | undefined, run: () => T): T {
	const outer = cs.returns
	cs.returns = returns
	try {
		return run()
	} finally {
		cs.returns = outer
	}
}

/** A name is a variable from here on, to the end of the block. */
export function declareLocal(cs: CsharpContext, name: string): void {
	if (cs.frame?.kind === 'block') cs.frame.names.add(name)
}

/** A variable that is declared in front of the statement. */
export function declaredVariable(cs: CsharpContext, node: CodeSpan, type: string | undefined): Target {
	const name = textOf(cs, node)
	const target: Target = { kind: 'name', ...spanOf(node), name }
	declareLocal(cs, name)
	cs.declared?.push({ kind: 'declare', ...spanOf(node), target, type, initial: undefined, isHoisted: false })
	return target
}

/** Statements whose value is an expression: in front of the statement, or where none can be, in a function that is called at once. */
export function afterStatements(
	cs: CsharpContext,
	node: CodeSpan,
	make: (statements: Statement[]) => Expression,
	closure: (body: readonly Statement[]) => Expression,
): Expression {
	if (cs.before) return make(cs.before)
	const statements: Statement[] = []
	const value = withPlaces(cs, statements, () => make(statements))
	const body: Statement[] = [...statements, { kind: 'return', ...spanOf(node), value }]
	return { kind: 'call', ...spanOf(node), callee: closure(body), arguments: [], isNew: false }
}

/** A variable that the code does not have. */
export function temporary(cs: CsharpContext, node: CodeSpan, word: string): Extract<Target, { kind: 'name' }> {
	cs.temporaries++
	return { kind: 'name', ...spanOf(node), name: `$${word}${cs.temporaries}` }
}
