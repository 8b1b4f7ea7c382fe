import type { Annotation, ClassIr, Expression, FieldIr, FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type Python, spanOf, textOf, typeName } from './python.ts'

export function functionOf(
	python: Python,
	node: CodeNode,
	decorators: readonly CodeNode[],
	isMethod: boolean,
): FunctionIr {
	const name = childOf(node, 'name')
	const body = childOf(node, 'body')
	const text = name && textOf(python, name)
	const annotations = decorators.map((it) => annotationOf(python, it))
	const has = (decorator: string): boolean => annotations.some((it) => it.name === decorator)
	const isStatic = has('staticmethod')
	const isLambda = node.kind === 'lambda'
	return {
		name: text,
		form: formOf(text, annotations, isMethod, isLambda),
		parameters: parametersOf(python, childOf(node, 'parameters')),
		selfParameter: isMethod && !isStatic,
		isStatic: isStatic || has('classmethod'),
		isAsync: node.children.some((it) => it.kind === 'async'),
		isGenerator: body !== undefined && yields(body),
		inheritsSelf: isLambda,
		captures: 'all',
		annotations,
		returnType: typeName(python, childOf(node, 'return_type')),
		receiverType: undefined,
		visibility: text?.startsWith('_') && !text.startsWith('__') ? 'private' : 'public',
		body: bodyOf(python, body, isLambda),
		head: spanOf(name ?? node),
		...spanOf(node),
	}
}

function formOf(
	name: string | undefined,
	annotations: readonly Annotation[],
	isMethod: boolean,
	isLambda: boolean,
): FunctionIr['form'] {
	if (isLambda) return 'lambda'
	if (!isMethod) return 'function'
	if (name === '__init__') return 'constructor'
	if (
		annotations.some(
			(it) => it.name === 'property' || it.name.endsWith('cached_property') || it.name.endsWith('.getter'),
		)
	)
		return 'getter'
	if (annotations.some((it) => it.name.endsWith('.setter'))) return 'setter'
	return 'method'
}

function bodyOf(python: Python, body: CodeNode | undefined, isLambda: boolean): readonly Statement[] {
	if (!body) return []
	if (isLambda) return [{ kind: 'return', value: python.expression(body, body), ...spanOf(body) }]
	return python.statements(body.children)
}

/** Whether a function gives values one by one; functions in it are their own affair. */
function yields(node: CodeNode): boolean {
	if (node.kind === 'yield') return true
	if (node.kind === 'function_definition' || node.kind === 'lambda' || node.kind === 'class_definition') return false
	return node.children.some(yields)
}

function parametersOf(python: Python, node: CodeNode | undefined): Parameter[] {
	return (node ? namedChildren(node) : []).flatMap((it) => parameterOf(python, it))
}

function parameterOf(python: Python, node: CodeNode): readonly Parameter[] {
	if (node.kind === 'keyword_separator' || node.kind === 'positional_separator') return []
	const name = childOf(node, 'name') ?? (node.kind === 'typed_parameter' ? namedChildren(node)[0] : node)
	if (!name) return []
	const initial = childOf(node, 'value') ?? injectedBy(childOf(node, 'type'), python)
	const rest =
		name.kind === 'list_splat_pattern' ? 'list' : name.kind === 'dictionary_splat_pattern' ? 'map' : undefined
	// A bare star only separates.
	if (rest && namedChildren(name).length === 0) return []
	return [
		{
			target: python.target(name),
			type: typeName(python, childOf(node, 'type')),
			initial: initial && python.expression(initial, initial),
			rest,
			byReference: false,
			annotations: [],
			...spanOf(node),
		},
	]
}

/** `Annotated[User, Depends(current_user)]` says of a parameter what `= Depends(current_user)` says. */
function injectedBy(type: CodeNode | undefined, python: Python): CodeNode | undefined {
	if (!type || !/^(?:typing\.)?Annotated\[/.test(textOf(python, type))) return undefined
	return callIn(type, (it) => /^(?:\w+\.)?(?:Depends|Security|Inject|Provide)$/.test(textOf(python, it)))
}

function callIn(node: CodeNode, isOne: (callee: CodeNode) => boolean): CodeNode | undefined {
	const callee = node.kind === 'call' ? childOf(node, 'function') : undefined
	if (callee && isOne(callee)) return node
	for (const it of node.children) {
		const found = callIn(it, isOne)
		if (found) return found
	}
	return undefined
}

export function annotationOf(python: Python, node: CodeNode): Annotation {
	const [inner] = namedChildren(node)
	const callee = inner?.kind === 'call' ? childOf(inner, 'function') : inner
	return {
		name: callee ? textOf(python, callee).replace(/\s+/g, '') : '',
		arguments: inner?.kind === 'call' ? python.argumentsOf(childOf(inner, 'arguments')) : [],
		expression: inner && python.expression(inner, inner),
		...spanOf(node),
	}
}

export function classOf(python: Python, node: CodeNode, decorators: readonly CodeNode[]): ClassIr {
	const name = childOf(node, 'name')
	const members = childOf(node, 'body')?.children ?? []
	const methods: FunctionIr[] = []
	const fields: FieldIr[] = []
	const classes: ClassIr[] = []
	const others: CodeNode[] = []
	for (const it of members) {
		const definition = it.kind === 'decorated_definition' ? childOf(it, 'definition') : it
		const own = it.kind === 'decorated_definition' ? it.children.filter((one) => one.kind === 'decorator') : []
		if (definition?.kind === 'function_definition') methods.push(functionOf(python, definition, own, true))
		else if (definition?.kind === 'class_definition') classes.push(classOf(python, definition, own))
		else if (it.isNamed && !isField(python, it, fields)) others.push(it)
	}
	return {
		name: name && textOf(python, name),
		form: 'class',
		bases: python
			.argumentsOf(childOf(node, 'superclasses'))
			.flatMap((it) => (it.keyword === undefined ? [withoutArguments(it.value)] : [])),
		methods,
		fields,
		classes,
		initializers: python.statements(others),
		annotations: decorators.map((it) => annotationOf(python, it)),
		head: spanOf(name ?? node),
		...spanOf(node),
	}
}

/** The class of `Repository[Item]`; what is taken out of a map by a text is no class with arguments. */
function withoutArguments(it: Expression): Expression {
	const isGeneric = it.kind === 'index' && it.index?.kind !== 'constant'
	return isGeneric && (it.object.kind === 'name' || it.object.kind === 'field') ? it.object : it
}

/** `x = 1` and `x: T` in a class are its attributes. */
function isField(python: Python, node: CodeNode, fields: FieldIr[]): boolean {
	const [assignment] = node.kind === 'expression_statement' ? namedChildren(node) : []
	const left = assignment?.kind === 'assignment' ? childOf(assignment, 'left') : undefined
	if (!assignment || left?.kind !== 'identifier') return false
	const value = childOf(assignment, 'right')
	fields.push({
		name: textOf(python, left),
		isStatic: true,
		type: typeName(python, childOf(assignment, 'type')),
		initial: value && python.expression(value, value),
		annotations: [],
		...spanOf(node),
	})
	return true
}
