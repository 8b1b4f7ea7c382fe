import { describe, expect, it } from 'vitest'
import { createFixProposer } from '../../../../src/core/security/fix/fixProposer.ts'
import type { RuleFile } from '../../../../src/core/security/rules/ruleTypes.ts'
import type { TextOrder } from '../../../../src/core/security/securityPorts.ts'
import { grammarOfPath } from '../../../../src/core/syntax/grammarOf.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { shippedRules, testAnalyzer } from '../../../analyzeForTest.ts'
import { testParser } from '../../../parseForTest.ts'

const files: Readonly<Record<string, string>> = {
	csharp: 'Example.cs',
	go: 'example.go',
	java: 'Example.java',
	javascript: 'example.tsx',
	python: 'example.py',
	php: 'example.php',
	ruby: 'example.rb',
	c: 'example.c',
}
const parser = testParser()

async function proposedFor(ruleFiles: readonly RuleFile[], id: string, file: string, text: string) {
	const analyze = testAnalyzer(ruleFiles)
	const analyzed = async (code: string) => {
		const [found] = await analyze({ [file]: code })
		if (!found) throw new Error('nothing was analyzed')
		return found
	}
	const proposer = createFixProposer({
		analyzer: { analyzeText: (order) => analyzed(order.text) },
		parse: (order) => parser.parse(grammarOfPath(file) ?? 'javascript', order.text),
		ruleOf: (ruleId) => ruleFiles.flatMap(({ rules }) => rules ?? []).find((rule) => rule.id === ruleId),
		model: () => undefined,
	})
	const order: TextOrder = {
		root: undefined,
		file,
		languageId: '',
		text,
		unsaved: [],
		rulesOff: [],
		isTrusted: true,
		mostBytes: 1_000_000,
	}
	const finding = (await analyzed(text)).findings.find(({ ruleId }) => ruleId === id)
	return finding ? proposer.propose(order, finding, neverCancelled) : []
}

describe('each rewrite of a rule mends an example of it', () => {
	const cases = Object.entries(files).flatMap(([language, file]) => {
		const ruleFiles = shippedRules(language)
		const rules = ruleFiles.flatMap((it) => it.rules ?? []).filter(({ rewrites }) => rewrites !== undefined)
		return rules.map((rule) => [rule.id, rule, file, ruleFiles] as const)
	})

	it('of some rules', () => expect(cases.length).toBeGreaterThanOrEqual(8))

	it.each(cases)('%s', async (id, rule, file, ruleFiles) => {
		const proposals = await Promise.all(
			[rule.example.bad, ...(rule.tests?.bad ?? [])].map((text) => proposedFor(ruleFiles, id, file, text)),
		)
		const titles = proposals.flat().flatMap(({ origin, title }) => (origin === 'rule' ? [title] : []))
		for (const { title } of rule.rewrites ?? []) expect(titles).toContain(title)
	})
})
