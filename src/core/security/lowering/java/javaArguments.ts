import type { Annotation, Argument, Expression, Parameter } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { declareLocal, type JavaContext, spanOf, textOf } from './javaContext.ts'
import { dimensionsText, isType, typeExpression, typeText } from './javaTypes.ts'

export function argumentsOf(java: JavaContext, list: CodeNode | undefined): Argument[] {
	if (!list) return []
	return namedChildren(list).map((child) => ({ ...spanOf(child), value: java.expression(child, child) }))
}

/** An annotation inside of another one's arguments. */
export function annotationValue(java: JavaContext, node: CodeNode): Expression {
	return {
		kind: 'call',
		...spanOf(node),
		callee: typeExpression(java, childOf(node, 'name'), node),
		arguments: annotationArguments(java, node),
		isNew: true,
	}
}

function annotationArguments(java: JavaContext, node: CodeNode): Argument[] {
	const list = childOf(node, 'arguments')
	if (!list) return []
	return namedChildren(list).map((child) => {
		const key = child.kind === 'element_value_pair' ? childOf(child, 'key') : undefined
		const value = key ? childOf(child, 'value') : child
		return { ...spanOf(child), value: java.expression(value, child), ...(key ? { keyword: textOf(java, key) } : {}) }
	})
}

/** The annotations among the modifiers of a declaration. */
export function annotationsOf(java: JavaContext, node: CodeNode): Annotation[] {
	const found: Annotation[] = []
	for (const list of node.children) {
		if (list.kind !== 'modifiers') continue
		for (const child of list.children) {
			if (child.kind !== 'annotation' && child.kind !== 'marker_annotation') continue
			const name = typeText(java, childOf(child, 'name')) ?? ''
			found.push({ ...spanOf(child), name, arguments: annotationArguments(java, child), expression: undefined })
		}
	}
	return found
}

export function hasModifier(node: CodeNode, modifier: string): boolean {
	return node.children.some(
		(list) => list.kind === 'modifiers' && list.children.some((child) => child.kind === modifier),
	)
}

/** Parameters of a method, constructor, record or lambda; they are variables from here on. */
export function parametersOf(java: JavaContext, list: CodeNode | undefined): Parameter[] {
	if (!list) return []
	if (list.kind === 'identifier') return [parameter(java, list, list, undefined)]
	const found: Parameter[] = []
	for (const child of namedChildren(list)) {
		if (child.kind === 'identifier') found.push(parameter(java, child, child, undefined))
		else if (child.kind === 'formal_parameter') {
			const name = childOf(child, 'name')
			const type = typeText(java, childOf(child, 'type'))
			if (name)
				found.push(parameter(java, child, name, type === undefined ? undefined : type + dimensionsText(java, child)))
		} else if (child.kind === 'spread_parameter') {
			const name = child.children.find((it) => it.kind === 'variable_declarator')
			const type = typeText(java, child.children.find(isType))
			if (name) found.push({ ...parameter(java, child, childOf(name, 'name') ?? name, type), rest: 'list' })
		}
	}
	return found
}

function parameter(java: JavaContext, node: CodeNode, name: CodeNode, type: string | undefined): Parameter {
	declareLocal(java, textOf(java, name))
	return {
		...spanOf(node),
		target: { kind: 'name', ...spanOf(name), name: textOf(java, name) },
		type,
		initial: undefined,
		rest: undefined,
		byReference: false,
		annotations: annotationsOf(java, node),
	}
}
