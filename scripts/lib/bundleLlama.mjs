// Bundles node-llama-cpp into a few files, in its own folder layout. As it is installed it has 2,000 files and 60 MB,
// most of it for compiling llama.cpp, which never happens at a user's: the prebuilt binary travels beside it.
import { copyFileSync, cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @param {string} source node-llama-cpp as it was installed
 * @param {string} target the folder to make; its name has to be `node-llama-cpp`
 * @returns {Promise<import('esbuild').Metafile>} what went into the bundle, with paths relative to the repository
 */
export async function bundleLlama(source, target) {
	// The bundler names modules by their real paths; the folder may be a link.
	const sourceDist = join(realpathSync(source), 'dist')
	const { metafile } = await build({
		absWorkingDir: root,
		metafile: true,
		entryPoints: {
			index: join(sourceDist, 'index.js'),
			// The library forks this file, to see whether a binary loads at all.
			'bindings/utils/testBindingBinary': join(sourceDist, 'bindings', 'utils', 'testBindingBinary.js'),
		},
		outdir: join(target, 'dist'),
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		minify: true,
		keepNames: true,
		chunkNames: 'chunk-[hash]',
		external: ['@node-llama-cpp/*', '@reflink/reflink', 'electron'],
		// The notices of all bundled packages are in THIRD_PARTY_NOTICES.md.
		legalComments: 'none',
		logLevel: 'warning',
		// Some of its dependencies are CommonJS and call require for Node's modules.
		banner: {
			js: `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`,
		},
		plugins: [keepModuleUrls(sourceDist)],
	})
	const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
	const slim = {
		name: manifest.name,
		version: manifest.version,
		license: manifest.license,
		type: 'module',
		main: './dist/index.js',
		exports: { '.': './dist/index.js' },
	}
	writeFileSync(join(target, 'package.json'), JSON.stringify(slim, null, '\t'))
	mkdirSync(join(target, 'llama'))
	for (const name of ['binariesGithubRelease.json', 'llama.cpp.info.json', 'grammars']) {
		const filter = (/** @type {string} */ path) => !path.endsWith('.md')
		cpSync(join(source, 'llama', name), join(target, 'llama', name), { recursive: true, filter })
	}
	copyFileSync(join(source, 'LICENSE'), join(target, 'LICENSE'))
	return metafile
}

/**
 * The library finds its files relative to the module that asks. In a bundle every module has the URL of the bundle, so
 * each `import.meta.url` is replaced by the one that the module would have had.
 *
 * @param {string} sourceDist
 * @returns {import('esbuild').Plugin}
 */
function keepModuleUrls(sourceDist) {
	return {
		name: 'keep-module-urls',
		setup(builder) {
			builder.onLoad({ filter: /[\\/]node-llama-cpp[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
				const code = await readFile(path, 'utf8')
				if (!code.includes('import.meta.url')) return undefined
				const place = JSON.stringify(relative(sourceDist, path).split(sep).join('/'))
				const rewritten = code.replaceAll('import.meta.url', `__moduleUrl(${place})`)
				return { contents: `import { __moduleUrl } from 'alcove:module-url';\n${rewritten}`, loader: 'js' }
			})
			builder.onResolve({ filter: /^alcove:module-url$/ }, () => ({ path: 'module-url', namespace: 'alcove' }))
			builder.onLoad({ filter: /.*/, namespace: 'alcove' }, () => ({ contents: moduleUrlSource, loader: 'js' }))
		},
	}
}

const moduleUrlSource = `
const here = import.meta.url
const dist = here.slice(0, here.lastIndexOf('/node-llama-cpp/dist/') + '/node-llama-cpp/dist/'.length)
export const __moduleUrl = (place) => dist + place
`
