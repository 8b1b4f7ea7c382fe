import type { Argument, Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, isType, nothingAt, numberAt, spanOf, textOf } from './cContext.ts'
import { copiedIntoEmpty, takenForOther, uncaughtIn } from './cContracts.ts'
import { arrayOf } from './cInitializers.ts'
import { movedVariable, moveOf, triedArguments } from './cMoves.ts'
import { pathOf, typeOf } from './cNames.ts'
import { heldBy, resetOf } from './cOwners.ts'
import { narrowed } from './cSizes.ts'
import {
	type CType,
	constantIn,
	declaredType,
	nameOfType,
	plainType,
	sizeOf,
	specifierType,
	structureType,
} from './cTypes.ts'

const casts =
	/^(?:(?:static|dynamic|reinterpret|const|bit|qobject|qgraphicsitem|implicit|down|polymorphic(?:_down)?)_cast|(?:static|dynamic|reinterpret|const)_pointer_cast)$/

/** Moves do nothing to what they move, and what is inserted is in the container. */
const transparent =
	/^(?:std::)?(?:move|move_if_noexcept|forward|ref|cref|addressof|as_const|launder|to_address|back_inserter|front_inserter|inserter)$/

export function callOf(c: C, node: CodeNode): Expression {
	const callee = childOf(node, 'function')
	const written = childOf(node, 'arguments')
	const span = spanOf(node)
	const [first] = written ? namedChildren(written) : []
	const template = templateIn(callee)
	if (template) {
		const name = childOf(template, 'name')
		const arguments_ = childOf(template, 'arguments')
		const type = arguments_ && childOfKind(arguments_, 'type_descriptor')
		if (name && casts.test(textOf(c, name)) && type && first) {
			const cast = castCall(c, type, first, node)
			return /^(?:static_cast|static_pointer_cast|down_cast)$/.test(textOf(c, name))
				? takenForOther(c, specifierType(c.types, type), first, cast, node)
				: cast
		}
		if (name && makers.test(textOf(c, name)) && type) return madeByCall(c, type, argumentsIn(c, written), node)
	}
	if (template && callee && written) {
		const type = specifierType(c.types, callee)
		if (type.form === 'pointer' && type.isOwner)
			return heldBy(c, type, written, first && c.expression(first, node), node)
	}
	const reset = callee && resetOf(c, callee, first, node)
	if (reset) return reset
	const text = callee ? textOf(c, callee).replace(/\s+|<[\s\S]*>/g, '') : ''
	// The program may have a function of its own of this name.
	if (first && transparent.test(text) && !c.types.functions.has(text)) {
		const variable = movedVariable(c, node)
		return variable ? moveOf(c, variable, node) : c.expression(first, node)
	}
	if (callee && isType(callee)) return typeCall(c, callee, written, node)
	const target = c.expression(callee, node)
	// A function that is called through a pointer is the function.
	const called = target.kind === 'unary' && target.operator === '*' ? target.operand : target
	// `CROW_ROUTE(app, "/")(handler)`: what a route gives is called with its handler.
	const isRoute = callee?.kind === 'call_expression' && /^CROW_\w*ROUTE\b|\.route_dynamic\(/.test(text)
	const inner: Expression = isRoute ? { kind: 'field', object: called, name: '@handler', ...spanOf(callee) } : called
	const isClass =
		callee?.kind === 'identifier' && c.types.structures.has(text) && c.types.functions.get(text) === undefined
	const given = triedArguments(c, callee, argumentsIn(c, written))
	const made: Expression = { kind: 'call', callee: inner, arguments: given, isNew: isClass, ...span }
	return uncaughtIn(c, node, copiedIntoEmpty(c, node, made))
}

/** `f<T>` and `ns::f<T>`. */
function templateIn(callee: CodeNode | undefined): CodeNode | undefined {
	let at = callee
	while (at?.kind === 'qualified_identifier') at = childOf(at, 'name')
	return at?.kind === 'template_function' ? at : undefined
}

/** What these make is what `new` makes. */
const makers = /^(?:make_(?:unique|shared|optional|unique_for_overwrite|shared_for_overwrite)|MakeUnique|WrapUnique)$/

/** `std::make_unique<T>(…)`, `std::make_unique<T[]>(n)`. */
function madeByCall(c: C, type: CodeNode, values: Argument[], node: CodeNode): Expression {
	const made = specifierType(c.types, type)
	const [first] = values
	if (made.form !== 'array') return madeFor(c, made, childOf(type, 'type') ?? type, values, node)
	const count = first?.value ?? nothingAt(node)
	return intrinsic('new', node, arrayOf(c, { ...made, count: undefined }, count, node), count)
}

function castCall(c: C, type: CodeNode, value: CodeNode, at: CodeNode): Expression {
	const to = specifierType(c.types, type)
	const inner = c.expression(value, at)
	const of = to.form === 'pointer' || to.form === 'reference' ? to.to : to
	if (of.form !== 'plain') return inner
	// Two bytes of a message that are taken for a number with a sign.
	if (to.form === 'plain' && isShort(to)) return intrinsic('signed', at, narrowed(c, to, value, inner))
	if (to.form === 'plain' && !to.isClass) return narrowed(c, to, value, inner)
	const cast: Expression =
		of.isClass && !of.name.startsWith('@') ? { kind: 'cast', type: of.name, value: inner, ...spanOf(at) } : inner
	return to.form === 'pointer' && of.size !== undefined ? intrinsic('pointer', at, cast, numberAt(of.size, at)) : cast
}

function isShort(type: CType): boolean {
	return (
		type.form === 'plain' &&
		!type.isClass &&
		type.isUnsigned !== true &&
		/^(?:int16_t|int8_t|short|(?:__)?s(?:8|16))$/.test(type.name)
	)
}

/** `int(x)`, `std::string(x)`. */
function typeCall(c: C, callee: CodeNode, written: CodeNode | undefined, at: CodeNode): Expression {
	const type = specifierType(c.types, callee)
	const [first] = written ? namedChildren(written) : []
	if (type.form === 'plain' && !type.isClass) return first ? c.expression(first, at) : numberAt(0, at)
	const name = type.form === 'plain' ? type.name : nameOfType(c.text, callee)
	return { kind: 'call', callee: pathOf(name, callee), arguments: argumentsIn(c, written), isNew: true, ...spanOf(at) }
}

/** `new T(…)`, `new T[n]`. */
export function madeOf(c: C, node: CodeNode): Expression {
	const written = childOf(node, 'type')
	const declarator = childOf(node, 'declarator')
	const base = specifierType(c.types, written)
	const type = declaredType(c.types, base, declarator?.kind === 'new_declarator' ? undefined : declarator)
	const length = declarator && childOf(declarator, 'length')
	if (length) {
		const count = constantIn(c.types, length)
		return intrinsic(
			'new',
			node,
			arrayOf(c, { form: 'array', of: type, count }, c.expression(length, length), node),
			c.expression(length, length),
		)
	}
	return madeFor(c, type, written ?? node, argumentsIn(c, childOf(node, 'arguments')), node)
}

function madeFor(c: C, type: CType, written: CodeNode, values: Argument[], node: CodeNode): Expression {
	if (type.form !== 'plain' || !type.isClass) {
		const array = arrayOf(c, { form: 'array', of: type, count: 1 }, undefined, node)
		const [first] = values
		const made = first ? intrinsic('filled', node, array, first.value) : array
		// An array that a name stands for is one of many, too.
		return type.form === 'array'
			? intrinsic('new', node, made, numberAt(type.count ?? null, node))
			: intrinsic('new', node, made)
	}
	const made: Expression = {
		kind: 'call',
		callee: pathOf(type.name, written),
		arguments: values,
		isNew: true,
		...spanOf(node),
	}
	return type.size === undefined ? made : intrinsic('sized', node, made, numberAt(type.size, node))
}

export function argumentsIn(c: C, node: CodeNode | undefined): Argument[] {
	if (!node) return []
	return namedChildren(node).map((it): Argument => {
		if (it.kind === 'parameter_pack_expansion')
			return { value: c.expression(namedChildren(it)[0], it), spread: 'list', ...spanOf(it) }
		return { value: c.expression(it, it), ...spanOf(it) }
	})
}

export function sizeOfExpression(c: C, node: CodeNode): Expression {
	const type = childOf(node, 'type')
	const value = childOf(node, 'value')
	if (type) {
		const size = sizeOf(specifierType(c.types, type))
		return size === undefined ? nothingAt(node) : numberAt(size, node)
	}
	let inner = value
	while (inner?.kind === 'parenthesized_expression') inner = namedChildren(inner)[0]
	const known = typeOf(c, inner)
	const name = inner && !known ? textOf(c, inner) : ''
	const named =
		known ?? c.types.names.get(name) ?? (c.types.structures.has(name) ? structureType(c.types, name) : undefined)
	if (inner?.kind === 'string_literal') {
		const text = c.expression(inner, node)
		if (text.kind === 'constant' && typeof text.value === 'string') return numberAt(text.value.length + 1, node)
	}
	const plain = name === '' ? undefined : sizeOf(plainType(name))
	const size = named ? sizeOf(named) : plain
	return size === undefined ? nothingAt(node) : numberAt(size, node)
}

export function offsetOf(c: C, node: CodeNode): Expression {
	const type = specifierType(c.types, childOf(node, 'type'))
	const member = childOf(node, 'member')
	const structure = type.form === 'plain' ? c.types.structures.get(type.name) : undefined
	const offset = member && structure?.offsets.get(textOf(c, member))
	return offset === undefined ? nothingAt(node) : numberAt(offset, node)
}
