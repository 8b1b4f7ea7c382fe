import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { addName } from './cOutlived.ts'
import { argumentNodes, calledName, callsIn } from './cTree.ts'

/*
 * `async_write(socket, buffer(reply), done)` begins to write and returns: the memory has to be there until `done` is called. A variable of
 * the function that calls it is gone by then.
 */

const begins =
	/^async_(?:write|read|send|receive|write_some|read_some|send_to|receive_from|write_at|read_at|write_some_at|read_some_at|read_until)$/
const views = /^(?:dynamic_)?(?:buffer|string_buffer|vector_buffer)$/
/** Functions that stay until it was done. */
const stays =
	/\b(?:co_await|use_future|yield_context|yield)\b|\b(?:run|run_for|run_until|run_one|poll|join|wait\w*|exec|get|arrive_and_wait|acquire)\s*\(/
/** What holds no memory of its own, or is kept by others, and what is not known. */
const holdsNothing = /\b(?:auto|\w*view|span|\w*_ptr|\w*buffers?|\w*_ref|\w*iterator)\b|\*$/

/** A statement for each operation that is given memory of the function's own. */
export function buffersOutlived(c: C, body: CodeNode, parameters: readonly CodeNode[]): Statement[] {
	const text = textOf(c, body)
	if (!text.includes('async_') || stays.test(text)) return []
	const names = new Set<string>()
	for (const it of parameters) addOwn(c, it, names)
	addVariables(c, body, names, 0)
	if (names.size === 0) return []
	return callsIn(body, false).flatMap((call): Statement[] => {
		if (!begins.test(calledName(c, call))) return []
		const given = argumentNodes(call)
		// Who gives no function at the end is not known to go on at once.
		if (given.length < 2) return []
		const own = given.find((it) => isOwn(c, it, names))
		if (!own) return []
		return [{ kind: 'expression', ...spanOf(own), expression: intrinsic('buffered', own) }]
	})
}

/** `buffer(name)`, `buffer(name.data(), n)` and `buffer(&name, n)`. */
function isOwn(c: C, node: CodeNode, names: ReadonlySet<string>): boolean {
	if (node.kind !== 'call_expression' || !views.test(calledName(c, node))) return false
	const written = argumentNodes(node)[0]
	const name = written && /^&?\s*(\w+)(?:\s*\.\s*(?:data|c_str)\s*\(\s*\))?$/.exec(textOf(c, written))?.[1]
	return name !== undefined && names.has(name)
}

function addVariables(c: C, node: CodeNode, names: Set<string>, depth: number): void {
	if (depth > 100 || node.kind === 'lambda_expression') return
	if (node.kind === 'declaration') addOwn(c, node, names)
	for (const it of namedChildren(node)) addVariables(c, it, names, depth + 1)
}

function addOwn(c: C, node: CodeNode, names: Set<string>): void {
	const type = childOf(node, 'type')
	if (!type || holdsNothing.test(textOf(c, type)) || /^\s*(?:static|thread_local|extern)\b/.test(textOf(c, node)))
		return
	if (node.children.some((it) => it.field === 'declarator' && isPointer(it))) return
	addName(c, node, names)
}

function isPointer(node: CodeNode): boolean {
	const inner = node.kind === 'init_declarator' ? childOf(node, 'declarator') : node
	return inner?.kind === 'pointer_declarator'
}
