import { describe, expect, it } from 'vitest'
import { createProjectAnalyzer } from '../../../../src/core/security/analysis/projectAnalyzer.ts'
import type { SecurityRule } from '../../../../src/core/security/rules/ruleTypes.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { shippedRules } from '../../../analyzeForTest.ts'
import { testParser } from '../../../parseForTest.ts'

/** Languages whose lowering is there, with the file that the code of their rules stands in. */
const files: Readonly<Record<string, string>> = {
	c: 'example.cpp',
	csharp: 'Example.cs',
	go: 'example.go',
	java: 'Example.java',
	javascript: 'example.tsx',
	python: 'example.py',
	php: 'example.php',
	ruby: 'example.rb',
}

const parser = testParser()

for (const [language, file] of Object.entries(files)) {
	const ruleFiles = shippedRules(language)

	/** The rules that find something in a text, and why not all of it was analyzed. */
	async function found(text: string): Promise<{ readonly rules: readonly string[]; readonly gaps: readonly string[] }> {
		const rules: string[] = []
		const gaps: string[] = []
		// `--- views/page.ejs` begins another file.
		const [own = '', ...more] = text.split(/^--- (?=\S+$)/m)
		const others = new Map(
			more.map((it) => [it.slice(0, it.indexOf('\n')), { text: it.slice(it.indexOf('\n') + 1) }] as const),
		)
		const namesIn = (folder: string) =>
			[file, ...others.keys()].flatMap((name) => {
				const below = folder === '' ? name : name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : undefined
				return below === undefined ? [] : [below.replace(/\/.*/, '')]
			})
		const analyzer = createProjectAnalyzer({
			rules: { ruleFiles, off: [] },
			files: {
				read: async (name) => (name === file ? { text: own } : others.get(name)),
				list: async (folder) => namesIn(folder),
			},
			parse: (grammar, code) => parser.parse(grammar, code),
			clock: { now: () => performance.now() },
		})
		const onFile = (it: Parameters<Parameters<typeof analyzer.analyze>[0]['onFile']>[0]) => {
			rules.push(...it.findings.map((finding) => finding.ruleId))
			gaps.push(...it.gaps.map((gap) => gap.reason))
		}
		await analyzer.analyze({ files: [file], onFile }, neverCancelled)
		return { rules, gaps }
	}

	describe(`the rules for ${language}`, () => {
		const rules: readonly SecurityRule[] = ruleFiles.flatMap((it) => it.rules ?? [])
		it.each(rules.map((rule) => [rule.id, rule] as const))('%s', async (id, { example, tests }) => {
			for (const text of [example.bad, ...(tests?.bad ?? [])]) {
				const { rules, gaps } = await found(text)
				expect(gaps, text).toEqual([])
				expect(rules, text).toContain(id)
			}
			for (const text of [example.good, ...(tests?.good ?? [])]) {
				const { rules, gaps } = await found(text)
				expect(gaps, text).toEqual([])
				expect(rules, text).not.toContain(id)
			}
		})
	})
}
