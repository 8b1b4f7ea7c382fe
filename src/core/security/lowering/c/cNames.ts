import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, nothingAt, numberAt, spanOf, textOf, typeOfName } from './cContext.ts'
import {
	type CType,
	classIn,
	elementOf,
	nameOfType,
	type Structure,
	specifierType,
	structureType,
	systemConstant,
} from './cTypes.ts'

/** A bare name: a variable, or a member of the class that is being lowered. */
export function nameOf(c: C, node: CodeNode): Expression {
	const name = textOf(c, node)
	const span = spanOf(node)
	if (name === '') return nothingAt(node)
	const fixed = systemConstant(name)
	if (fixed !== undefined && !typeOfName(c, name) && !c.types.constants.has(name)) return numberAt(fixed, node)
	if (!typeOfName(c, name) && isMember(c, name))
		return { kind: 'field', object: { kind: 'self', ...span }, name, ...span }
	return { kind: 'name', name, ...span }
}

function isMember(c: C, name: string): boolean {
	return memberOf(c, c.owner, name) !== undefined
}

/** The structure that has a member: the class itself, or one that it comes from. */
function memberOf(c: C, owner: string | undefined, name: string, depth = 0): Structure | undefined {
	const structure = owner === undefined ? undefined : c.types.structures.get(owner)
	if (!structure || depth > 8) return undefined
	if (structure.fields.has(name) || structure.methods.has(name)) return structure
	for (const base of structure.bases) {
		const found = memberOf(c, base.slice(base.lastIndexOf('.') + 1), name, depth + 1)
		if (found) return found
	}
	return undefined
}

/** `std::cin`, `A::b`, `::f`, and `ns::f` of a namespace of the file, whose names are known without it. */
export function qualifiedName(c: C, node: CodeNode): Expression {
	const span = spanOf(node)
	const parts = nameOfType(c.text, node)
		.split(/\.|::/)
		.filter((it) => it !== '')
	while (parts.length > 1 && c.types.namespaces.has(parts[0] as string)) parts.shift()
	const [first, ...rest] = parts
	if (first === undefined) return nothingAt(node)
	let made: Expression = { kind: 'name', name: first, ...span }
	for (const name of rest) made = { kind: 'field', object: made, name, ...span }
	return made
}

export function pathOf(name: string, at: CodeNode): Expression {
	const span = spanOf(at)
	const [first = '', ...rest] = name.split('.')
	let made: Expression = { kind: 'name', name: first, ...span }
	for (const it of rest) made = { kind: 'field', object: made, name: it, ...span }
	return made
}

/** The type of an expression, as far as the file says it. */
export function typeOf(c: C, node: CodeNode | undefined, depth = 0): CType | undefined {
	if (!node || depth > 30) return undefined
	switch (node.kind) {
		case 'identifier': {
			const name = textOf(c, node)
			const known = typeOfName(c, name)
			if (known) return known.form === 'reference' ? known.to : known
			return memberOf(c, c.owner, name)?.fields.get(name)
		}
		case 'this':
			return c.owner === undefined ? undefined : { form: 'pointer', to: structureType(c.types, c.owner) }
		case 'parenthesized_expression':
			return typeOf(c, namedChildren(node)[0], depth + 1)
		case 'field_expression': {
			const owner = classIn(typeOf(c, childOf(node, 'argument'), depth + 1))
			const field = childOf(node, 'field')
			if (owner === undefined || !field) return undefined
			const name = textOf(c, field)
			return memberOf(c, owner, name)?.fields.get(name)
		}
		case 'subscript_expression':
			return elementOf(typeOf(c, childOf(node, 'argument'), depth + 1))
		case 'pointer_expression': {
			const inner = typeOf(c, childOf(node, 'argument'), depth + 1)
			const operator = childOf(node, 'operator')
			if (operator?.kind === '&') return inner && { form: 'pointer', to: inner }
			return elementOf(inner)
		}
		case 'cast_expression':
			return specifierType(c.types, childOf(node, 'type'))
		case 'call_expression': {
			const callee = childOf(node, 'function')
			return callee?.kind === 'identifier' ? c.types.functions.get(textOf(c, callee)) : undefined
		}
		case 'assignment_expression':
			return typeOf(c, childOf(node, 'left'), depth + 1)
		case 'update_expression':
			return typeOf(c, childOf(node, 'argument'), depth + 1)
		case 'binary_expression': {
			const left = typeOf(c, childOf(node, 'left'), depth + 1)
			return left?.form === 'pointer' || left?.form === 'array' ? left : undefined
		}
		case 'char_literal':
			return { form: 'plain', name: 'int', size: 4, isClass: false }
		case 'string_literal':
			return { form: 'pointer', to: { form: 'plain', name: 'char', size: 1, isClass: false } }
		default:
			return undefined
	}
}
