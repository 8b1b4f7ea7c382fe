import type { ClassIr, FunctionIr, ModuleIr } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'

interface NamedSpan extends CodeSpan {
	readonly name: string
}

/**
 * Says which named functions and classes an offset is in, from the outermost to the innermost, with `.` between. What has no name,
 * such as a lambda, is left out.
 */
export function functionNamesOf(module: ModuleIr): (offset: number) => string {
	const spans: NamedSpan[] = []
	collect(module, spans)
	// The outer ones begin before the inner ones, or end after them.
	spans.sort((a, b) => a.start - b.start || b.end - a.end)
	return (offset) =>
		spans
			.filter(({ start, end }) => start <= offset && offset < end)
			.map(({ name }) => name)
			.join('.')
}

/** Whatever a node has inside: the IR is plain data, so that no list of its kinds is needed, nor recursion. */
function collect(root: object, spans: NamedSpan[]): void {
	const waiting: object[] = [root]
	for (let node = waiting.pop(); node; node = waiting.pop()) {
		if (isNamed(node)) spans.push({ start: node.start, end: node.end, name: node.name })
		for (const value of Object.values(node)) if (typeof value === 'object' && value !== null) waiting.push(value)
	}
}

type Named = (FunctionIr | ClassIr) & { readonly name: string }

function isNamed(node: object): node is Named {
	return (
		'name' in node && typeof node.name === 'string' && ('parameters' in node || 'methods' in node) && 'start' in node
	)
}
