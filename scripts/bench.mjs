// Measures what a user waits for: node scripts/bench.mjs [--rounds 3] [--only activation,engine,latency,speculation,lanes,sessions,index,llamacpp,recall,positions,triage,retrieval,view,security,privacy] [--name NAME]
//   [--seconds N] [--sessions Go,Rust] [--shares 0.3,0.6] [--lines 100000] [--model FILE.gguf] [--repositories FOLDER] [--points 200] [--suites FOLDER,FOLDER] [--rules FILE.yml] [--findings 100] [--fit] [--processor-time] [--dry-run] [--record]
// The benchmark is TypeScript, which Node 20 does not run: it is bundled first, beside a fresh build of the extension.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureDependencies } from './lib/dependencies.mjs'
import { fail, step } from './lib/progress.mjs'
import { relay } from './lib/relay.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'out', 'bench')

async function main() {
	await ensureDependencies()
	const { build } = await import('esbuild')
	const { buildAll } = await import('./build.mjs')
	const bundle = join(out, 'bench.mjs')
	await step('Building', async () => {
		await buildAll({ minify: true, outDir: join(out, 'extension', 'dist') })
		cpSync(join(root, 'package.json'), join(out, 'extension', 'package.json'))
		cpSync(join(root, 'media'), join(out, 'extension', 'media'), { recursive: true })
		await build({
			entryPoints: [join(root, 'test', 'bench', 'main.ts')],
			outfile: bundle,
			bundle: true,
			platform: 'node',
			format: 'esm',
			target: 'node20',
			sourcemap: 'inline',
			logLevel: 'warning',
			external: ['node-llama-cpp', 'playwright-core', 'tree-sitter', 'tree-sitter-*', 'typescript', 'web-tree-sitter'],
			// vscode-jsonrpc is CommonJS and calls require for Node's modules.
			banner: {
				js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`,
			},
		})
	})
	const ours = (/** @type {string} */ path) => JSON.stringify(pathToFileURL(join(root, 'scripts', path)).href)
	const program = `import { buildLlamaCpp } from ${ours('llamaCpp.mjs')}
import { fail } from ${ours('lib/progress.mjs')}
import { main } from ${JSON.stringify(pathToFileURL(bundle).href)}
const places = [${JSON.stringify(root)}, ${JSON.stringify(join(out, 'extension'))}]
await main(...places, process.argv.slice(1), buildLlamaCpp).catch((error) => {
	fail(error)
	process.exit()
})`
	const args = [
		'--enable-source-maps',
		'--expose-gc',
		'--input-type=module',
		'--eval',
		program,
		'--',
		...process.argv.slice(2),
	]
	const { code } = await relay(process.execPath, args, { cwd: root })
	process.exitCode = code ?? 1
}

await main().catch(fail)
