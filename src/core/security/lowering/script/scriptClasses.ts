import type { ClassIr, Expression, FieldIr, FunctionIr, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { hasToken, type ScriptContext, spanOf, textOf } from './scriptContext.ts'
import { lowerDecorator, lowerFunction, nameOf, propertyParameters } from './scriptFunctions.ts'
import { constantAt } from './scriptLiterals.ts'
import { typeText } from './scriptTypes.ts'

/** A class, abstract class or interface. Decorators of a class may also stand before the `export` around it. */
export function lowerClass(script: ScriptContext, node: CodeNode, decorators: readonly CodeNode[] = []): ClassIr {
	const name = childOf(node, 'name')
	const body = childOf(node, 'body')
	const methods: FunctionIr[] = []
	const fields: FieldIr[] = []
	const initializers: Statement[] = []
	let pending: CodeNode[] = []
	for (const member of body ? namedChildren(body) : []) {
		if (member.kind === 'decorator') {
			pending.push(member)
			continue
		}
		if (isMethod(member)) {
			const method = lowerFunction(script, member, pending)
			methods.push(method)
			if (method.form === 'constructor') fields.push(...parameterFields(script, member))
		} else if (isField(member)) fields.push(lowerField(script, member, pending))
		else if (member.kind === 'class_static_block') initializers.push(...script.body(childOf(member, 'body')))
		else if (
			member.kind !== 'index_signature' &&
			member.kind !== 'call_signature' &&
			member.kind !== 'construct_signature'
		)
			script.gaps.push(spanOf(member))
		pending = []
	}
	const isInterface = node.kind === 'interface_declaration'
	const own = node.children.filter((child) => child.kind === 'decorator')
	return {
		...spanOf(node),
		name: name && textOf(script, name),
		form: isInterface ? 'interface' : 'class',
		bases: basesOf(script, node),
		methods: withoutOverloads(methods),
		fields,
		classes: [],
		initializers,
		annotations: [...decorators, ...own].map((it) => lowerDecorator(script, it)),
		head: spanOf(name ?? node.children[0] ?? node),
	}
}

function isMethod(node: CodeNode): boolean {
	return (
		node.kind === 'method_definition' || node.kind === 'abstract_method_signature' || node.kind === 'method_signature'
	)
}

function isField(node: CodeNode): boolean {
	return (
		node.kind === 'field_definition' || node.kind === 'public_field_definition' || node.kind === 'property_signature'
	)
}

/** Signatures before the method that has the body say nothing more. */
function withoutOverloads(methods: readonly FunctionIr[]): readonly FunctionIr[] {
	const defined = new Set(methods.filter((it) => !it.isAbstract).map((it) => it.name))
	return methods.filter((it) => !it.isAbstract || !defined.has(it.name))
}

function lowerField(script: ScriptContext, node: CodeNode, decorators: readonly CodeNode[]): FieldIr {
	const name = childOf(node, 'name') ?? childOf(node, 'property')
	const value = childOf(node, 'value')
	const own = node.children.filter((child) => child.kind === 'decorator')
	return {
		...spanOf(node),
		name: name ? nameOf(script, name) : '',
		isStatic: hasToken(node, 'static'),
		type: typeText(script, childOf(node, 'type')),
		initial: value && script.expression(value, value),
		annotations: [...decorators, ...own].map((it) => lowerDecorator(script, it)),
	}
}

function parameterFields(script: ScriptContext, method: CodeNode): readonly FieldIr[] {
	return propertyParameters(method).flatMap((parameter): readonly FieldIr[] => {
		const pattern = childOf(parameter, 'pattern')
		if (pattern?.kind !== 'identifier') return []
		const type = typeText(script, childOf(parameter, 'type'))
		return [
			{ ...spanOf(pattern), name: textOf(script, pattern), isStatic: false, type, initial: undefined, annotations: [] },
		]
	})
}

/** What it extends, then what it implements. */
function basesOf(script: ScriptContext, node: CodeNode): readonly Expression[] {
	const heritage = node.children.filter(
		(child) => child.kind === 'class_heritage' || child.kind === 'extends_type_clause',
	)
	return heritage.flatMap((one): readonly Expression[] => {
		if (one.kind === 'extends_type_clause') return typeNames(script, one)
		const clauses = one.children.filter(
			(child) => child.kind === 'extends_clause' || child.kind === 'implements_clause',
		)
		if (clauses.length === 0) return namedChildren(one).map((child) => script.expression(child, child))
		return clauses.flatMap((clause) => {
			if (clause.kind === 'implements_clause') return typeNames(script, clause)
			const value = childOf(clause, 'value')
			return value ? [script.expression(value, value)] : []
		})
	})
}

function typeNames(script: ScriptContext, node: CodeNode): readonly Expression[] {
	return namedChildren(node).flatMap((child): readonly Expression[] => {
		const type = typeText(script, child)
		return type === undefined ? [] : [namedExpression(child, type)]
	})
}

/** `a.b.C` as an expression. */
function namedExpression(at: CodeNode, path: string): Expression {
	const [first = '', ...rest] = path.split('.')
	let expression: Expression = { kind: 'name', ...spanOf(at), name: first }
	for (const name of rest) expression = { kind: 'field', ...spanOf(at), object: expression, name }
	return expression
}

/** `enum E { A, B = 'x' }` as an object; a member without a value counts on from the one before. */
export function lowerEnum(script: ScriptContext, node: CodeNode): Statement {
	const name = childOf(node, 'name')
	const body = childOf(node, 'body')
	let next: number | undefined = 0
	const entries = (body ? namedChildren(body) : []).map((member) => {
		const isAssigned = member.kind === 'enum_assignment'
		const key = isAssigned ? childOf(member, 'name') : member
		const written = isAssigned ? childOf(member, 'value') : undefined
		const value: Expression = written ? script.expression(written, written) : constantAt(member, next ?? 0)
		next = value.kind === 'constant' && typeof value.value === 'number' ? value.value + 1 : undefined
		return { ...spanOf(member), key: constantAt(member, key ? nameOf(script, key) : ''), value }
	})
	return {
		kind: 'declare',
		...spanOf(node),
		target: { kind: 'name', ...spanOf(name ?? node), name: name ? textOf(script, name) : '' },
		type: undefined,
		initial: { kind: 'object', ...spanOf(body ?? node), entries },
		isHoisted: false,
	}
}
