import type { Argument, ClassIr, Expression, FunctionIr, Opaque, Statement, Target } from '../../ir/ir.ts'
import type { CodeNode, CodeSpan } from '../../tree/codeNode.ts'

/** What the parts of the lowering of one script share. The functions are here so that the files need not import each other in circles. */
export interface Script {
	readonly text: string
	readonly gaps: CodeSpan[]
	readonly expression: (node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly statements: (nodes: readonly CodeNode[]) => Statement[]
	readonly target: (node: CodeNode) => Target
	readonly functionOf: (node: CodeNode, form?: FunctionIr['form']) => FunctionIr
	readonly classOf: (node: CodeNode) => ClassIr
	readonly argumentsOf: (node: CodeNode | undefined) => Argument[]
}

export function textOf(script: Script, node: CodeSpan): string {
	return script.text.slice(node.start, node.end)
}

export function spanOf({ start, end }: CodeSpan): CodeSpan {
	return { start, end }
}

/** What is not understood: any of its parts may be in the value. */
export function opaque(script: Script, node: CodeNode): Opaque {
	const parts = node.children.filter((it) => it.isNamed && !isType(it)).map((it) => script.expression(it, it))
	return { kind: 'opaque', parts, start: node.start, end: node.end }
}

/** What only the type checker reads. */
export function isType(node: CodeNode): boolean {
	return (
		node.kind === 'type_annotation' ||
		node.kind === 'type_arguments' ||
		node.kind === 'type_parameters' ||
		node.kind === 'implements_clause' ||
		node.kind === 'predefined_type' ||
		node.kind === 'accessibility_modifier' ||
		node.kind === 'asserts_annotation'
	)
}

/** A written type without its arguments: `express.Request` of `: express.Request<P>`; undefined for what names none. */
export function typeName(script: Script, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	switch (node.kind) {
		case 'type_annotation':
		case 'parenthesized_type':
		case 'readonly_type':
			return typeName(
				script,
				node.children.find((it) => it.isNamed),
			)
		case 'generic_type': {
			const name = typeName(script, node.children[0])
			const inner = node.children.find((it) => it.kind === 'type_arguments')?.children.find((it) => it.isNamed)
			return name === 'Promise' || name === 'Readonly' || name === 'Partial' ? typeName(script, inner) : name
		}
		case 'type_identifier':
		case 'nested_type_identifier':
		case 'identifier':
		case 'nested_identifier':
			return textOf(script, node).replace(/\s+/g, '')
		case 'union_type':
			for (const it of node.children) {
				const name = it.isNamed ? typeName(script, it) : undefined
				if (name !== undefined) return name
			}
			return undefined
		default:
			return undefined
	}
}
