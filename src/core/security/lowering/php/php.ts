import type {
	Argument,
	ClassIr,
	Expression,
	FieldAccess,
	FunctionIr,
	IndexAccess,
	Name,
	Opaque,
	Statement,
	Target,
} from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, namedChildren } from '../../tree/codeNode.ts'

/** What the parts of the lowering share. The functions are here so that the files need not import each other in circles. */
export interface Php {
	readonly text: string
	readonly gaps: CodeSpan[]
	readonly expression: (php: Php, node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly statements: (php: Php, nodes: readonly CodeNode[]) => Statement[]
	readonly target: (php: Php, node: CodeNode | undefined, at: CodeSpan) => Target
	readonly functionOf: (php: Php, node: CodeNode) => FunctionIr
	readonly classOf: (php: Php, node: CodeNode) => ClassIr
	readonly argumentsOf: (php: Php, node: CodeNode | undefined) => Argument[]
	/** The class around this place; undefined outside, and in traits and classes without a name. */
	readonly className: string | undefined
	readonly scope: PhpScope
}

/** One function, or the top of the file. */
export interface PhpScope {
	readonly isTop: boolean
	/** Names of its variables, with `$`; for what is named at run time. */
	readonly variables: readonly string[]
	/** Variables that are another place by reference: `$a = &$b['x']`. */
	readonly aliases: Map<string, Name | FieldAccess | IndexAccess>
	/** Variables of the file that it reaches by `$GLOBALS['x']`. */
	readonly globals: Set<string>
	/** Loops and switches around this place, the innermost last. */
	readonly loops: { readonly label: string; isUsed: boolean }[]
}

const mostVariables = 40

export function scopeOf(text: string, node: CodeNode, isTop: boolean): PhpScope {
	const variables = new Set<string>()
	const visit = (it: CodeNode): void => {
		if (it.kind === 'variable_name') variables.add(text.slice(it.start, it.end))
		if (it !== node && functionKinds.has(it.kind)) return
		for (const child of it.children) visit(child)
	}
	visit(node)
	for (const it of ['$this', '$GLOBALS']) variables.delete(it)
	return {
		isTop,
		variables: [...variables].filter((it) => !isSuperglobal(it)).slice(0, mostVariables),
		aliases: new Map(),
		globals: new Set(),
		loops: [],
	}
}

export const functionKinds: ReadonlySet<string> = new Set([
	'function_definition',
	'method_declaration',
	'anonymous_function',
	'anonymous_function_creation_expression',
	'class_declaration',
])

export function isSuperglobal(name: string): boolean {
	return /^\$_(?:GET|POST|REQUEST|COOKIE|SERVER|FILES|ENV|SESSION)$/.test(name)
}

export function textOf(php: Php, node: CodeSpan): string {
	return php.text.slice(node.start, node.end)
}

export function spanOf({ start, end }: CodeSpan): CodeSpan {
	return { start, end }
}

export function nameAt(name: string, at: CodeSpan): Name {
	return { kind: 'name', name, ...spanOf(at) }
}

export function constantAt(value: string | number | boolean | null, at: CodeSpan): Expression {
	return { kind: 'constant', value, ...spanOf(at) }
}

/** A call of a function of the language. */
export function callAt(name: string, values: readonly Expression[], at: CodeSpan): Expression {
	return {
		kind: 'call',
		callee: nameAt(name, at),
		arguments: values.map((value) => ({ value, ...spanOf(value) })),
		isNew: false,
		...spanOf(at),
	}
}

/** What is not understood: any of its parts may be in the value. */
export function opaque(php: Php, node: CodeNode): Opaque {
	return { kind: 'opaque', parts: namedChildren(node).map((it) => php.expression(php, it, it)), ...spanOf(node) }
}

/** `\Foo\Bar` as `Foo.Bar`. */
export function dotted(text: string): string {
	return text
		.replace(/\s+/g, '')
		.replace(/^\\|^namespace\\/, '')
		.replaceAll('\\', '.')
}

/** A written type; of one that may be null the other, of several the first. */
export function typeName(php: Php, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	const all = textOf(php, node)
		.replace(/^\?/, '')
		.split(/[|&]/)
		.map((it) => dotted(it.replace(/[()]/g, '')))
	return all.find((it) => it !== '' && it !== 'null') ?? undefined
}
