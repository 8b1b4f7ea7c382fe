import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { boundOfType } from '../selfScope.ts'
import { type CsharpContext, opaque, spanOf, textOf } from './csharpContext.ts'

/** Words of the language for types that have methods which matter. */
const named: Readonly<Record<string, string>> = { string: 'System.String', object: 'System.Object' }

/** A type as it is written, without type arguments: `System.Text.StringBuilder`, `System.String[]`. Undefined for `var`. */
export function typeText(cs: CsharpContext, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	switch (node.kind) {
		case 'implicit_type':
			return undefined
		case 'predefined_type': {
			const word = textOf(cs, node)
			return named[word] ?? word
		}
		case 'identifier': {
			const name = textOf(cs, node)
			if (name === '' || name === 'var' || name === 'dynamic') return undefined
			const bound = boundOfType(cs.frame, name)
			return bound === null ? name : bound
		}
		case 'generic_name':
		case 'nullable_type':
		case 'ref_type':
		case 'scoped_type':
			return typeText(cs, childOf(node, 'type') ?? node.children.find((child) => child.isNamed))
		case 'array_type': {
			const element = typeText(cs, childOf(node, 'type'))
			return element === undefined ? undefined : `${element}[]`
		}
		case 'qualified_name':
		case 'alias_qualified_name': {
			const parts = node.children
				.filter((child) => child.isNamed && child.field !== 'alias')
				.map((child) => typeText(cs, child))
			return parts.filter((part) => part !== undefined).join('.')
		}
		default:
			return undefined
	}
}

/** The type that results of `async` methods and lazy values hold. */
export function awaitedType(cs: CsharpContext, node: CodeNode | undefined): string | undefined {
	const name = node?.kind === 'generic_name' ? textOf(cs, node.children[0] ?? node) : undefined
	if (!node || (name !== 'Task' && name !== 'ValueTask')) return typeText(cs, node)
	const list = node.children.find((child) => child.kind === 'type_argument_list')
	return typeText(
		cs,
		list?.children.find((child) => child.isNamed),
	)
}

/** A class as an expression. */
export function typeExpression(cs: CsharpContext, node: CodeNode | undefined, at: CodeNode): Expression {
	const written = node && typeText(cs, node)
	if (!node || !written || written.endsWith('[]')) return opaque(node ?? at)
	return pathExpression(node, written.split('.'))
}

export function pathExpression(at: CodeNode, names: readonly string[]): Expression {
	const [first = '', ...rest] = names
	let expression: Expression = { kind: 'name', ...spanOf(at), name: first }
	for (const name of rest) expression = { kind: 'field', ...spanOf(at), object: expression, name }
	return expression
}

/** Names of type parameters with what they must come from. */
export function typeParametersOf(cs: CsharpContext, node: CodeNode): Map<string, string | undefined> {
	const found = new Map<string, string | undefined>()
	const list = node.children.find((child) => child.kind === 'type_parameter_list')
	for (const parameter of list?.children ?? []) {
		const name = parameter.kind === 'type_parameter' ? childOf(parameter, 'name') : undefined
		if (name) found.set(textOf(cs, name), undefined)
	}
	for (const clause of node.children) {
		if (clause.kind !== 'type_parameter_constraints_clause') continue
		const name = clause.children.find((child) => child.kind === 'identifier')
		const constraint = clause.children.find(
			(child) => child.kind === 'type_parameter_constraint' && childOf(child, 'type'),
		)
		if (name && constraint) found.set(textOf(cs, name), typeText(cs, childOf(constraint, 'type')))
	}
	return found
}
