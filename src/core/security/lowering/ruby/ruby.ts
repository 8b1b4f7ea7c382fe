import type { Argument, ClassIr, Expression, FunctionIr, Name, Opaque, Statement, Target } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, namedChildren } from '../../tree/codeNode.ts'

/** What the parts of the lowering share. The functions are here so that the files need not import each other in circles. */
export interface Ruby {
	readonly text: string
	readonly gaps: CodeSpan[]
	/** The text of a here document, by where its beginning stands. */
	readonly heredocs: ReadonlyMap<number, CodeNode>
	/** The Ruby of a template: `_= x` writes x into the page, `__= x` does so without escaping. */
	readonly isTemplate: boolean
	readonly expression: (ruby: Ruby, node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly statements: (ruby: Ruby, nodes: readonly CodeNode[]) => Statement[]
	/** A body with what is rescued in it; also that of `begin`. */
	readonly body: (ruby: Ruby, node: CodeNode | undefined, at: CodeSpan) => Statement[]
	readonly target: (ruby: Ruby, node: CodeNode | undefined, at: CodeSpan) => Target
	readonly closureOf: (ruby: Ruby, node: CodeNode) => Expression
	readonly methodOf: (ruby: Ruby, node: CodeNode) => FunctionIr
	readonly classOf: (ruby: Ruby, node: CodeNode) => ClassIr
	readonly argumentsOf: (ruby: Ruby, node: CodeNode | undefined) => Argument[]
	/** The class or module around this place. */
	readonly className: string | undefined
	/** The module around all of it, which an application is named by. */
	readonly outermost: string | undefined
	/** Whether this place is in the body of a class, where `X = 1` defines a member. */
	readonly isClassBody: boolean
	readonly method: RubyMethod | undefined
	readonly locals: RubyLocals
	/** What `next` and `break` leave. */
	readonly inside: 'loop' | 'block'
	/** Variables of the whole program that the method uses. */
	readonly globals: Set<string>
}

export interface RubyMethod {
	readonly name: string
	/** What a bare `super` hands on. */
	readonly arguments: readonly Argument[]
}

/** Names that are variables here: any other bare word is a call. */
export interface RubyLocals {
	readonly names: Set<string>
	readonly outer: RubyLocals | undefined
}

/** The name of the block that a method is given, as a parameter and keyword. */
export const blockName = '&block'

/** The options that `...` takes and hands on; its values have its own name. */
export const forwardedOptions = '...**'

export function isLocal(ruby: Ruby, name: string): boolean {
	for (let at: RubyLocals | undefined = ruby.locals; at; at = at.outer) if (at.names.has(name)) return true
	return false
}

export function textOf(ruby: Ruby, node: CodeSpan): string {
	return ruby.text.slice(node.start, node.end)
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

export function opaqueAt(parts: readonly Expression[], at: CodeSpan): Opaque {
	return { kind: 'opaque', parts, ...spanOf(at) }
}

export function argumentAt(value: Expression): Argument {
	return { value, start: value.start, end: value.end }
}

/** A call of a method on the object itself, or of one that is everywhere. */
export function callAt(name: string, given: readonly Argument[], at: CodeSpan): Expression {
	return { kind: 'call', callee: nameAt(name, at), arguments: given, isNew: false, ...spanOf(at) }
}

export function methodCallAt(
	object: Expression,
	name: string,
	given: readonly Argument[],
	at: CodeSpan,
	end = at.end,
): Expression {
	return {
		kind: 'call',
		callee: { kind: 'field', object, name, start: object.start, end },
		arguments: given,
		isNew: false,
		...spanOf(at),
	}
}

export function expressionStatementAt(expression: Expression, at: CodeSpan): Statement {
	return { kind: 'expression', expression, ...spanOf(at) }
}

/** What is not understood: any of its parts may be in the value. */
export function opaque(ruby: Ruby, node: CodeNode): Opaque {
	return opaqueAt(
		namedChildren(node).map((it) => ruby.expression(ruby, it, it)),
		node,
	)
}

/** A text without its quotes and colons: `:name`, `'name'`, `name:`; undefined where it is not known. */
export function plainText(ruby: Ruby, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	const text = textOf(ruby, node)
	switch (node.kind) {
		case 'simple_symbol':
			return text.slice(1)
		case 'hash_key_symbol':
		case 'identifier':
		case 'constant':
			return text
		case 'string':
		case 'delimited_symbol':
		case 'bare_symbol':
		case 'bare_string': {
			const parts = namedChildren(node)
			if (parts.some((it) => it.kind !== 'string_content')) return undefined
			return parts.map((it) => textOf(ruby, it)).join('')
		}
		default:
			return undefined
	}
}

/** `A::B` as `A.B`. */
export function dotted(text: string): string {
	return text.replace(/\s+/g, '').replace(/^::/, '').replaceAll('::', '.')
}

/** A text or symbol that is written there; a word without signs around it is a variable, call or constant. */
export function literalText(ruby: Ruby, node: CodeNode | undefined): string | undefined {
	return node?.kind === 'identifier' || node?.kind === 'constant' ? undefined : plainText(ruby, node)
}

/** The name of a symbol or text that is written there. */
export function nameIn(ruby: Ruby, node: CodeNode | undefined): string | undefined {
	const name = literalText(ruby, node)
	return name !== undefined && /^[A-Za-z_@]\w*[?!=]?$/.test(name) ? name : undefined
}
