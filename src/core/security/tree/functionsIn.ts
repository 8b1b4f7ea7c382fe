import { type CodeNode, childOf } from './codeNode.ts'

/** A function, method or lambda with a body, as the tree has it. */
export interface FunctionNode {
	readonly node: CodeNode
	/** As it is declared, or the variable or key that it is assigned to; undefined where neither is there. */
	readonly name: string | undefined
}

const functionKind = /function|method|lambda|constructor|closure|func_literal|accessor|^(setter|getter)/
const notAFunction = /type|call|invocation|class|signature|reference|access|closure_parameters|modifier/

/** All of them, those around others first. */
export function functionsIn(root: CodeNode, text: string): readonly FunctionNode[] {
	const found: FunctionNode[] = []
	const walk = (node: CodeNode, parent: CodeNode | undefined): void => {
		if (isFunction(node)) found.push({ node, name: nameOf(node, parent, text) })
		for (const child of node.children) walk(child, node)
	}
	walk(root, undefined)
	return found
}

/** The nodes around a place, the outermost first; those that begin and end with it count. */
export function nodesAround(root: CodeNode, start: number, end: number): readonly CodeNode[] {
	const around: CodeNode[] = []
	for (let at: CodeNode | undefined = root; at; ) {
		around.push(at)
		at = at.children.find((child) => child.start <= start && child.end >= end && child.end > child.start)
	}
	return around
}

function isFunction(node: CodeNode): boolean {
	return (
		node.isNamed && functionKind.test(node.kind) && !notAFunction.test(node.kind) && childOf(node, 'body') !== undefined
	)
}

function nameOf(node: CodeNode, parent: CodeNode | undefined, text: string): string | undefined {
	const own = childOf(node, 'name') ?? declared(node)
	const given = parent && (childOf(parent, 'name') ?? childOf(parent, 'left') ?? childOf(parent, 'key'))
	const name = own ?? (given && given.end <= node.start ? given : undefined)
	if (!name) return undefined
	// Of `module.exports.run`, what it is called by.
	return /[\w$]+$/.exec(text.slice(name.start, name.end))?.[0]
}

/** The name stands inside of declarators in C. */
function declared(node: CodeNode): CodeNode | undefined {
	let at = childOf(node, 'declarator')
	for (let inner = at && childOf(at, 'declarator'); inner; inner = childOf(inner, 'declarator')) at = inner
	return at
}
