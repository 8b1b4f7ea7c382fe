import type { Annotation, Expression, FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { hasToken, type ScriptContext, spanOf, textOf } from './scriptContext.ts'
import { lowerArguments, lowerKey } from './scriptLiterals.ts'
import { typeText } from './scriptTypes.ts'

/** A function of any kind: declared, an expression, an arrow, a method, a signature without a body. */
export function lowerFunction(script: ScriptContext, node: CodeNode, decorators: readonly CodeNode[] = []): FunctionIr {
	const name = childOf(node, 'name')
	const isArrow = node.kind === 'arrow_function'
	const parameters = parametersOf(script, node)
	const body = childOf(node, 'body')
	const isAbstract = !body && !isArrow
	const form = formOf(script, node)
	const annotations = [...decorators, ...node.children.filter((child) => child.kind === 'decorator')]
	return {
		...spanOf(node),
		name: name && nameOf(script, name),
		form,
		parameters,
		selfParameter: false,
		isStatic: hasToken(node, 'static'),
		isAsync: hasToken(node, 'async'),
		isGenerator: hasToken(node, '*'),
		inheritsSelf: isArrow,
		captures: 'all',
		annotations: annotations.map((it) => lowerDecorator(script, it)),
		returnType: typeText(script, childOf(node, 'return_type')),
		receiverType: undefined,
		visibility: visibilityOf(script, node),
		...(isAbstract ? { isAbstract } : {}),
		body: bodyOf(script, node, body, form === 'constructor'),
		head: spanOf(name ?? node.children[0] ?? node),
	}
}

function formOf(script: ScriptContext, node: CodeNode): FunctionIr['form'] {
	switch (node.kind) {
		case 'method_definition':
		case 'method_signature':
		case 'abstract_method_signature': {
			if (hasToken(node, 'get')) return 'getter'
			if (hasToken(node, 'set')) return 'setter'
			const name = childOf(node, 'name')
			return name && node.kind !== 'method_signature' && textOf(script, name) === 'constructor'
				? 'constructor'
				: 'method'
		}
		case 'arrow_function':
		case 'function_expression':
		case 'generator_function':
			return 'lambda'
		default:
			return 'function'
	}
}

/** The name of a method as `object.name` has it; a computed one only where it is a constant. */
export function nameOf(script: ScriptContext, node: CodeNode): string {
	if (node.kind !== 'computed_property_name' && node.kind !== 'string' && node.kind !== 'number')
		return textOf(script, node)
	const key = lowerKey(script, node, node)
	return key.kind === 'constant' ? String(key.value) : textOf(script, node)
}

export function visibilityOf(script: ScriptContext, node: CodeNode): FunctionIr['visibility'] {
	const name = childOf(node, 'name') ?? childOf(node, 'property')
	if (name?.kind === 'private_property_identifier') return 'private'
	const modifier = node.children.find((child) => child.kind === 'accessibility_modifier')
	const text = modifier && textOf(script, modifier)
	return text === 'private' || text === 'protected' ? text : 'public'
}

function bodyOf(
	script: ScriptContext,
	node: CodeNode,
	body: CodeNode | undefined,
	isConstructor: boolean,
): readonly Statement[] {
	if (!body) return []
	if (body.kind !== 'statement_block')
		return [{ kind: 'return', ...spanOf(body), value: script.expression(body, body) }]
	const statements = script.statements(namedChildren(body))
	const properties = isConstructor ? parameterProperties(script, node) : []
	if (properties.length === 0) return statements
	const first = statements[0]
	const callsSuper =
		first?.kind === 'expression' && first.expression.kind === 'call' && first.expression.callee.kind === 'super'
	const before = callsSuper ? 1 : 0
	return [...statements.slice(0, before), ...properties, ...statements.slice(before)]
}

/** `constructor(private readonly service: Service)` also sets a field. */
function parameterProperties(script: ScriptContext, node: CodeNode): readonly Statement[] {
	return propertyParameters(node).flatMap((parameter): readonly Statement[] => {
		const pattern = childOf(parameter, 'pattern')
		if (pattern?.kind !== 'identifier') return []
		const name = textOf(script, pattern)
		const at = spanOf(pattern)
		return [
			{
				kind: 'expression',
				...at,
				expression: {
					kind: 'assign',
					...at,
					target: { kind: 'field', ...at, object: { kind: 'self', ...at }, name },
					value: { kind: 'name', ...at, name },
				},
			},
		]
	})
}

/** Parameters of a constructor that are fields as well. */
export function propertyParameters(node: CodeNode): readonly CodeNode[] {
	const parameters = childOf(node, 'parameters')
	return (parameters ? namedChildren(parameters) : []).filter((it) =>
		it.children.some((child) => child.kind === 'accessibility_modifier' || child.kind === 'readonly'),
	)
}

function parametersOf(script: ScriptContext, node: CodeNode): readonly Parameter[] {
	const typed = script.typedBy.get(node)
	const withTypes = (it: Parameter, place: number): Parameter =>
		typed && it.type === undefined && it.rest === undefined ? { ...it, type: typed(place) } : it
	const single = childOf(node, 'parameter')
	if (single) return [withTypes(lowerParameter(script, single), 0)]
	const list = childOf(node, 'parameters')
	if (!list) return []
	return namedChildren(list)
		.filter((child) => child.kind !== 'decorator' && childOf(child, 'pattern')?.kind !== 'this')
		.map((child, place) => withTypes(lowerParameter(script, child), place))
}

function lowerParameter(script: ScriptContext, node: CodeNode): Parameter {
	const isTyped = node.kind === 'required_parameter' || node.kind === 'optional_parameter'
	const pattern = isTyped ? (childOf(node, 'pattern') ?? childOf(node, 'name') ?? node) : node
	const hasInitial = pattern.kind === 'assignment_pattern' || pattern.kind === 'assignment_expression'
	const initial = hasInitial ? childOf(pattern, 'right') : isTyped ? childOf(node, 'value') : undefined
	const bare = (hasInitial && childOf(pattern, 'left')) || pattern
	return {
		...spanOf(node),
		target: script.target(bare),
		type: typeText(script, childOf(node, 'type')),
		initial: initial && script.expression(initial, initial),
		rest: bare.kind === 'rest_pattern' ? 'list' : undefined,
		byReference: false,
		annotations: node.children
			.filter((child) => child.kind === 'decorator')
			.map((child) => lowerDecorator(script, child)),
	}
}

/** `@Get('/x')`: what it is called with, and what is called with the function. */
export function lowerDecorator(script: ScriptContext, node: CodeNode): Annotation {
	const [inner] = namedChildren(node)
	const called = inner?.kind === 'call_expression' ? childOf(inner, 'function') : inner
	const expression: Expression | undefined = inner && script.expression(inner, inner)
	return {
		...spanOf(node),
		name: called ? textOf(script, called).replace(/\s+/g, '') : '',
		arguments: inner?.kind === 'call_expression' ? lowerArguments(script, childOf(inner, 'arguments')) : [],
		expression,
	}
}
