import type { Assignment, Expression, ModuleIr } from '../../ir/ir.ts'
import { nodesOf } from '../../ir/irNodes.ts'

/** What a file puts into the session under a key, as it came with a request. */
export type SessionWrites = ReadonlyMap<string, readonly Expression[]>

/** `session[:key] = params[:x]` of all methods of a file. */
export function sessionWrites(ir: ModuleIr): SessionWrites {
	const found = new Map<string, Expression[]>()
	for (const { target, value } of nodesOf<Assignment>(ir.body, 'assign')) {
		if (target.kind !== 'index') continue
		const { object, index } = target
		if (isSession(object) && index?.kind === 'constant' && typeof index.value === 'string' && isOfRequest(value))
			found.set(index.value, [...(found.get(index.value) ?? []), value])
	}
	return found
}

function isSession(it: Expression): boolean {
	if (it.kind !== 'call' || it.arguments.length > 0) return false
	return (it.callee.kind === 'name' || it.callee.kind === 'field') && it.callee.name === 'session'
}

/** The path of a request is one of this server, whatever it is. */
const local = /^(?:url|original_url|path|fullpath|original_fullpath|path_info)$/

/** Data of a request, as it can be written in any method: `params[:a]`, `params.fetch(:a, "b").to_s`, `request.referer || "/"`. */
function isOfRequest(it: Expression): boolean {
	if (it.kind === 'logical') return isOfRequest(it.left) && (it.right.kind === 'constant' || isOfRequest(it.right))
	if (it.kind === 'index') return it.index?.kind === 'constant' && isOfRequest(it.object)
	if (it.kind !== 'call' || it.arguments.some(({ value }) => value.kind !== 'constant')) return false
	const { callee } = it
	if (callee.kind === 'name') return /^(?:params|request|cookies)$/.test(callee.name)
	return callee.kind === 'field' && !local.test(callee.name) && isOfRequest(callee.object)
}
