import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/**
 * Makes one JavaScript file of a TypeScript file and what it imports, for the Node 20 that cannot read TypeScript.
 *
 * @param {string} entry absolute path
 * @param {string} outfile absolute path, somewhere below the repository, so that packages are found
 */
export async function bundleTypeScript(entry, outfile) {
	await build({
		entryPoints: [entry],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		packages: 'external',
		plugins: [keepScriptsOutside],
		logLevel: 'warning',
	})
}

/**
 * Scripts find the repository by where they are themselves, so they are imported from their own place.
 *
 * @type {import('esbuild').Plugin}
 */
const keepScriptsOutside = {
	name: 'keep-scripts-outside',
	setup(builder) {
		builder.onResolve({ filter: /\.mjs$/ }, ({ path, resolveDir, kind }) => {
			if (kind === 'entry-point') return undefined
			return { path: pathToFileURL(join(resolveDir, path)).href, external: true }
		})
	},
}
