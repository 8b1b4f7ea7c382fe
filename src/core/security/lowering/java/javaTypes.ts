import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf } from '../../tree/codeNode.ts'
import { boundOfType } from '../selfScope.ts'
import { type JavaContext, spanOf, textOf } from './javaContext.ts'

const typeKinds = new Set([
	'type_identifier',
	'scoped_type_identifier',
	'generic_type',
	'array_type',
	'annotated_type',
	'integral_type',
	'floating_point_type',
	'boolean_type',
	'void_type',
])

export function isType(node: CodeNode): boolean {
	return typeKinds.has(node.kind)
}

/** A type as it is written, without type arguments and annotations: `java.util.Map.Entry`, `String[]`. Undefined for `var`. */
export function typeText(java: JavaContext, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	if (node.kind === 'type_identifier' || node.kind === 'identifier') {
		const name = textOf(java, node)
		if (name === 'var' || name === '') return undefined
		const bound = boundOfType(java.frame, name)
		return bound === null ? name : bound
	}
	if (node.kind === 'scoped_type_identifier' || node.kind === 'scoped_identifier') return qualified(java, node)
	if (node.kind === 'generic_type' || node.kind === 'annotated_type') return typeText(java, node.children.find(isType))
	if (node.kind === 'array_type') {
		const element = typeText(java, childOf(node, 'element')) ?? ''
		return element + dimensionsText(java, node)
	}
	return textOf(java, node)
}

/** `[]` for each dimension that is written behind a name or type. */
export function dimensionsText(java: JavaContext, node: CodeNode): string {
	let dimensions = ''
	for (const child of childrenOf(node, 'dimensions')) {
		for (const character of textOf(java, child)) if (character === '[') dimensions += '[]'
	}
	return dimensions
}

function qualified(java: JavaContext, node: CodeNode): string {
	const parts: string[] = []
	for (const child of node.children) {
		const part = child.kind === '.' ? undefined : isName(child) ? typeText(java, child) : undefined
		if (part) parts.push(part)
	}
	const path = parts.join('.')
	const name = qualifiedPart.exec(path)?.[0]
	if (name !== undefined && isQualified(name)) java.qualified.add(name)
	return path
}

const qualifiedPart = /^(?:\p{Ll}[\w$]*\.)+\p{Lu}[\w$]*/u

/** A class with a package in front that may be one of the program. */
function isQualified(path: string): boolean {
	return qualifiedPart.exec(path)?.[0] === path && !/^javax?\./.test(path)
}

function isName(node: CodeNode): boolean {
	return isType(node) || node.kind === 'identifier' || node.kind === 'scoped_identifier'
}

/** A class as an expression: a name, or fields of packages and outer classes. */
export function typeExpression(
	java: JavaContext,
	node: CodeNode | undefined,
	at: { start: number; end: number },
): Expression {
	if (!node) return { kind: 'opaque', ...spanOf(at), parts: [] }
	if (node.kind === 'array_type') return { kind: 'opaque', ...spanOf(node), parts: [] }
	if (node.kind === 'generic_type' || node.kind === 'annotated_type')
		return typeExpression(java, node.children.find(isType), node)
	if (node.kind === 'scoped_type_identifier' || node.kind === 'scoped_identifier') {
		const parts = node.children.filter(isName)
		const last = parts.at(-1)
		const first = parts.length > 1 ? parts[0] : undefined
		if (!last) return { kind: 'opaque', ...spanOf(node), parts: [] }
		if (!first) return typeExpression(java, last, node)
		const path = qualified(java, node)
		if (isQualified(path)) return { kind: 'name', ...spanOf(node), name: path }
		return { kind: 'field', ...spanOf(node), object: typeExpression(java, first, node), name: textOf(java, last) }
	}
	return { kind: 'name', ...spanOf(node), name: textOf(java, node) }
}

/** Names of type parameters with their first bound. */
export function typeParametersOf(java: JavaContext, node: CodeNode): Map<string, string | undefined> {
	const found = new Map<string, string | undefined>()
	const list = childOf(node, 'type_parameters') ?? node.children.find((child) => child.kind === 'type_parameters')
	for (const parameter of list?.children ?? []) {
		const name =
			parameter.kind === 'type_parameter'
				? parameter.children.find((child) => child.kind === 'type_identifier')
				: undefined
		if (!name) continue
		const bound = parameter.children.find((child) => child.kind === 'type_bound')
		found.set(textOf(java, name), typeText(java, bound?.children.find(isType)))
	}
	return found
}
