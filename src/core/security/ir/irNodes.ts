import type { FunctionIr } from './ir.ts'

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

/** Kinds of nodes that many questions about a whole file begin with. */
type IndexedKind = 'call' | 'if' | 'logical' | 'declare' | 'assign' | 'import' | 'class' | 'function' | 'switch'

/** The nodes of a file by their kind, of one walk for all who ask. */
export class FileNodes {
	private readonly body: unknown
	private known: Known | undefined

	constructor(body: unknown) {
		this.body = body
	}

	/** All nodes of a kind, the outer ones first. */
	of<T>(kind: IndexedKind): readonly T[] {
		this.known ??= this.read()
		return this.known.byKind[kind] as unknown as readonly T[]
	}

	/** All functions and methods, the outer ones first. */
	functions(): readonly FunctionIr[] {
		this.known ??= this.read()
		return this.known.functions
	}

	private read(): Known {
		const byKind = {
			call: [],
			if: [],
			logical: [],
			declare: [],
			assign: [],
			import: [],
			class: [],
			function: [],
			switch: [],
		}
		const kinds: Readonly<Record<string, IrNode[] | undefined>> = byKind
		const functions: FunctionIr[] = []
		someNode(this.body, (it) => {
			if (typeof it.kind === 'string') kinds[it.kind]?.push(it)
			else if (Array.isArray(it.parameters) && Array.isArray(it.body)) functions.push(it as unknown as FunctionIr)
			return false
		})
		return { byKind, functions }
	}
}

interface Known {
	readonly byKind: Readonly<Record<IndexedKind, IrNode[]>>
	readonly functions: readonly FunctionIr[]
}
