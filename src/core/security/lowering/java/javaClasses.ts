import type { Annotation, ClassIr, Expression, FieldIr, FunctionIr, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { classFrame } from '../selfScope.ts'
import { annotationsOf, argumentsOf, hasModifier } from './javaArguments.ts'
import { type JavaContext, spanOf, textOf } from './javaContext.ts'
import { inFunction } from './javaLambdas.ts'
import { functionShape, lowerMethod } from './javaMethods.ts'
import { recordAccessors, recordConstructor, recordFields } from './javaRecords.ts'
import { dimensionsText, isType, typeExpression, typeParametersOf, typeText } from './javaTypes.ts'

const classKinds = new Set([
	'class_declaration',
	'interface_declaration',
	'enum_declaration',
	'record_declaration',
	'annotation_type_declaration',
])

const formOf: Readonly<Record<string, ClassIr['form']>> = {
	interface_declaration: 'interface',
	annotation_type_declaration: 'interface',
	enum_declaration: 'enum',
	record_declaration: 'struct',
}

interface Members {
	readonly fields: FieldIr[]
	readonly methods: FunctionIr[]
	readonly classes: ClassIr[]
	readonly initializers: Statement[]
	/** Blocks that run in every constructor. */
	readonly perObject: Statement[]
}

/** A class, interface, enum or record; also the anonymous one of `new X() { … }` and of a constant of an enum. */
export function lowerClass(java: JavaContext, node: CodeNode): ClassIr {
	const name = isClass(node) ? childOf(node, 'name') : undefined
	const members = membersOf(node)
	const bases = basesOf(java, node)
	const outer = java.frame
	java.frame = classFrame(outer, {
		fields: members
			.flatMap((member) => fieldNames(java.text, member))
			.concat(recordFields(java, node).map((field) => field.name)),
		methods: members
			.filter((member) => member.kind === 'method_declaration')
			.map((member) => textOf(java, childOf(member, 'name') ?? member)),
		hasBases: bases.length > 0,
		typeParameters: typeParametersOf(java, node),
	})
	try {
		const made = lowerMembers(java, node, members)
		const annotations = annotationsOf(java, node)
		addConstructors(java, node, made, bases.length > 0 && !name)
		return {
			...spanOf(node),
			name: name && textOf(java, name),
			form: formOf[node.kind] ?? 'class',
			bases,
			methods: made.methods,
			fields: made.fields,
			classes: made.classes,
			initializers: made.initializers,
			annotations,
			...(isShown(node, made.methods, annotations) ? { isRecord: true } : {}),
			head: spanOf(name ?? childOf(node, 'type') ?? node),
		}
	} finally {
		java.frame = outer
	}
}

/** A record without a text of its own; also a class that Lombok gives one with all of its fields. */
function isShown(node: CodeNode, methods: readonly FunctionIr[], annotations: readonly Annotation[]): boolean {
	const isMade = (it: Annotation) => /^(?:lombok\.)?(?:Data|Value|ToString)$/.test(it.name) && it.arguments.length === 0
	const isLeftOut = (it: Annotation) => /\bToString$/.test(it.name) && it.arguments.length > 0
	if (methods.some((it) => it.name === 'toString' && it.parameters.length === 0)) return false
	return node.kind === 'record_declaration' || (annotations.some(isMade) && !annotations.some(isLeftOut))
}

export function isClass(node: CodeNode): boolean {
	return classKinds.has(node.kind)
}

function membersOf(node: CodeNode): CodeNode[] {
	const body = childOf(node, 'body') ?? node.children.find((child) => child.kind === 'class_body')
	// What the parser could not read may hold whole members.
	return (body?.children ?? []).flatMap((child) => {
		if (child.kind === 'enum_body_declarations' || child.kind === 'ERROR') return [child, ...child.children]
		return [child]
	})
}

export function fieldNames(text: string, member: CodeNode): string[] {
	const isConstant = member.kind === 'enum_constant'
	if (!isConstant && member.kind !== 'field_declaration' && member.kind !== 'constant_declaration') return []
	return (isConstant ? [member] : childrenOf(member, 'declarator')).map((declarator) => {
		const name = childOf(declarator, 'name') ?? declarator
		return text.slice(name.start, name.end)
	})
}

function basesOf(java: JavaContext, node: CodeNode): Expression[] {
	if (node.kind === 'object_creation_expression') {
		const type = childOf(node, 'type')
		return type ? [typeExpression(java, type, node)] : []
	}
	const bases: Expression[] = []
	for (const child of node.children) {
		if (child.kind === 'superclass') bases.push(typeExpression(java, child.children.find(isType), child))
		else if (child.kind === 'super_interfaces' || child.kind === 'extends_interfaces') {
			const list = child.children.find((it) => it.kind === 'type_list')
			for (const type of list ? namedChildren(list) : []) bases.push(typeExpression(java, type, type))
		}
	}
	return bases
}

function lowerMembers(java: JavaContext, node: CodeNode, members: readonly CodeNode[]): Members {
	const made: Members = { fields: recordFields(java, node), methods: [], classes: [], initializers: [], perObject: [] }
	const isInterface = formOf[node.kind] === 'interface'
	for (const member of members) {
		if (isClass(member)) made.classes.push(lowerClass(java, member))
		else if (member.kind === 'method_declaration' || member.kind === 'constructor_declaration')
			made.methods.push(lowerMethod(java, member, { isInterface }))
		else if (member.kind === 'compact_constructor_declaration') {
			made.methods.push(lowerMethod(java, member, { isInterface, recordParameters: childOf(node, 'parameters') }))
		} else if (member.kind === 'enum_constant') made.fields.push(enumConstant(java, node, member))
		else if (member.kind === 'field_declaration' || member.kind === 'constant_declaration')
			made.fields.push(...fieldsOf(java, member))
		else if (member.kind === 'static_initializer') made.initializers.push(...bodyStatements(java, member.children))
		else if (member.kind === 'block') made.perObject.push(...bodyStatements(java, [member]))
		else if (member.kind === 'ERROR') java.gaps.push(spanOf(member))
	}
	return made
}

function bodyStatements(java: JavaContext, nodes: readonly CodeNode[]): Statement[] {
	const inner = nodes.length === 1 && nodes[0] ? nodes : nodes.filter((child) => child.kind === 'block')
	return inFunction(java, () => java.statements(inner))
}

function fieldsOf(java: JavaContext, member: CodeNode): FieldIr[] {
	const written = typeText(java, childOf(member, 'type'))
	const annotations = annotationsOf(java, member)
	const isStatic = hasModifier(member, 'static') || member.kind === 'constant_declaration'
	return childrenOf(member, 'declarator').map((declarator) => {
		const value = childOf(declarator, 'value')
		return {
			...spanOf(declarator),
			name: textOf(java, childOf(declarator, 'name') ?? declarator),
			isStatic,
			type: written === undefined ? undefined : written + dimensionsText(java, declarator),
			initial: value && outsideOfStatements(java, () => java.expression(value, value)),
			annotations,
		}
	})
}

/** An expression that stands in no statement. */
function outsideOfStatements<T>(java: JavaContext, run: () => T): T {
	const { before, declared, yields } = java
	java.before = undefined
	java.declared = undefined
	java.yields = undefined
	try {
		return run()
	} finally {
		java.before = before
		java.declared = declared
		java.yields = yields
	}
}

function enumConstant(java: JavaContext, node: CodeNode, member: CodeNode): FieldIr {
	const enumName = childOf(node, 'name')
	const name = childOf(member, 'name')
	const type: Expression = { kind: 'name', ...spanOf(member), name: textOf(java, enumName ?? node) }
	const body = childOf(member, 'body')
	const own = body && lowerClass(java, { ...member, field: undefined })
	const callee: Expression = own ? { kind: 'class', ...spanOf(member), class: { ...own, bases: [type] } } : type
	const initial: Expression = {
		kind: 'call',
		...spanOf(member),
		callee,
		arguments: argumentsOf(java, childOf(member, 'arguments')),
		isNew: true,
	}
	return {
		...spanOf(member),
		name: textOf(java, name ?? member),
		isStatic: true,
		type: type.name,
		initial,
		annotations: [],
	}
}

/** What a class does when an object is made and no constructor says so. */
function addConstructors(java: JavaContext, node: CodeNode, made: Members, isAnonymous: boolean): void {
	if (node.kind === 'record_declaration') {
		made.methods.push(...recordAccessors(java, node, made.methods))
		if (!made.methods.some((method) => method.form === 'constructor')) made.methods.push(recordConstructor(java, node))
	}
	if (made.perObject.length === 0) return
	let found = false
	for (const [index, method] of made.methods.entries()) {
		if (method.form !== 'constructor') continue
		found = true
		const [first, ...rest] = method.body
		const callee =
			first?.kind === 'expression' && first.expression.kind === 'call' ? first.expression.callee.kind : undefined
		if (callee === 'self') continue
		const body = callee === 'super' && first ? [first, ...made.perObject, ...rest] : [...made.perObject, ...method.body]
		made.methods[index] = { ...method, body }
	}
	if (!found) made.methods.push(initializingConstructor(node, made.perObject, isAnonymous))
}

/** An anonymous class hands all arguments on to its base. */
function initializingConstructor(node: CodeNode, body: readonly Statement[], isAnonymous: boolean): FunctionIr {
	const head = childOf(node, 'name') ?? node
	const shape = { ...functionShape(node, head), form: 'constructor' as const, body }
	if (!isAnonymous) return shape
	const span = spanOf(node)
	const target = { kind: 'name' as const, ...span, name: '$arguments' }
	const call: Expression = {
		kind: 'call',
		...span,
		callee: { kind: 'super', ...span },
		arguments: [{ ...span, value: target, spread: 'list' }],
		isNew: false,
	}
	return {
		...shape,
		parameters: [
			{ ...span, target, type: undefined, initial: undefined, rest: 'list', byReference: false, annotations: [] },
		],
		body: [{ kind: 'expression', ...span, expression: call }, ...body],
	}
}
