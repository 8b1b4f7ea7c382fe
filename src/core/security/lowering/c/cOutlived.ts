import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { declaredName, declaredType, functionDeclarator, specifierType } from './cTypes.ts'

/*
 * A lambda that captures by reference must not outlive the function: where a thread that is detached runs it, where it is returned, or where
 * an object keeps it, the variables are gone when it runs.
 */

const deepest = 200
/** As long as captures are: a text may have many brackets that are never closed. */
const capturesByReference = /\[[^\]]{0,200}&/
const threads = /^(?:(?:std|boost)::)?j?thread$/

/** A statement for each lambda of a function that refers to its variables after it has ended. */
export function outlivedIn(c: C, body: CodeNode, parameters: readonly CodeNode[]): Statement[] {
	const text = textOf(c, body)
	if (!capturesByReference.test(text)) return []
	const names = new Set<string>()
	for (const it of parameters) addName(c, it, names)
	addVariables(c, body, names, 0)
	const found: CodeNode[] = []
	visit(c, body, [], found, names)
	return found.map((it) => {
		const expression = intrinsic('outlived', it)
		return { kind: 'expression', expression, ...spanOf(it) }
	})
}

function visit(c: C, node: CodeNode, around: readonly CodeNode[], found: CodeNode[], names: ReadonlySet<string>): void {
	if (around.length > deepest) return
	if (node.kind === 'lambda_expression') {
		if (outlives(c, around) && refersTo(c, node, names)) found.push(node)
		return
	}
	const inner = [...around, node]
	for (const it of node.children) if (it.isNamed) visit(c, it, inner, found, names)
}

/** Whether what stands in these nodes, the innermost last, runs after the function. */
function outlives(c: C, around: readonly CodeNode[]): boolean {
	const [last, before, above] = [around.at(-1), around.at(-2), around.at(-3)]
	if (!last) return false
	if (last.kind === 'return_statement') return true
	if (last.kind === 'assignment_expression') return isField(c, childOf(last, 'left'))
	if (last.kind !== 'argument_list' && last.kind !== 'initializer_list') return false
	if (before?.kind === 'init_declarator') {
		const type = above && childOf(above, 'type')
		const name = declaredName(before)
		return (
			type !== undefined &&
			name !== undefined &&
			threads.test(textOf(c, type)) &&
			isDetached(c, around, textOf(c, name))
		)
	}
	const made = before?.kind === 'call_expression' ? childOf(before, 'function') : before && childOf(before, 'type')
	if (!before || !made || !threads.test(textOf(c, made))) return false
	const field = above?.kind === 'field_expression' ? childOf(above, 'field') : undefined
	return field !== undefined && textOf(c, field) === 'detach'
}

function isDetached(c: C, around: readonly CodeNode[], name: string): boolean {
	const [body] = around
	return body !== undefined && new RegExp(`\\b${name}\\s*\\.\\s*detach\\s*\\(`).test(textOf(c, body))
}

/** `this->done`, or a member of the class. */
function isField(c: C, left: CodeNode | undefined): boolean {
	if (!left) return false
	const made = c.expression(left, left)
	return made.kind === 'field' && made.object.kind === 'self'
}

/** Whether a lambda captures one of these by reference and uses it. */
function refersTo(c: C, lambda: CodeNode, names: ReadonlySet<string>): boolean {
	const captures = childOf(lambda, 'captures')
	const body = childOf(lambda, 'body')
	if (!captures || !body) return false
	const written = textOf(c, captures)
		.slice(1, -1)
		.split(',')
		.map((it) => it.trim())
	const isAll = written.includes('&')
	const copied = new Set(written.map((it) => /^(?:\*)?(\w+)/.exec(it)?.[1]))
	const named = new Set(written.map((it) => /^&\s*(\w+)$/.exec(it)?.[1]))
	const own = new Set<string>()
	const declarator = childOf(lambda, 'declarator')
	const list = declarator && childOf(declarator, 'parameters')
	for (const it of list ? namedChildren(list) : []) {
		const name = declaredName(childOf(it, 'declarator'))
		if (name) own.add(textOf(c, name))
	}
	addVariables(c, body, own, 0)
	const refers = (node: CodeNode, depth: number): boolean => {
		if (node.kind === 'identifier') {
			const name = textOf(c, node)
			return names.has(name) && !own.has(name) && (named.has(name) || (isAll && !copied.has(name)))
		}
		return depth < deepest && node.children.some((it) => it.isNamed && refers(it, depth + 1))
	}
	return refers(body, 0)
}

function addName(c: C, node: CodeNode, names: Set<string>): void {
	const base = specifierType(c.types, childOf(node, 'type'))
	for (const it of node.children) {
		if (it.field !== 'declarator') continue
		const inner = it.kind === 'init_declarator' ? childOf(it, 'declarator') : it
		const name = declaredName(inner)
		// What a reference leads to is somebody else's.
		if (
			name?.kind === 'identifier' &&
			!functionDeclarator(inner) &&
			declaredType(c.types, base, inner).form !== 'reference'
		)
			names.add(textOf(c, name))
	}
}

/** Variables that a block declares and that go with it. */
function addVariables(c: C, node: CodeNode, names: Set<string>, depth: number): void {
	if (depth > deepest || node.kind === 'lambda_expression') return
	if (node.kind === 'declaration' && !/^\s*(?:static|thread_local|extern)\b/.test(textOf(c, node)))
		addName(c, node, names)
	for (const it of node.children) if (it.isNamed) addVariables(c, it, names, depth + 1)
}
