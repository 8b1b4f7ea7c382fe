import type { Expression, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type JavaContext, spanOf, textOf } from './javaContext.ts'

/*
 * `while ((n = in.read(chunk)) != -1) out.write(chunk, 0, n);` copies as much as there is. It has a limit where the loop compares anything with more than
 * the end of the stream, or calls something whose name says that it counts.
 */

const deepest = 30

const counts = /limit|check|max|quota|ensure|consume|count|guard|exceed|budget|verif|assert|require|min$/i

interface Copied {
	/** The streams that are read and written, by what is read into. */
	readonly reads: Map<string, CodeNode>
	readonly writes: { readonly into: CodeNode; readonly what: string; readonly at: CodeNode }[]
	hasLimit: boolean
}

/** What such a loop copies from and to: rules know it as a call of `@copiedUnlimited`. */
export function copiedUnlimited(java: JavaContext, loop: CodeNode): Statement[] {
	const found: Copied = { reads: new Map(), writes: [], hasLimit: false }
	for (const it of loop.children) collect(java, it, found, 0)
	if (found.hasLimit) return []
	return found.writes.flatMap(({ into, what, at }): Statement[] => {
		const from = found.reads.get(what)
		if (!from) return []
		const given = [from, into].map((it): Expression => java.expression(it, it))
		const expression: Expression = {
			kind: 'call',
			...spanOf(at),
			callee: { kind: 'name', ...spanOf(at), name: '@copiedUnlimited' },
			arguments: given.map((value) => ({ start: value.start, end: value.end, value })),
			isNew: false,
		}
		return [{ kind: 'expression', ...spanOf(at), expression }]
	})
}

function collect(java: JavaContext, node: CodeNode, found: Copied, depth: number): void {
	if (depth > deepest || found.hasLimit) return
	if (node.kind === 'binary_expression' && isLimit(java, node)) {
		found.hasLimit = true
		return
	}
	if (node.kind === 'method_invocation') noteCall(java, node, found)
	if (node.kind === 'assignment_expression' || node.kind === 'variable_declarator') noteByte(java, node, found)
	if (node.kind === 'lambda_expression' || node.kind === 'class_body') return
	for (const it of node.children) if (it.isNamed) collect(java, it, found, depth + 1)
}

/** The end of a stream is -1, and an empty piece of it has a length of 0. */
function isLimit(java: JavaContext, node: CodeNode): boolean {
	const operator = node.children.find((it) => /^(?:[<>]=?|[!=]=)$/.test(it.kind))
	if (!operator) return false
	const sides = [childOf(node, 'left'), childOf(node, 'right')]
	return !sides.some((it) => it !== undefined && /^\(?-?(?:\s*[01]|null)\)?$/.test(textOf(java, it)))
}

function noteCall(java: JavaContext, node: CodeNode, found: Copied): void {
	const name = textOf(java, childOf(node, 'name') ?? node)
	const from = childOf(node, 'object')
	const given = childOf(node, 'arguments')
	const first = given && namedChildren(given)[0]
	if (counts.test(name)) found.hasLimit = true
	else if (from?.kind !== 'identifier' || !first) return
	else if (name === 'read' || name === 'inflate') found.reads.set(textOf(java, first), from)
	else if (name === 'write') found.writes.push({ into: from, what: textOf(java, first), at: node })
}

/** `b = in.read()` */
function noteByte(java: JavaContext, node: CodeNode, found: Copied): void {
	const name = childOf(node, 'left') ?? childOf(node, 'name')
	const read = childOf(node, 'right') ?? childOf(node, 'value')
	if (!name || read?.kind !== 'method_invocation' || textOf(java, childOf(read, 'name') ?? read) !== 'read') return
	const from = childOf(read, 'object')
	const given = childOf(read, 'arguments')
	if (from?.kind === 'identifier' && given && namedChildren(given).length === 0)
		found.reads.set(textOf(java, name), from)
}
