import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/lib/root.mjs'
import { createProjectAnalyzer } from '../src/core/security/analysis/projectAnalyzer.ts'
import type { AnalyzedFile } from '../src/core/security/analyzer.ts'
import type { RuleFile } from '../src/core/security/rules/ruleTypes.ts'
import { readRules } from '../src/node/security/ruleFiles.ts'
import { neverCancelled } from '../src/shared/cancellation.ts'
import { testParser } from './parseForTest.ts'

/** Analyzes files that are only in memory. One for a whole test file. */
export function testAnalyzer(ruleFiles: readonly RuleFile[]) {
	const parser = testParser()
	return async (files: Readonly<Record<string, string>>, asked = Object.keys(files)): Promise<AnalyzedFile[]> => {
		const analyzer = createProjectAnalyzer({
			rules: { ruleFiles, off: [] },
			files: {
				read: async (file) => (files[file] === undefined ? undefined : { text: files[file] }),
				list: async (folder) => namesIn(Object.keys(files), folder),
			},
			parse: (grammar, text) => parser.parse(grammar, text),
			clock: { now: () => 0 },
			today: '2026-11-26',
		})
		const found: AnalyzedFile[] = []
		await analyzer.analyze({ files: asked, onFile: (it) => found.push(it) }, neverCancelled)
		return found
	}
}

/** The rules of a language as they are shipped. @param language the folder that they are in */
export function shippedRules(language: string): readonly RuleFile[] {
	const folder = join(root, 'src', 'rules', language)
	return readdirSync(folder).flatMap((name) => readRules(readFileSync(join(folder, name), 'utf8'), name).ruleFiles)
}

function namesIn(files: readonly string[], folder: string): string[] {
	const prefix = folder === '' ? '' : `${folder}/`
	const inside = files
		.filter((file) => file.startsWith(prefix))
		.map((file) => file.slice(prefix.length).split('/')[0] ?? '')
	return [...new Set(inside)].sort()
}
