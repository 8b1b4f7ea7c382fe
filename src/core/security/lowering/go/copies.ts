import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { ownCall } from './expressions.ts'
import { type Go, spanOf, textOf, typeName } from './go.ts'

const deepest = 40

/** Variables of a function that are declared as a struct or an array, and never as anything else, such as a pointer to one. */
export function copiedVariables(go: Go, body: CodeNode): ReadonlySet<string> {
	const held = new Set<string>()
	const other = new Set<string>()
	const declare = (name: CodeNode, isHeld: boolean): void => {
		;(isHeld ? held : other).add(textOf(go, name))
	}
	const visit = (node: CodeNode, depth: number): void => {
		if (node.kind === 'short_var_declaration') {
			const names = namedChildren(childOf(node, 'left') ?? node)
			const values = namedChildren(childOf(node, 'right') ?? node)
			for (const [at, name] of names.entries()) declare(name, isHeldLiteral(go, values[at]))
		} else if (node.kind === 'var_spec') {
			const type = childOf(node, 'type')
			const value = childOf(node, 'value')
			const isHeld = type ? isHeldType(go, type) : isHeldLiteral(go, value && namedChildren(value)[0])
			for (const name of childrenOf(node, 'name')) declare(name, isHeld)
		}
		if (depth < deepest) for (const it of node.children) visit(it, depth + 1)
	}
	visit(body, 0)
	for (const name of other) held.delete(name)
	return held
}

function isHeldLiteral(go: Go, node: CodeNode | undefined): boolean {
	const type = node?.kind === 'composite_literal' ? childOf(node, 'type') : undefined
	return type !== undefined && isHeldType(go, type)
}

function isHeldType(go: Go, type: CodeNode): boolean {
	if (type.kind === 'array_type' || type.kind === 'implicit_length_array_type') return true
	const name = type.kind === 'type_identifier' ? typeName(go, type) : undefined
	return name !== undefined && go.structs.has(name)
}

/** What is assigned: of a variable that is a struct itself, a copy. */
export function assignedOf(go: Go, value: Expression): Expression {
	if (value.kind !== 'name' || !go.copied.has(value.name)) return value
	return ownCall('@copy', [{ value, ...spanOf(value) }], value)
}
