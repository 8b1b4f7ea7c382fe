import { isBuiltin } from 'node:module'
import { importsOf, packageOf, resolveImport } from '../imports.ts'
import { type Breach, breach, type Source } from '../sources.ts'

/** Who may import whom: the table in ARCHITECTURE.md. A layer may always import itself. */
interface Layer {
	readonly name: string
	/** Whether a file belongs to it. The first layer that says so has it. */
	readonly has: RegExp
	readonly mayImport: readonly RegExp[]
	/** Packages and Node modules by name; `node:*` is every Node module. */
	readonly packages: readonly string[]
}

const shared = /^src\/shared\//
const protocol = /^src\/protocol\//
const engineProtocol = /^src\/protocol\/engine/
const webviewProtocol = /^src\/protocol\/webview/
const core = /^src\/core\//
const gguf = /^src\/gguf\//
const lockdown = /^src\/lockdown\//
const node = /^src\/node\//
const vscode = /^src\/vscode\//

export const layers: readonly Layer[] = [
	{ name: 'shared', has: shared, mayImport: [], packages: [] },
	{ name: 'protocol', has: protocol, mayImport: [shared], packages: ['valibot'] },
	{ name: 'gguf', has: gguf, mayImport: [shared], packages: ['node:fs/promises', 'node:path'] },
	// What closes a process must be there before all else of it: it knows nothing but Node.
	{ name: 'lockdown', has: lockdown, mayImport: [], packages: ['node:*'] },
	{ name: 'core', has: core, mayImport: [shared], packages: [] },
	{
		name: 'engine',
		has: /^src\/engine\//,
		mayImport: [shared, engineProtocol, gguf, lockdown],
		packages: ['node:*', '@huggingface/jinja', 'node-llama-cpp', 'valibot', 'vscode-jsonrpc'],
	},
	{
		name: 'node',
		has: node,
		mayImport: [shared, engineProtocol, gguf, core, lockdown],
		packages: [
			'node:*',
			'diff',
			'ignore',
			'minisearch',
			'semver',
			'tree-sitter',
			'tree-sitter-go',
			'tree-sitter-java',
			'tree-sitter-javascript',
			'tree-sitter-python',
			'tree-sitter-typescript',
			'undici',
			'unpdf',
			'valibot',
			'vscode-jsonrpc',
			'web-tree-sitter',
			'yaml',
		],
	},
	{
		name: 'vscode',
		has: vscode,
		mayImport: [shared, webviewProtocol, core],
		packages: ['vscode', 'node:path', 'node:crypto'],
	},
	{
		name: 'compose',
		has: /^src\/(compose\w*|extension)\.ts$/,
		mayImport: [shared, protocol, core, node, vscode],
		packages: ['vscode', 'node:*'],
	},
	{ name: 'cli', has: /^src\/cli\//, mayImport: [shared, protocol, core, node], packages: ['node:*'] },
	{
		name: 'toolkit',
		has: /^webview\/ui\/toolkit\.ts$/,
		mayImport: [],
		packages: ['@vscode/webview-ui-toolkit'],
	},
	{
		name: 'webview',
		has: /^webview\//,
		mayImport: [shared, webviewProtocol],
		packages: ['highlight.js', 'markdown-it'],
	},
]

/** What the features of core/ have in common; files directly in core/ too. */
const commonCore = /^src\/core\/((model|context|privacy|syntax)\/|[^/]+$)/

/** Reports on the features, so it knows them; none of them knows it. */
const reportFeature = 'src/core/diagnostics'

export function layerBreaches(sources: readonly Source[]): Breach[] {
	return sources.flatMap((source) => {
		const layer = layers.find(({ has }) => has.test(source.path))
		if (!layer) return [{ path: source.path, line: 0, message: 'is in no layer' }]
		return importsOf(source).flatMap(({ specifier, node }) => {
			const why = refusal(source, layer, specifier)
			return why === undefined ? [] : [breach(source, node, why)]
		})
	})
}

function refusal(source: Source, layer: Layer, specifier: string): string | undefined {
	const target = resolveImport(source, specifier)
	if (target === undefined) return packageRefusal(layer, specifier)
	if (layer.has.test(target)) return featureRefusal(source.path, target)
	if (layer.mayImport.some((allowed) => allowed.test(target))) return undefined
	return `${layer.name} may not import ${target}`
}

/** Features under core/ know of model, context and shared, not of each other. */
function featureRefusal(path: string, target: string): string | undefined {
	if (!core.test(path) || commonCore.test(target)) return undefined
	const own = path.split('/').slice(0, 3).join('/')
	if (target.startsWith(`${own}/`) || own === reportFeature) return undefined
	return `${own} may not import ${target}: features of core/ meet only in core/model and core/context`
}

function packageRefusal(layer: Layer, specifier: string): string | undefined {
	const name = packageOf(specifier)
	if (isBuiltin(specifier) && !specifier.startsWith('node:')) return `${specifier} has to be named node:${specifier}`
	const isNode = specifier.startsWith('node:')
	if (layer.packages.includes(isNode ? specifier : name) || (isNode && layer.packages.includes('node:*'))) {
		return undefined
	}
	return `${layer.name} may not import ${specifier}`
}
