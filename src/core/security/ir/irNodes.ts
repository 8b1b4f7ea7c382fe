/** A node of the IR, or anything that one holds. */
export type IrNode = Readonly<Record<string, unknown>>

/** Whether something in the IR passes the test, the outer ones first; nothing is looked at afterwards. */
export function someNode(root: unknown, test: (node: IrNode) => boolean): boolean {
	if (typeof root !== 'object' || root === null) return false
	if (Array.isArray(root)) return root.some((it) => someNode(it, test))
	const node = root as IrNode
	if (test(node)) return true
	for (const key in node) if (typeof node[key] === 'object' && someNode(node[key], test)) return true
	return false
}

/** All nodes of a kind, the outer ones first. */
export function nodesOf<T>(root: unknown, kind: string): readonly T[] {
	const found: T[] = []
	someNode(root, (it) => {
		if (it.kind === kind) found.push(it as T)
		return false
	})
	return found
}
