import type { FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { blockFrame } from '../selfScope.ts'
import { annotationsOf, hasModifier, parametersOf } from './javaArguments.ts'
import { type JavaContext, spanOf, textOf } from './javaContext.ts'
import { inFunction } from './javaLambdas.ts'
import { typeParametersOf, typeText } from './javaTypes.ts'

/** A method or constructor; a compact constructor takes the components of its record. */
export function lowerMethod(
	java: JavaContext,
	node: CodeNode,
	owner?: { readonly isInterface: boolean; readonly recordParameters?: CodeNode | undefined },
): FunctionIr {
	const recordParameters = owner?.recordParameters
	const outer = java.frame
	java.frame = blockFrame(outer, typeParametersOf(java, node))
	try {
		const name = childOf(node, 'name')
		const isConstructor = node.kind !== 'method_declaration'
		const parameters = parametersOf(java, recordParameters ?? childOf(node, 'parameters'))
		const body = childOf(node, 'body')
		const statements = body ? inFunction(java, () => java.statements(body.children)) : []
		const assigned = recordParameters ? componentAssignments(parameters) : []
		return {
			...functionShape(node, name ?? node),
			name: name && textOf(java, name),
			form: isConstructor ? 'constructor' : 'method',
			parameters,
			isStatic: hasModifier(node, 'static'),
			annotations: annotationsOf(java, node),
			returnType: typeText(java, childOf(node, 'type')),
			visibility: visibilityOf(node, owner?.isInterface ? 'public' : 'package'),
			body: [...statements, ...assigned],
			...(body ? {} : { isAbstract: true }),
		}
	} finally {
		java.frame = outer
	}
}

/** What functions of Java have in common. */
export function functionShape(node: CodeNode, head: CodeNode): FunctionIr {
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
		visibility: 'public',
		body: [],
		head: spanOf(head),
	}
}

function visibilityOf(node: CodeNode, unwritten: FunctionIr['visibility']): FunctionIr['visibility'] {
	if (hasModifier(node, 'public')) return 'public'
	if (hasModifier(node, 'protected')) return 'protected'
	return hasModifier(node, 'private') ? 'private' : unwritten
}

/** `this.x = x` for each parameter. */
export function componentAssignments(parameters: readonly Parameter[]): Statement[] {
	return parameters.flatMap((parameter) => {
		if (parameter.target.kind !== 'name') return []
		const span = spanOf(parameter)
		const target = {
			kind: 'field' as const,
			...span,
			object: { kind: 'self' as const, ...span },
			name: parameter.target.name,
		}
		return [
			{
				kind: 'expression' as const,
				...span,
				expression: { kind: 'assign' as const, ...span, target, value: parameter.target },
			},
		]
	})
}
