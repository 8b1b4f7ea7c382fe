// Bundles the extension, the engine process, the chat view and the command line program: node scripts/build.mjs [--minify]
// node-llama-cpp stays outside (it is ESM-only and finds its native parts next to its own files).
import { cpSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundleRules } from './lib/rules.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const syntaxLibrary = join(root, 'node_modules', 'web-tree-sitter')

/** The HTTP client is a third of all: it lies beside the bundles that use it, and is read when somebody allows a connection. */
const undiciBeside = /** @satisfies {import('esbuild').Plugin} */ ({
	name: 'undici beside',
	setup: ({ onResolve }) => onResolve({ filter: /^undici$/ }, () => ({ path: './undici.cjs', external: true })),
})

/**
 * @param {{ minify?: boolean, outDir?: string }} [options] outDir: emptied first; relative to the repository
 * @returns {Promise<import('esbuild').Metafile[]>} what went into each bundle, with paths relative to the repository
 */
export async function buildAll({ minify = false, outDir = 'dist' } = {}) {
	rmSync(resolve(root, outDir), { recursive: true, force: true })
	const common = /** @satisfies {import('esbuild').BuildOptions} */ ({
		absWorkingDir: root,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		minify,
		// Names stay, so that a stack in a bug report can be read.
		keepNames: minify,
		sourcemap: minify ? false : 'linked',
		legalComments: 'none',
		logLevel: 'warning',
		metafile: true,
	})
	const results = await Promise.all([
		build({
			...common,
			entryPoints: ['src/extension.ts'],
			outfile: `${outDir}/extension.cjs`,
			external: ['vscode'],
			plugins: [undiciBeside],
		}),
		build({ ...common, entryPoints: ['node_modules/undici/index.js'], outfile: `${outDir}/undici.cjs` }),
		build({
			...common,
			entryPoints: ['src/engine/main.ts'],
			outfile: `${outDir}/engine/main.cjs`,
			external: ['node-llama-cpp'],
		}),
		build({
			...common,
			entryPoints: ['src/engine/chat/chatTemplateWorker.ts'],
			outfile: `${outDir}/engine/chatTemplateWorker.cjs`,
		}),
		build({ ...common, entryPoints: ['src/lockdown/preload.ts'], outfile: `${outDir}/engine/lockdown.cjs` }),
		build({
			...common,
			entryPoints: ['src/node/syntax/codeWorker.ts'],
			outfile: `${outDir}/code/codeWorker.cjs`,
			// The other form of the package asks an ES module where it lies.
			alias: { 'web-tree-sitter': join(syntaxLibrary, 'web-tree-sitter.cjs') },
		}),
		build({
			...common,
			entryPoints: ['src/node/retrieval/searchWorker.ts'],
			outfile: `${outDir}/code/searchWorker.cjs`,
			alias: { 'web-tree-sitter': join(syntaxLibrary, 'web-tree-sitter.cjs') },
		}),
		build({
			...common,
			entryPoints: ['src/node/documents/pdfWorker.ts'],
			outfile: `${outDir}/code/pdfWorker.cjs`,
			// What it reads may name addresses: there is nothing to ask them with.
			define: { fetch: 'undefined', XMLHttpRequest: 'undefined' },
		}),
		build({
			...common,
			entryPoints: ['src/node/security/analysisWorker.ts'],
			outfile: `${outDir}/code/analysisWorker.cjs`,
			alias: { 'web-tree-sitter': join(syntaxLibrary, 'web-tree-sitter.cjs') },
			// Their binaries lie beside them.
			external: ['tree-sitter', 'tree-sitter-*'],
		}),
		build({
			...common,
			entryPoints: ['src/cli/main.ts'],
			outfile: `${outDir}/cli.cjs`,
			plugins: [undiciBeside],
			alias: { 'web-tree-sitter': join(syntaxLibrary, 'web-tree-sitter.cjs') },
		}),
		buildWebview({ minify, outDir }),
	])
	await bundleRules(resolve(root, outDir))
	cpSync(join(syntaxLibrary, 'web-tree-sitter.wasm'), resolve(root, outDir, 'code', 'web-tree-sitter.wasm'))
	return results.map(({ metafile }) => metafile)
}

/**
 * The chat view, which runs in a page of the editor.
 *
 * @param {{ minify?: boolean, outDir?: string }} [options] outDir: not emptied; relative to the repository
 */
export function buildWebview({ minify = false, outDir = 'dist' } = {}) {
	return build({
		absWorkingDir: root,
		bundle: true,
		platform: 'browser',
		format: 'iife',
		target: 'es2022',
		minify,
		sourcemap: minify ? false : 'linked',
		legalComments: 'none',
		logLevel: 'warning',
		metafile: true,
		entryPoints: ['webview/main.ts', 'webview/main.css', 'webview/report.ts', 'webview/report.css'],
		outdir: `${outDir}/webview`,
	})
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll({ minify: process.argv.includes('--minify') })
