import type { Annotation, ClassIr, Expression, FieldIr, FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { keyOf } from './expressions.ts'
import { isType, type Script, spanOf, textOf, typeName } from './script.ts'
import { targetOf } from './targets.ts'

export function functionOf(script: Script, node: CodeNode, form?: FunctionIr['form']): FunctionIr {
	const name = childOf(node, 'name')
	const body = childOf(node, 'body')
	const has = (kind: string): boolean => node.children.some((it) => it.kind === kind && !it.isNamed)
	const isArrow = node.kind === 'arrow_function'
	return {
		name: name && nameOf(script, name),
		form: form ?? (isArrow ? 'lambda' : 'function'),
		parameters: parametersOf(script, node),
		selfParameter: false,
		isStatic: has('static'),
		isAsync: has('async'),
		isGenerator: has('*') || node.kind.startsWith('generator_'),
		inheritsSelf: isArrow,
		captures: 'all',
		annotations: annotationsOf(script, node),
		returnType: typeName(script, childOf(node, 'return_type')),
		receiverType: undefined,
		visibility: visibilityOf(script, node),
		body: bodyOf(script, body),
		head: spanOf(name ?? { start: node.start, end: Math.min(node.end, body?.start ?? node.end) }),
		...(body ? {} : { isAbstract: true }),
		...spanOf(node),
	}
}

function nameOf(script: Script, node: CodeNode): string {
	const text = textOf(script, node)
	return node.kind === 'string' ? text.slice(1, -1) : text
}

function bodyOf(script: Script, body: CodeNode | undefined): readonly Statement[] {
	if (!body) return []
	if (body.kind === 'statement_block') return script.statements(body.children)
	return [{ kind: 'return', value: script.expression(body, body), ...spanOf(body) }]
}

function visibilityOf(script: Script, node: CodeNode): FunctionIr['visibility'] {
	const written = node.children.find((it) => it.kind === 'accessibility_modifier')
	const text = written && textOf(script, written)
	return text === 'private' || text === 'protected' ? text : 'public'
}

function parametersOf(script: Script, node: CodeNode): Parameter[] {
	const single = childOf(node, 'parameter')
	if (single) return [parameterOf(script, single)]
	const list = childOf(node, 'parameters')
	if (!list) return []
	return namedChildren(list)
		.filter((it) => !isType(it) && !(it.kind === 'required_parameter' && childOf(it, 'pattern')?.kind === 'this'))
		.map((it) => parameterOf(script, it))
}

function parameterOf(script: Script, node: CodeNode): Parameter {
	const isTyped = node.kind === 'required_parameter' || node.kind === 'optional_parameter'
	const pattern = isTyped ? (childOf(node, 'pattern') ?? childOf(node, 'name') ?? node) : node
	const initial = isTyped
		? childOf(node, 'value')
		: pattern.kind === 'assignment_pattern'
			? childOf(pattern, 'right')
			: undefined
	return {
		target: targetOf(script, pattern),
		type: isTyped ? typeName(script, childOf(node, 'type')) : undefined,
		initial: initial && script.expression(initial, initial),
		rest: pattern.kind === 'rest_pattern' ? 'list' : undefined,
		byReference: false,
		annotations: annotationsOf(script, node),
		...spanOf(node),
	}
}

export function annotationsOf(script: Script, node: CodeNode): Annotation[] {
	return childrenOf(node, 'decorator')
		.concat(node.children.filter((it) => it.kind === 'decorator' && it.field !== 'decorator'))
		.map((it) => annotationOf(script, it))
}

function annotationOf(script: Script, node: CodeNode): Annotation {
	const [inner] = namedChildren(node)
	const callee = inner?.kind === 'call_expression' ? childOf(inner, 'function') : inner
	return {
		name: callee ? textOf(script, callee).replace(/\s+/g, '') : '',
		arguments: inner?.kind === 'call_expression' ? script.argumentsOf(childOf(inner, 'arguments')) : [],
		expression: inner && script.expression(inner, inner),
		...spanOf(node),
	}
}

// ---------- classes

export function classOf(script: Script, node: CodeNode): ClassIr {
	const name = childOf(node, 'name')
	const body = childOf(node, 'body')
	const methods: FunctionIr[] = []
	const fields: FieldIr[] = []
	const initializers: Statement[] = []
	let decorators: CodeNode[] = []
	for (const member of body ? body.children : []) {
		if (member.kind === 'decorator') {
			decorators.push(member)
			continue
		}
		const before = decorators
		decorators = []
		if (!member.isNamed) continue
		const annotated = before.map((it) => annotationOf(script, it))
		if (
			member.kind === 'method_definition' ||
			member.kind === 'abstract_method_signature' ||
			member.kind === 'method_signature'
		) {
			const method = methodOf(script, member, annotated)
			if (!method.isAbstract || member.kind === 'abstract_method_signature') methods.push(method)
			if (method.form === 'constructor') fields.push(...parameterFields(script, member))
		} else if (member.kind === 'field_definition' || member.kind === 'public_field_definition') {
			fields.push(fieldOf(script, member, annotated))
		} else if (member.kind === 'class_static_block') {
			initializers.push(...script.statements(childOf(member, 'body')?.children ?? []))
		}
	}
	return {
		name: name && textOf(script, name),
		form: 'class',
		bases: basesOf(script, node),
		methods: withPropertyAssignments(script, node, methods),
		fields,
		classes: [],
		initializers,
		annotations: annotationsOf(script, node),
		head: spanOf(name ?? { start: node.start, end: Math.min(node.end, node.start + 5) }),
		...spanOf(node),
	}
}

function methodOf(script: Script, member: CodeNode, annotations: readonly Annotation[]): FunctionIr {
	const isGetter = member.children.some((it) => it.kind === 'get')
	const isSetter = member.children.some((it) => it.kind === 'set')
	const name = childOf(member, 'name')
	const isConstructor = name !== undefined && textOf(script, name) === 'constructor'
	const made = functionOf(
		script,
		member,
		isConstructor ? 'constructor' : isGetter ? 'getter' : isSetter ? 'setter' : 'method',
	)
	return annotations.length === 0 ? made : { ...made, annotations: [...annotations, ...made.annotations] }
}

function fieldOf(script: Script, member: CodeNode, annotations: readonly Annotation[]): FieldIr {
	const name = childOf(member, 'property') ?? childOf(member, 'name')
	const value = childOf(member, 'value')
	const key = name && keyOf(script, name, name)
	return {
		name: key?.kind === 'constant' && key.value !== null ? String(key.value) : name ? textOf(script, name) : '',
		isStatic: member.children.some((it) => it.kind === 'static'),
		type: typeName(script, childOf(member, 'type')),
		initial: value && script.expression(value, value),
		annotations: [...annotations, ...annotationsOf(script, member)],
		...spanOf(member),
	}
}

/** `constructor(private db: Database)` declares a field. */
function parameterFields(script: Script, member: CodeNode): FieldIr[] {
	const list = childOf(member, 'parameters')
	return (list ? namedChildren(list) : []).flatMap((it): FieldIr[] => {
		const isField = it.children.some((one) => one.kind === 'accessibility_modifier' || one.kind === 'readonly')
		const pattern = childOf(it, 'pattern')
		if (!isField || pattern?.kind !== 'identifier') return []
		return [
			{
				name: textOf(script, pattern),
				isStatic: false,
				type: typeName(script, childOf(it, 'type')),
				initial: undefined,
				annotations: [],
				...spanOf(it),
			},
		]
	})
}

/** … and assigns it before the constructor's body runs. */
function withPropertyAssignments(
	script: Script,
	node: CodeNode,
	methods: readonly FunctionIr[],
): readonly FunctionIr[] {
	return methods.map((method) => {
		if (method.form !== 'constructor') return method
		const member = (childOf(node, 'body')?.children ?? []).find(
			(it) => it.start === method.start && it.end === method.end,
		)
		const fields = member ? parameterFields(script, member) : []
		if (fields.length === 0) return method
		const assignments = fields.map((field): Statement => {
			const span = spanOf(field)
			const self: Expression = { kind: 'self', ...span }
			return {
				kind: 'expression',
				expression: {
					kind: 'assign',
					target: { kind: 'field', object: self, name: field.name, ...span },
					value: { kind: 'name', name: field.name, ...span },
					...span,
				},
				...span,
			}
		})
		return { ...method, body: [...assignments, ...method.body] }
	})
}

function basesOf(script: Script, node: CodeNode): Expression[] {
	const heritage = node.children.find((it) => it.kind === 'class_heritage')
	if (!heritage) return []
	const clauses = heritage.children.filter((it) => it.kind === 'extends_clause' || it.kind === 'implements_clause')
	if (clauses.length === 0) return namedChildren(heritage).map((it) => script.expression(it, it))
	return clauses.flatMap((clause) => {
		const written = clause.kind === 'extends_clause' ? childrenOf(clause, 'value') : namedChildren(clause)
		return written
			.filter((it) => it.isNamed && it.kind !== 'type_arguments')
			.map((it): Expression => {
				const name = clause.kind === 'implements_clause' ? typeName(script, it) : undefined
				return name === undefined ? script.expression(it, it) : pathOf(name, it)
			})
	})
}

/** `a.b.C` of a type as an expression. */
function pathOf(name: string, at: CodeNode): Expression {
	const [first = '', ...rest] = name.split('.')
	let made: Expression = { kind: 'name', name: first, ...spanOf(at) }
	for (const it of rest) made = { kind: 'field', object: made, name: it, ...spanOf(at) }
	return made
}
