import type { Annotation, Argument, Expression, FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf } from '../../tree/codeNode.ts'
import {
	type CsharpContext,
	declareLocal,
	namedChildren,
	spanOf,
	textOf,
	typedValue,
	withPlaces,
} from './csharpContext.ts'
import { typeText } from './csharpTypes.ts'

/** What functions of C# have in common. */
export function functionShape(node: CodeSpan, head: CodeSpan): FunctionIr {
	return {
		...spanOf(node),
		name: undefined,
		form: 'method',
		parameters: [],
		selfParameter: false,
		isStatic: false,
		isAsync: false,
		isGenerator: false,
		inheritsSelf: false,
		captures: 'all',
		annotations: [],
		returnType: undefined,
		receiverType: undefined,
		visibility: 'private',
		body: [],
		head: spanOf(head),
	}
}

/** A function that is a value and shares `this` with the code around it. */
export function closure(node: CodeSpan, parameters: readonly Parameter[], body: readonly Statement[]): Expression {
	const made: FunctionIr = { ...functionShape(node, node), form: 'lambda', inheritsSelf: true, parameters, body }
	return { kind: 'closure', ...spanOf(node), function: made }
}

export function hasModifier(cs: CsharpContext, node: CodeNode, modifier: string): boolean {
	return node.children.some(
		(child) => (child.kind === 'modifier' || child.kind === modifier) && textOf(cs, child) === modifier,
	)
}

/** The body of a function: a block, or `=> expression`. */
export function functionBody(cs: CsharpContext, body: CodeNode | undefined, givesValue = true): Statement[] {
	if (!body) return []
	return withPlaces(cs, undefined, () => {
		if (body.kind === 'block') return cs.statements(body.children)
		const value = body.kind === 'arrow_expression_clause' ? namedChildren(body)[0] : body
		if (!value) return []
		const statements: Statement[] = []
		const lowered = withPlaces(cs, statements, () => typedValue(cs, value, cs.returns))
		const last: Statement = givesValue
			? { kind: 'return', ...spanOf(value), value: lowered }
			: { kind: 'expression', ...spanOf(value), expression: lowered }
		return [...statements, last]
	})
}

/** Parameters of a method or lambda; they are variables from here on. */
export function parametersOf(cs: CsharpContext, list: CodeNode | undefined): Parameter[] {
	if (!list) return []
	if (list.kind === 'implicit_parameter' || list.kind === 'identifier') return [parameter(cs, list, list, undefined)]
	const found: Parameter[] = []
	for (const [at, child] of list.children.entries()) {
		if (child.kind === 'parameter') {
			const name = childOf(child, 'name') ?? child
			found.push(parameter(cs, child, name, childOf(child, 'type')))
		} else if (child.kind === 'implicit_parameter' || (child.kind === 'identifier' && child.field !== 'name'))
			found.push(parameter(cs, child, child, undefined))
		else if (child.field === 'name') {
			// `params T[] rest` has no node of its own.
			const type = list.children[at - 1]
			const element = type && typeText(cs, type)?.replace(/\[\]$/, '')
			found.push({ ...parameter(cs, child, child, undefined), type: element, rest: 'list' })
		}
	}
	return found
}

function parameter(cs: CsharpContext, node: CodeNode, name: CodeNode, type: CodeNode | undefined): Parameter {
	const initial = node.children.find((_, at) => at > 0 && node.children[at - 1]?.kind === '=')
	const value = initial && withPlaces(cs, undefined, () => cs.expression(initial, initial))
	declareLocal(cs, textOf(cs, name))
	return {
		...spanOf(node),
		target: { kind: 'name', ...spanOf(name), name: textOf(cs, name) },
		type: typeText(cs, type),
		initial: value,
		rest: undefined,
		byReference: hasModifier(cs, node, 'ref') || hasModifier(cs, node, 'out'),
		annotations: attributesOf(cs, node),
	}
}

/** Attributes; their names without the word `Attribute` that may be left out. */
export function attributesOf(cs: CsharpContext, node: CodeNode): Annotation[] {
	const found: Annotation[] = []
	for (const list of node.children) {
		if (list.kind !== 'attribute_list') continue
		for (const attribute of list.children) {
			if (attribute.kind !== 'attribute') continue
			const name = (typeText(cs, childOf(attribute, 'name')) ?? '').replace(/Attribute$/, '')
			const written = attribute.children.find((child) => child.kind === 'attribute_argument_list')
			const values = written ? namedChildren(written).map((child) => attributeArgument(cs, child)) : []
			found.push({ ...spanOf(attribute), name, arguments: values, expression: undefined })
		}
	}
	return found
}

function attributeArgument(cs: CsharpContext, node: CodeNode): Argument {
	const name = childOf(node, 'name')
	const value = namedChildren(node).find((child) => child !== name)
	const lowered = withPlaces(cs, undefined, () => cs.expression(value, node))
	return { ...spanOf(node), value: lowered, ...(name ? { keyword: textOf(cs, name) } : {}) }
}
