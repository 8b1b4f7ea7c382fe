import type { FieldIr, FunctionIr } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { blockFrame } from '../selfScope.ts'
import { annotationsOf, parametersOf } from './javaArguments.ts'
import { type JavaContext, spanOf, textOf } from './javaContext.ts'
import { componentAssignments, functionShape } from './javaMethods.ts'
import { typeText } from './javaTypes.ts'

/** The components of a record are its fields. */
export function recordFields(java: JavaContext, node: CodeNode): FieldIr[] {
	return components(node).map((component) => ({
		...spanOf(component),
		name: textOf(java, childOf(component, 'name') ?? component),
		isStatic: false,
		type: typeText(java, childOf(component, 'type')),
		initial: undefined,
		annotations: annotationsOf(java, component),
	}))
}

function components(node: CodeNode): readonly CodeNode[] {
	const list = node.kind === 'record_declaration' ? childOf(node, 'parameters') : undefined
	return list ? namedChildren(list).filter((child) => child.kind === 'formal_parameter') : []
}

export function componentNames(text: string, node: CodeNode): string[] {
	return components(node).map((component) => {
		const name = childOf(component, 'name') ?? component
		return text.slice(name.start, name.end)
	})
}

/** The constructor that takes all components. */
export function recordConstructor(java: JavaContext, node: CodeNode): FunctionIr {
	const outer = java.frame
	java.frame = blockFrame(outer)
	const parameters = parametersOf(java, childOf(node, 'parameters'))
	java.frame = outer
	const head = childOf(node, 'name') ?? node
	return {
		...functionShape(node, head),
		name: textOf(java, head),
		form: 'constructor',
		parameters,
		body: componentAssignments(parameters),
	}
}

/** `x()` for each component that has no such method of its own. */
export function recordAccessors(java: JavaContext, node: CodeNode, methods: readonly FunctionIr[]): FunctionIr[] {
	const known = new Set(methods.filter((method) => method.parameters.length === 0).map((method) => method.name))
	return recordFields(java, node)
		.filter((field) => !known.has(field.name))
		.map((field) => {
			const span = { start: field.start, end: field.end }
			const value = { kind: 'field' as const, ...span, object: { kind: 'self' as const, ...span }, name: field.name }
			const component = { ...span, kind: '', field: undefined, isNamed: true, children: [] }
			return {
				...functionShape(component, component),
				name: field.name,
				returnType: field.type,
				body: [{ kind: 'return' as const, ...span, value }],
			}
		})
}
