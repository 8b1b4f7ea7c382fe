import type { Call, Expression, FunctionIr, Statement } from '../../ir/ir.ts'
import { type IrNode, nodesOf, someNode } from '../../ir/irNodes.ts'
import type { Machine } from '../machine.ts'

/**
 * Whether what a call gives is kept in a variable of the function, and where something throws no method of such a name is called on it: only at the
 * end of the way on which all went well, or nowhere.
 */
export function isUnreleased(
	{ frame }: Machine,
	call: Call | undefined,
	releasing: Pick<RegExp, 'test'> | undefined,
): boolean {
	const ir = frame.function
	const name = ir && call && variableOf(ir, call)
	if (!ir || name === undefined || !releasing) return false
	const isUse = (it: IrNode): boolean => it.kind === 'name' && it.name === name
	const isMethod = (it: IrNode, named: (name: string) => boolean): boolean => {
		const { kind, object, name: method } = (it.callee ?? {}) as IrNode
		return it.kind === 'call' && kind === 'field' && isUse(object as IrNode) && named(String(method))
	}
	const isRelease = (it: IrNode): boolean => isMethod(it, (method) => releasing.test(method))
	const releases = (of: unknown): boolean => someNode(of, isRelease)
	// Who else has it may release it, and a function that is called later as well.
	if (escapes(ir, isUse) || nodesOf<IrNode>(ir.body, 'closure').some((it) => someNode(it, isUse))) return false
	if (!someNode(ir.body, (it) => isMethod(it, (method) => !releasing.test(method)))) return false
	const tries = nodesOf<Extract<Statement, { kind: 'try' }>>(ir.body, 'try')
	if (tries.some((it) => releases(it.finally))) return false
	const catching = tries.filter((it) => it.handlers.length > 0 && someNode(it.body, isUse))
	if (catching.length === 0) return true
	return catching.some((it) => !it.handlers.every(({ body }) => releases(body) || (goesOn(body) && !releases(it.body))))
}

/** Whether what comes after the `try` is reached from here. */
function goesOn(handler: readonly Statement[]): boolean {
	return !handler.some((it) => it.kind === 'throw' || it.kind === 'return' || it.kind === 'jump')
}

function bare(it: Expression): Expression {
	return it.kind === 'await' || it.kind === 'cast' ? bare(it.value) : it
}

/** The variable that what it gives is kept in. */
function variableOf({ body }: FunctionIr, call: Call): string | undefined {
	let name: string | undefined
	someNode(body, (it) => {
		const { kind, target } = it as { readonly kind?: unknown; readonly target?: IrNode }
		const value = (kind === 'declare' ? it.initial : kind === 'assign' ? it.value : undefined) as Expression | undefined
		if (!value || bare(value) !== call) return false
		if (target?.kind === 'name') name = String(target.name)
		return true
	})
	return name
}

/** Whether it is used otherwise than by calling its methods: handed on, returned, kept. */
function escapes({ body }: FunctionIr, isUse: (it: IrNode) => boolean): boolean {
	const visit = (it: unknown): boolean => {
		if (typeof it !== 'object' || it === null) return false
		if (Array.isArray(it)) return it.some(visit)
		const node = it as IrNode
		if (isUse(node)) return true
		if (node.kind === 'field' && isUse(node.object as IrNode)) return false
		const isKept = node.kind === 'declare' || node.kind === 'assign'
		return Object.keys(node).some(
			(key) => !(isKept && key === 'target' && isUse(node.target as IrNode)) && visit(node[key]),
		)
	}
	return visit(body)
}
