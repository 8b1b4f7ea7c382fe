import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, textOf } from './cContext.ts'

/*
 * `while (*from) *to++ = *from++;` writes as much as there is, whatever room there is. A loop is limited where it compares how far it has
 * come with anything: its pointer or index, or something else that it counts.
 */

const deepest = 40

/** Names that the loops around this place move on without ever comparing anything that they count; undefined outside of loops. */
export function unlimitedIn(c: Pick<C, 'text'>, loop: CodeNode): ReadonlySet<string> {
	const found: Counted = { moved: new Set(), compared: new Set() }
	collect(c, loop, found, 0)
	for (const name of found.compared) if (found.moved.has(name)) return new Set()
	return found.moved
}

interface Counted {
	readonly moved: Set<string>
	readonly compared: Set<string>
}

function collect(c: Pick<C, 'text'>, node: CodeNode, found: Counted, depth: number): void {
	if (depth > deepest) return
	switch (node.kind) {
		case 'update_expression':
			add(c, childOf(node, 'argument'), found.moved)
			break
		case 'assignment_expression':
			if (/^[+-]=$/.test(operatorIn(c, node))) add(c, childOf(node, 'left'), found.moved)
			break
		case 'binary_expression': {
			const operator = operatorIn(c, node)
			const [left, right] = [childOf(node, 'left'), childOf(node, 'right')]
			const isComparison = /^(?:[<>]=?|[=!]=|<=>)$/.test(operator)
			if (isComparison || operator === '-') for (const side of [left, right]) addCounted(c, side, found.compared, 0)
			break
		}
		case 'call_expression': {
			// Who gets it may compare it.
			const given = childOf(node, 'arguments')
			for (const it of given ? namedChildren(given) : []) addCounted(c, it, found.compared, 0)
			break
		}
		case 'lambda_expression':
			return
		default:
	}
	for (const it of node.children) if (it.isNamed) collect(c, it, found, depth + 1)
}

/** A name itself, not what it leads to. */
function addCounted(c: Pick<C, 'text'>, node: CodeNode | undefined, into: Set<string>, depth: number): void {
	if (!node || depth > 8) return
	switch (node.kind) {
		case 'identifier':
		case 'field_expression':
			add(c, node, into)
			return
		case 'parenthesized_expression':
		case 'cast_expression':
		case 'update_expression':
		case 'unary_expression':
			for (const it of namedChildren(node)) addCounted(c, it, into, depth + 1)
			return
		case 'binary_expression':
			for (const side of ['left', 'right']) addCounted(c, childOf(node, side), into, depth + 1)
			return
		default:
	}
}

function add(c: Pick<C, 'text'>, node: CodeNode | undefined, into: Set<string>): void {
	if (node?.kind === 'identifier' || node?.kind === 'field_expression') into.add(textOf(c, node))
}

function operatorIn(c: Pick<C, 'text'>, node: CodeNode): string {
	const operator = childOf(node, 'operator')
	return operator ? textOf(c, operator) : ''
}

/** What is assigned, with what it is written into where no limit is asked for. */
export function writtenUnlimited(c: C, left: CodeNode, value: Expression, at: CodeNode): Expression {
	if (c.unlimited.size === 0) return value
	const into = childOf(left, 'argument')
	const index = left.kind === 'subscript_expression' ? indexIn(left) : into
	const counter = index?.kind === 'update_expression' ? childOf(index, 'argument') : index
	const isWrite = left.kind === 'subscript_expression' || childOf(left, 'operator')?.kind === '*'
	if (!isWrite || !into || !counter || !c.unlimited.has(textOf(c, counter))) return value
	const target = left.kind === 'subscript_expression' ? into : counter
	if (target.kind !== 'identifier' && target.kind !== 'field_expression') return value
	return intrinsic('unlimited', at, value, c.expression(target, at))
}

function indexIn(left: CodeNode): CodeNode | undefined {
	const indices = childOf(left, 'indices')
	return childOf(left, 'index') ?? (indices && namedChildren(indices)[0])
}
