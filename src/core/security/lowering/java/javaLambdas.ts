import type { Expression, FunctionIr, Statement } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf } from '../../tree/codeNode.ts'
import { parametersOf } from './javaArguments.ts'
import { inBlock, type JavaContext, spanOf, textOf } from './javaContext.ts'
import { packageOf, qualifier } from './javaNames.ts'
import { isType, typeExpression } from './javaTypes.ts'

export function lambda(java: JavaContext, node: CodeNode): Expression {
	const body = childOf(node, 'body')
	return inBlock(java, () => {
		const parameters = parametersOf(java, childOf(node, 'parameters'))
		const statements = inFunction(java, () => {
			if (!body) return []
			if (body.kind === 'block') return java.statements(body.children)
			return returning(java, body)
		})
		return closure(node, parameters, statements)
	})
}

/** Runs it as the body of a function: what its expressions need before them stays in there. */
export function inFunction(java: JavaContext, run: () => Statement[]): Statement[] {
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

function returning(java: JavaContext, body: CodeNode): Statement[] {
	const statements: Statement[] = []
	java.before = statements
	java.declared = statements
	const value = java.expression(body, body)
	return [...statements, { kind: 'return', ...spanOf(body), value }]
}

/** A function that is a value and shares `this` with the code around it. */
export function closure(node: CodeSpan, parameters: FunctionIr['parameters'], body: readonly Statement[]): Expression {
	const made: FunctionIr = {
		...spanOf(node),
		name: undefined,
		form: 'lambda',
		parameters,
		selfParameter: false,
		isStatic: false,
		isAsync: false,
		isGenerator: false,
		inheritsSelf: true,
		captures: 'all',
		annotations: [],
		returnType: undefined,
		receiverType: undefined,
		visibility: 'private',
		body,
		head: spanOf(node),
	}
	return { kind: 'closure', ...spanOf(node), function: made }
}

/** `object::method` is the method as a value; `Type::new` a function that makes one. */
export function methodReference(java: JavaContext, node: CodeNode): Expression {
	const [object] = node.children
	const last = node.children.at(-1)
	if (!object || !last || last === object) return { kind: 'opaque', ...spanOf(node), parts: [] }
	if (last.kind === 'new') return constructorReference(java, node, object)
	const holder = isType(object)
		? typeExpression(java, object, node)
		: (packageOf(java, object) ?? qualifier(java, object))
	const name = textOf(java, last)
	if (isTest.test(name) && (holder.kind === 'name' || holder.kind === 'constant'))
		return testReference(node, holder, name)
	return { kind: 'field', ...spanOf(node), object: holder, name }
}

/** Methods that ask something of what they get. */
const isTest = /^(?:equals|equalsIgnoreCase|contentEquals|contains|containsKey|startsWith|endsWith|isEqual)$/

/** `host::equals` is `it -> host.equals(it)`: what it says of the host it says when it is called. */
function testReference(node: CodeNode, object: Expression, name: string): Expression {
	const given = { kind: 'name' as const, ...spanOf(node), name: '$it' }
	const parameter = {
		...spanOf(node),
		target: given,
		type: undefined,
		initial: undefined,
		rest: undefined,
		byReference: false,
		annotations: [],
	}
	const value: Expression = {
		kind: 'call',
		...spanOf(node),
		callee: { kind: 'field', ...spanOf(node), object, name },
		arguments: [{ ...spanOf(node), value: { ...given } }],
		isNew: false,
	}
	return closure(node, [parameter], [{ kind: 'return', ...spanOf(node), value }])
}

function constructorReference(java: JavaContext, node: CodeNode, object: CodeNode): Expression {
	const name = '$arguments'
	const value: Expression =
		object.kind === 'array_type'
			? { kind: 'list', ...spanOf(node), items: [], form: 'list' }
			: {
					kind: 'call',
					...spanOf(node),
					callee: typeExpression(java, object, node),
					arguments: [{ ...spanOf(node), value: { kind: 'name', ...spanOf(node), name }, spread: 'list' }],
					isNew: true,
				}
	const parameter = {
		...spanOf(node),
		target: { kind: 'name' as const, ...spanOf(node), name },
		type: undefined,
		initial: undefined,
		rest: 'list' as const,
		byReference: false,
		annotations: [],
	}
	return closure(node, [parameter], [{ kind: 'return', ...spanOf(node), value }])
}
