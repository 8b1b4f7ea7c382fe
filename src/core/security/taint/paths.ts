import type { Machine } from './machine.ts'

const longestPath = 120

/** Paths with a field, index or call behind them, under the names that rules have for them. */
export function extendPaths(machine: Machine, paths: readonly string[], by: string): readonly string[] {
	const { cache } = machine.rules
	const make = (path: string): readonly string[] => shortened(machine, extend(path, by))
	const [only] = paths
	if (only === undefined) return paths
	if (paths.length === 1) return cache.extended(only, by, make)
	const extended: string[] = []
	for (const path of paths)
		for (const it of cache.extended(path, by, make)) if (!extended.includes(it)) extended.push(it)
	return extended
}

function extend(path: string, by: string): string {
	if (by === '.default') return path
	// Of what nothing is known the last name is enough.
	if (path.startsWith('?') || path.length > longestPath)
		return by.startsWith('.') ? `?${by}` : `?${path.slice(path.lastIndexOf('.'))}${by}`.slice(0, longestPath)
	return `${path}${by}`
}

/** What rules call it, and else as it is. */
export function shortened(machine: Machine, path: string): readonly string[] {
	const types = machine.rules.types.lookUp(path)
	return types.length === 0 ? [builderOf(machine, path) ?? path] : types
}

/** A builder sets something and gives itself back: rules need not name all that `OkHttpClient.Builder` can set. */
function builderOf({ rules }: Machine, path: string): string | undefined {
	const [, builder, method = ''] = /^(.*[bB]uilder(?:\(\))?)\.(\w+)\(\)$/.exec(path) ?? []
	if (builder === undefined || gives.test(method) || rules.knows(path)) return undefined
	return rules.knows(builder) ? builder : undefined
}

const gives = /^(?:[bB]uild|create|get|to|is|has|make|parse|read|open|connect|new|start|run|[A-Z])/
