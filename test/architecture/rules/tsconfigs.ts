import type { Breach } from '../sources.ts'

export interface LayerConfig {
	readonly path: string
	readonly config: {
		readonly compilerOptions?: { readonly types?: readonly string[]; readonly lib?: readonly string[] }
	}
}

/** Ambient types that each layer may see: a layer that cannot see `process` cannot use it. */
const ambientTypes: Readonly<Record<string, readonly string[]>> = {
	'src/shared/tsconfig.json': [],
	'src/protocol/tsconfig.json': [],
	'src/gguf/tsconfig.json': ['node'],
	'src/core/tsconfig.json': [],
	'src/lockdown/tsconfig.json': ['node'],
	'src/engine/tsconfig.json': ['node'],
	'src/node/tsconfig.json': ['node'],
	'src/cli/tsconfig.json': ['node'],
	'src/vscode/tsconfig.json': ['node', 'vscode'],
	'src/tsconfig.json': ['node', 'vscode'],
	'webview/tsconfig.json': [],
}

export function tsconfigBreaches(configs: readonly LayerConfig[]): Breach[] {
	return configs.flatMap(({ path, config: { compilerOptions } }) => {
		const allowed = ambientTypes[path]
		if (!allowed) return [{ path, line: 0, message: 'belongs to no known layer' }]
		const breaches: Breach[] = []
		const { types, lib = [] } = compilerOptions ?? {}
		// Without `types` every installed package of ambient types would be seen.
		if (!types) breaches.push({ path, line: 0, message: 'does not say which ambient types it sees' })
		for (const name of types ?? []) {
			if (!allowed.includes(name)) breaches.push({ path, line: 0, message: `sees the types of ${name}` })
		}
		// The view is a page; nothing else is.
		if (path === 'webview/tsconfig.json') return breaches
		for (const name of lib) if (/dom/i.test(name)) breaches.push({ path, line: 0, message: `sees ${name}` })
		return breaches
	})
}
