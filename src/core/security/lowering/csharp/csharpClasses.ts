import type { ClassIr, Expression, FieldIr, FunctionIr, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { classFrame } from '../selfScope.ts'
import { type CsharpContext, namedChildren, spanOf, textOf, withPlaces } from './csharpContext.ts'
import { attributesOf, functionBody, hasModifier } from './csharpFunctions.ts'
import { fieldsOf, lowerFunction, primaryConstructor, property } from './csharpMembers.ts'
import { typeExpression, typeParametersOf } from './csharpTypes.ts'

const forms: Readonly<Record<string, ClassIr['form']>> = {
	class_declaration: 'class',
	record_declaration: 'class',
	record_struct_declaration: 'struct',
	struct_declaration: 'struct',
	interface_declaration: 'interface',
	enum_declaration: 'enum',
}

export function isClass(node: CodeNode): boolean {
	return Object.hasOwn(forms, node.kind)
}

interface Members {
	readonly fields: FieldIr[]
	readonly methods: FunctionIr[]
	readonly classes: ClassIr[]
	readonly initializers: Statement[]
}

export function lowerClass(cs: CsharpContext, node: CodeNode): ClassIr {
	const name = childOf(node, 'name')
	const members = membersOf(node)
	const bases = basesOf(cs, node)
	const list = node.children.find((child) => child.kind === 'parameter_list')
	const outer = cs.frame
	cs.frame = classFrame(outer, {
		fields: [...members.flatMap((member) => fieldNames(cs, member)), ...parameterNames(cs, list)],
		methods: members
			.filter((it) => it.kind === 'method_declaration')
			.map((it) => textOf(cs, childOf(it, 'name') ?? it)),
		hasBases: bases.length > 0,
		typeParameters: typeParametersOf(cs, node),
	})
	try {
		const made: Members = { fields: [], methods: [], classes: [], initializers: [] }
		const primary = primaryConstructor(cs, node)
		made.fields.push(...primary.fields)
		if (primary.made) made.methods.push(primary.made)
		for (const member of members) addMember(cs, node, member, made)
		return {
			...spanOf(node),
			name: name && textOf(cs, name),
			form: forms[node.kind] ?? 'class',
			bases,
			methods: made.methods,
			fields: made.fields,
			classes: made.classes,
			initializers: made.initializers,
			annotations: attributesOf(cs, node),
			...(isShown(node, made.methods) ? { isRecord: true } : {}),
			head: spanOf(name ?? node),
		}
	} finally {
		cs.frame = outer
	}
}

/** A record without a text of its own. */
function isShown(node: CodeNode, methods: readonly FunctionIr[]): boolean {
	return node.kind.startsWith('record_') && !methods.some((it) => it.name === 'ToString' || it.name === 'PrintMembers')
}

/** Members also where the preprocessor chooses between them, or the parser could not read all. */
function membersOf(node: CodeNode): CodeNode[] {
	const open = [...(childOf(node, 'body')?.children ?? [])]
	const members: CodeNode[] = []
	for (let member = open.shift(); member; member = open.shift()) {
		if (member.kind === 'ERROR') members.push(member)
		if (member.kind.startsWith('preproc_') || member.kind === 'ERROR') open.unshift(...member.children)
		else if (member.isNamed) members.push(member)
	}
	return members
}

function fieldNames(cs: CsharpContext, member: CodeNode): string[] {
	if (member.kind === 'field_declaration' || member.kind === 'event_field_declaration') {
		const list = member.children.find((child) => child.kind === 'variable_declaration')
		return (list?.children ?? []).flatMap((child) =>
			child.kind === 'variable_declarator' ? [textOf(cs, childOf(child, 'name') ?? child)] : [],
		)
	}
	if (member.kind !== 'property_declaration' && member.kind !== 'enum_member_declaration') return []
	return [textOf(cs, childOf(member, 'name') ?? member)]
}

function parameterNames(cs: CsharpContext, list: CodeNode | undefined): string[] {
	return (list?.children ?? []).flatMap((child) => {
		const name = child.kind === 'parameter' ? childOf(child, 'name') : undefined
		return name ? [textOf(cs, name)] : []
	})
}

function basesOf(cs: CsharpContext, node: CodeNode): Expression[] {
	const list = node.children.find((child) => child.kind === 'base_list')
	if (!list) return []
	return namedChildren(list)
		.filter((child) => child.kind !== 'argument_list')
		.map((child) =>
			typeExpression(cs, child.kind === 'primary_constructor_base_type' ? childOf(child, 'type') : child, child),
		)
}

function addMember(cs: CsharpContext, node: CodeNode, member: CodeNode, made: Members): void {
	if (isClass(member)) made.classes.push(lowerClass(cs, member))
	else if (member.kind === 'field_declaration' || member.kind === 'event_field_declaration')
		made.fields.push(...fieldsOf(cs, member))
	else if (member.kind === 'property_declaration' || member.kind === 'indexer_declaration') {
		const { field, functions } = property(cs, member)
		if (field) made.fields.push(field)
		made.methods.push(...functions)
	} else if (member.kind === 'enum_member_declaration') made.fields.push(enumMember(cs, member))
	else if (member.kind === 'constructor_declaration' && hasModifier(cs, member, 'static')) {
		made.initializers.push(...functionBody(cs, childOf(member, 'body'), false))
	} else if (/^(?:method|constructor|operator|conversion_operator|destructor)_declaration$/.test(member.kind)) {
		made.methods.push(lowerFunction(cs, member, node.kind === 'interface_declaration'))
	} else if (member.kind === 'ERROR') cs.gaps.push(spanOf(member))
}

function enumMember(cs: CsharpContext, member: CodeNode): FieldIr {
	const value = childOf(member, 'value')
	const name = childOf(member, 'name') ?? member
	return {
		...spanOf(member),
		name: textOf(cs, name),
		isStatic: true,
		type: undefined,
		initial: value && withPlaces(cs, undefined, () => cs.expression(value, value)),
		annotations: [],
	}
}
