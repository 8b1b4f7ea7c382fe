import type { Expression, FieldIr, Statement, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { argumentsIn } from './cCalls.ts'
import { type C, declareName, intrinsic, numberAt, spanOf, textOf } from './cContext.ts'
import { argumentsLikeParameters, isObjectWithArguments } from './cDirectInitialization.ts'
import { noteUnaskedRead } from './cEnds.ts'
import { asPointer, signedOf } from './cExpressions.ts'
import { arrayOf, initializerOf, initialOf } from './cInitializers.ts'
import { pathOf } from './cNames.ts'
import { heldBy } from './cOwners.ts'
import { notePointerSize, notePrinted } from './cPrinted.ts'
import { noteConversion } from './cQuestions.ts'
import { searched } from './cSearches.ts'
import { narrowed } from './cSizes.ts'
import { heldInside, noteView } from './cTemporaries.ts'
import {
	bindingIn,
	type CType,
	classIn,
	declaredName,
	declaredType,
	functionDeclarator,
	hasGaps,
	specifierType,
	unknownType,
} from './cTypes.ts'
import { viewedIn, viewStatement } from './cViews.ts'

/** `int a = 1, *b;`. Functions that are only declared are nothing: what they do is not known here. */
export function variablesOf(c: C, node: CodeNode): Statement[] {
	const written = childOf(node, 'type')
	const base = specifierType(c.types, written)
	const made: Statement[] = []
	if (written && childOf(written, 'body') && written.kind !== 'enum_specifier')
		made.push({ kind: 'class', class: c.classOf(written), ...spanOf(written) })
	const isStatic = node.children.some(
		(it) => it.kind === 'storage_class_specifier' && /^(?:static|extern|thread_local)$/.test(textOf(c, it)),
	)
	for (const declarator of childrenOf(node, 'declarator')) made.push(...variableOf(c, node, base, declarator, isStatic))
	return made
}

function variableOf(c: C, node: CodeNode, base: CType, declarator: CodeNode, isStatic: boolean): Statement[] {
	const inner = declarator.kind === 'init_declarator' ? childOf(declarator, 'declarator') : declarator
	const value = declarator.kind === 'init_declarator' ? childOf(declarator, 'value') : childOf(node, 'value')
	const bindings = bindingIn(inner)
	if (bindings) return bindingsOf(c, bindings, value, node)
	const name = declaredName(inner)
	if (!name) return []
	const type = declaredType(c.types, base, inner)
	const isFunction = functionDeclarator(inner) !== undefined && !value
	if (isFunction && !isObjectWithArguments(c, inner, base)) return []
	if (name.kind === 'qualified_identifier') return staticMember(c, name, value, type, node)
	const own = type.form === 'function' ? base : type
	declareName(c, textOf(c, name), own)
	if (isStatic) c.statics.add(textOf(c, name))
	else c.statics.delete(textOf(c, name))
	const isHidden = isStatic || c.types.inMacros.has(textOf(c, name))
	const made = !value && inner === name && !isHidden ? libraryObject(c, own, node) : undefined
	noteConversion(c, own, value)
	notePrinted(c, textOf(c, name), value)
	notePointerSize(c, name, own, value)
	noteUnaskedRead(c, textOf(c, name), value)
	const first = made ?? firstValue(c, own, inner, value, node, isHidden)
	const initial = first && value ? narrowed(c, own, value, searched(c, textOf(c, name), value, first)) : first
	const declared: Statement = {
		kind: 'declare',
		target: { kind: 'name', name: textOf(c, name), ...spanOf(name) },
		type: classIn(own)?.replace(/^@.*/, '') || undefined,
		initial,
		isHoisted: false,
		...spanOf(declarator),
	}
	noteView(c, textOf(c, name), own, isStatic ? undefined : value)
	const container = value && c.blocks.length > 1 ? viewedIn(c, own, value) : undefined
	return container ? [declared, viewStatement(c, name, container, own.form === 'reference')] : [declared]
}

/** `Parser parser;` of a class that the file does not define is made as `Parser parser()` would make it. Names with `struct` are those of C. */
function libraryObject(c: C, type: CType, node: CodeNode): Expression | undefined {
	const written = childOf(node, 'type')
	if (written?.kind !== 'type_identifier' && written?.kind !== 'qualified_identifier') return undefined
	if (c.blocks.length < 2 || type.form !== 'plain' || !isObject(c, type)) return undefined
	// A function may have the name of a type of C.
	if (!/^[A-Z]|\./.test(type.name) || /^[A-Z_\d]+$/.test(type.name)) return undefined
	return { kind: 'call', callee: pathOf(type.name, node), arguments: [], isNew: true, ...spanOf(node) }
}

function firstValue(
	c: C,
	type: CType,
	declarator: CodeNode | undefined,
	value: CodeNode | undefined,
	at: CodeNode,
	isStatic: boolean,
): Expression | undefined {
	if (!value) {
		const parameters = declarator && functionDeclarator(declarator) && childOf(declarator, 'parameters')
		if (parameters) return constructed(c, type, parameters, at)
		const isLocal = !isStatic && c.blocks.length > 1
		if (type.form === 'array') {
			const array = arrayOf(c, type, countOf(c, type, declarator), at)
			return isLocal ? intrinsic('unset', at, array) : array
		}
		const known = initialOf(c, type, at)
		if (isLocal && type.form === 'plain' && isPlainStructure(c, type, childOf(at, 'type')))
			return intrinsic(
				'unset',
				at,
				known ?? { kind: 'object', entries: [], type: type.name, ...spanOf(at) },
				...(hasGaps(c.types, c.types.structures.get(type.name)) ? [numberAt(1, at)] : []),
			)
		// Of a class that stands for a pointer it is empty.
		const isOwner = type.form === 'pointer' && type.isOwner === true
		if (known || isStatic || isOwner || c.blocks.length < 2) return known
		const inner = type.form === 'pointer' ? type.to : type
		return (inner.form === 'plain' && inner.isClass) || type.form === 'reference' || inner === unknownType
			? undefined
			: intrinsic('uninitialized', at)
	}
	if (value.kind === 'argument_list' || (value.kind === 'initializer_list' && isObject(c, type)))
		return heldInside(c, type, value, constructed(c, type, value, at))
	const written = signedOf(c, initializerOf(c, value, type, at), value, type)
	const pointer = asPointer(c, written, value, type, value)
	return heldInside(c, type, value, pointer)
}

/** A structure whose members begin with what was there before. In C++ its name alone says so. */
function isPlainStructure(c: C, type: CType, written: CodeNode | undefined): boolean {
	if (written?.kind === 'struct_specifier') return true
	return written?.kind === 'type_identifier' && type.form === 'plain' && c.types.structures.has(type.name)
}

/** An array whose length is only known when it is reached. */
function countOf(c: C, type: CType, declarator: CodeNode | undefined): Expression | undefined {
	if (type.form !== 'array' || type.count !== undefined) return undefined
	const size = declarator && childOf(declarator, 'size')
	return size && c.expression(size, size)
}

/** A class that the file does not define as plain data. */
function isObject(c: C, type: CType): boolean {
	return type.form === 'plain' && type.isClass && !c.types.structures.has(type.name)
}

function constructed(c: C, type: CType, values: CodeNode, at: CodeNode): Expression {
	const given = values.kind === 'parameter_list' ? argumentsLikeParameters(c, values) : argumentsIn(c, values)
	if (type.form !== 'plain' || !type.isClass) return heldBy(c, type, values, given[0]?.value, at)
	return { kind: 'call', callee: pathOf(type.name, at), arguments: given, isNew: true, ...spanOf(at) }
}

function bindingsOf(c: C, declarator: CodeNode, value: CodeNode | undefined, at: CodeNode): Statement[] {
	const names = namedChildren(declarator).filter((it) => it.kind === 'identifier')
	for (const it of names) declareName(c, textOf(c, it), unknownType)
	const target: Target = {
		kind: 'listPattern',
		items: names.map((it) => ({ target: { kind: 'name', name: textOf(c, it), ...spanOf(it) }, ...spanOf(it) })),
		...spanOf(declarator),
	}
	return [
		{
			kind: 'declare',
			target,
			type: undefined,
			initial: value && c.expression(value, at),
			isHoisted: false,
			...spanOf(at),
		},
	]
}

/** `int A::count = 0;` */
function staticMember(c: C, name: CodeNode, value: CodeNode | undefined, type: CType, at: CodeNode): Statement[] {
	const target = c.target(name)
	if (!value || target.kind !== 'field') return []
	const written = initializerOf(c, value, type, at)
	return [{ kind: 'expression', expression: { kind: 'assign', target, value: written, ...spanOf(at) }, ...spanOf(at) }]
}

export function fieldsOf(c: C, node: CodeNode): FieldIr[] {
	const base = specifierType(c.types, childOf(node, 'type'))
	const isStatic = node.children.some((it) => it.kind === 'storage_class_specifier' && textOf(c, it) === 'static')
	const value = childOf(node, 'default_value')
	return childrenOf(node, 'declarator').flatMap((declarator): FieldIr[] => {
		const name = declaredName(declarator)
		if (!name || functionDeclarator(declarator)) return []
		const type = declaredType(c.types, base, declarator)
		return [
			{
				name: textOf(c, name),
				isStatic,
				type: classIn(type)?.replace(/^@.*/, '') || undefined,
				initial: value ? fieldValue(c, type, value, declarator, node) : initialOf(c, type, declarator, 1),
				annotations: [],
				...spanOf(declarator),
			},
		]
	})
}

/** `Engine engine{seed};` makes an object, `Array all = {1, 2};` one with these values. */
function fieldValue(c: C, type: CType, value: CodeNode, declarator: CodeNode, at: CodeNode): Expression {
	const isMade = value.kind === 'initializer_list' && !c.text.slice(declarator.end, value.start).includes('=')
	const made = isMade && isObject(c, type) ? constructed(c, type, value, at) : undefined
	return made ?? initializerOf(c, value, type, at)
}
