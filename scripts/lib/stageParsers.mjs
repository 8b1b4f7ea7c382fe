// The parsers that the analysis of a scan loads natively: their packages, with the binary of one platform. The grammars are the
// same, at the same versions, as those in grammars/, which are parsed with where a binary does not load.
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** Packages with a binary for each target, and what of them is loaded. */
export const nativeParsers = /** @type {const} */ ([
	['tree-sitter', 'index.js'],
	['tree-sitter-go', 'bindings/node/index.js'],
	['tree-sitter-java', 'bindings/node/index.js'],
	['tree-sitter-javascript', 'bindings/node/index.js'],
	['tree-sitter-python', 'bindings/node/index.js'],
	['tree-sitter-typescript', 'bindings/node/index.js'],
])

/** What finds the binaries. */
export const binaryFinder = 'node-gyp-build'

/**
 * @param {string} modules absolute path of the folder that gets the packages
 * @param {import('./targets.mjs').TargetName} target
 */
export function stageParsers(modules, target) {
	for (const [name, entry] of nativeParsers) {
		const binary = join('prebuilds', target, `${name}.node`)
		if (!existsSync(join(root, 'node_modules', name, binary))) throw new Error(`${name} has no binary for ${target}.`)
		copy(modules, name, ['package.json', entry, binary])
	}
	copy(modules, binaryFinder, ['package.json', 'index.js', 'node-gyp-build.js'])
}

/**
 * @param {string} modules
 * @param {string} name
 * @param {readonly string[]} files
 */
function copy(modules, name, files) {
	for (const file of files) cpSync(join(root, 'node_modules', name, file), join(modules, name, file))
}
