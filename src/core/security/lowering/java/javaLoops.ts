import type { Expression, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf } from '../../tree/codeNode.ts'
import { declareLocal, inBlock, type JavaContext, spanOf, textOf } from './javaContext.ts'
import { copiedUnlimited } from './javaCopies.ts'
import { typeText } from './javaTypes.ts'

/** `while` and `do`. */
export function whileLoop(java: JavaContext, node: CodeNode, label: string | undefined): Statement {
	const testsLast = node.kind === 'do_statement'
	const test = testOf(java, childOf(node, 'condition'))
	return { kind: 'loop', ...spanOf(node), test, body: bodyOf(java, node), update: [], testsLast, label, otherwise: [] }
}

export function forLoop(java: JavaContext, node: CodeNode, label: string | undefined): Statement {
	return inBlock(java, () => {
		const first = java.statements(childrenOf(node, 'init'))
		const test = testOf(java, childOf(node, 'condition'))
		const update = childrenOf(node, 'update').map((child) => repeated(java, () => java.expression(child, child)))
		const loop: Statement = {
			kind: 'loop',
			...spanOf(node),
			test,
			body: bodyOf(java, node),
			update,
			testsLast: false,
			label,
			otherwise: [],
		}
		return first.length === 0 ? loop : { kind: 'block', ...spanOf(node), body: [...first, loop], label: undefined }
	})
}

export function forEach(java: JavaContext, node: CodeNode, label: string | undefined): Statement {
	const iterable = java.expression(childOf(node, 'value'), node)
	const name = childOf(node, 'name')
	return inBlock(java, () => {
		if (name) declareLocal(java, textOf(java, name))
		const type = typeText(java, childOf(node, 'type'))
		const body = bodyOf(java, node)
		const target = name && { kind: 'name' as const, ...spanOf(name), name: textOf(java, name) }
		return {
			kind: 'forEach',
			...spanOf(node),
			target,
			...(type === undefined ? {} : { type }),
			key: undefined,
			declares: true,
			iterable,
			body,
			label,
			otherwise: [],
		}
	})
}

function testOf(java: JavaContext, node: CodeNode | undefined): Expression | undefined {
	return node && repeated(java, () => java.expression(node, node))
}

/** What is evaluated in each round can have nothing in front of the loop; the variables of its patterns are declared there. */
function repeated<T>(java: JavaContext, run: () => T): T {
	const { before } = java
	java.before = undefined
	try {
		return run()
	} finally {
		java.before = before
	}
}

function bodyOf(java: JavaContext, node: CodeNode): Statement[] {
	const body = childOf(node, 'body')
	if (!body) return []
	return inBlock(java, () => [
		...copiedUnlimited(java, node),
		...java.statements(body.kind === 'block' ? body.children : [body]),
	])
}
