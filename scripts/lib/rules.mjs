// Checks the rules in src/rules and makes of them what the extension reads: dist/rules.json.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { StepError } from './progress.mjs'
import { root } from './root.mjs'

/** @typedef {import('../../src/core/security/rules/ruleTypes.ts').RuleFile} RuleFile */
/** @typedef {{ file: string, rules: RuleFile }} NamedRules */

/**
 * The product's own reader of rules: it is TypeScript, so it is bundled first.
 *
 * @returns {Promise<{
 *   readRules: typeof import('../../src/node/security/ruleFiles.ts').readRules,
 *   ruleFileSchema: typeof import('../../src/node/security/ruleSchema.ts').ruleFileSchema,
 * }>}
 */
export async function loadRuleReader() {
	const { outputFiles } = await build({
		stdin: {
			contents: [
				"export { readRules } from './src/node/security/ruleFiles.ts'",
				"export { ruleFileSchema } from './src/node/security/ruleSchema.ts'",
			].join('\n'),
			resolveDir: root,
		},
		bundle: true,
		write: false,
		format: 'esm',
		// The form of the packages that needs nothing of Node.
		platform: 'browser',
		target: 'node20',
		logLevel: 'warning',
	})
	// From a file: what is loaded from memory is shown whole where it throws.
	const folder = mkdtempSync(join(tmpdir(), 'alcove-rules-'))
	try {
		const file = join(folder, 'ruleReader.mjs')
		writeFileSync(file, outputFiles[0]?.contents ?? '')
		return await import(pathToFileURL(file).href)
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

/**
 * All rules below a folder, sorted by their files.
 *
 * @param {string} folder absolute path
 * @param {Awaited<ReturnType<typeof loadRuleReader>>} reader
 * @returns {NamedRules[]}
 * @throws StepError that names each problem with its place
 */
export function readAllRules(folder, { readRules }) {
	/** @type {NamedRules[]} */
	const all = []
	/** @type {string[]} */
	const problems = []
	/** @type {Map<string, string>} */
	const ids = new Map()
	for (const file of ruleFilesIn(folder)) {
		const shown = relative(root, file)
		const read = readRules(readFileSync(file, 'utf8'), file)
		for (const { line, character, reason } of read.problems) {
			problems.push(`${shown}:${line + 1}:${character + 1}: ${reason}`)
		}
		for (const rules of read.ruleFiles) {
			for (const { id } of rules.rules ?? []) {
				const first = ids.get(id)
				if (first !== undefined) problems.push(`${shown}: the rule ${id} is in ${first} too`)
				ids.set(id, shown)
				if (![rules.language].flat().some((language) => id.startsWith(`${language}/`))) {
					problems.push(`${shown}: the rule ${id} does not begin with a language of its file`)
				}
			}
			all.push({ file: relative(folder, file).replaceAll('\\', '/'), rules })
		}
	}
	if (problems.length > 0) {
		throw new StepError(
			`There are ${problems.length} problems in the rules:\n  ${problems.join('\n  ')}`,
			'Correct them.',
		)
	}
	return all
}

/**
 * Writes rules.json, without what only tests need.
 *
 * @param {string} outDir absolute path
 * @param {string} [folder] absolute path of the rules
 */
export async function bundleRules(outDir, folder = join(root, 'src', 'rules')) {
	const reader = await loadRuleReader()
	const all = readAllRules(folder, reader)
	mkdirSync(outDir, { recursive: true })
	writeFileSync(join(outDir, 'rules.json'), JSON.stringify({ files: all.map(withoutTests) }))
}

/** @param {NamedRules} named */
function withoutTests({ file, rules }) {
	return { file, rules: { ...rules, rules: rules.rules?.map(({ tests: _, ...rule }) => rule) } }
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function ruleFilesIn(folder) {
	return readdirSync(folder, { withFileTypes: true })
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => {
			const path = join(folder, entry.name)
			if (entry.isDirectory()) return ruleFilesIn(path)
			return /\.ya?ml$/.test(entry.name) ? [path] : []
		})
}
