import { importsOf, resolveImport } from '../imports.ts'
import type { Breach, Source } from '../sources.ts'

/** Import cycles, type imports included: files that need each other are one file, or need a third. */
export function cycleBreaches(sources: readonly Source[]): Breach[] {
	const graph = new Map(sources.map((source) => [source.path, targetsOf(source)]))
	return stronglyConnected(graph)
		.filter(([first, ...others]) => others.length > 0 || (first !== undefined && graph.get(first)?.includes(first)))
		.map((cycle) => {
			const [first = '', ...others] = cycle.sort()
			return { path: first, line: 0, message: `is in an import cycle with ${others.join(', ') || 'itself'}` }
		})
}

function targetsOf(source: Source): string[] {
	return importsOf(source).flatMap(({ specifier }) => resolveImport(source, specifier) ?? [])
}

/** Tarjan's algorithm. */
function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
	const index = new Map<string, number>()
	const stack: string[] = []
	const components: string[][] = []
	const visit = (node: string): number => {
		const own = index.size
		index.set(node, own)
		let lowest = own
		stack.push(node)
		for (const next of graph.get(node) ?? []) {
			if (!graph.has(next)) continue
			if (!index.has(next)) lowest = Math.min(lowest, visit(next))
			else if (stack.includes(next)) lowest = Math.min(lowest, index.get(next) ?? own)
		}
		if (lowest === own) components.push(stack.splice(stack.indexOf(node)))
		return lowest
	}
	for (const node of graph.keys()) if (!index.has(node)) visit(node)
	return components
}
