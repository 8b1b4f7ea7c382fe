import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import { bundleRules, loadRuleReader, readAllRules } from '../../../../scripts/lib/rules.mjs'
import { ruleFileJsonSchema } from '../../../../scripts/lib/rulesSchema.mjs'
import { rulePage } from '../../../../src/core/security/findings/rulePage.ts'
import type { SecurityRule } from '../../../../src/core/security/rules/ruleTypes.ts'
import { ruleFileSchema } from '../../../../src/node/security/ruleSchema.ts'

const rule = {
	id: 'go/sample',
	title: 'A sample',
	message: 'It is {sink}.',
	severity: 'low',
	confidence: 'low',
	cwe: [89, 4242],
	owasp: ['A03', 'A10'],
	asvs: ['5.3.4'],
	fix: 'Do not.',
	finds: [{ call: 'a.b', when: [{ argument: 0, is: [1, 'x', null] }] }],
	description: 'What it is.',
	references: ['https://example.org/a'],
	example: { bad: 'a.b(`x`)\n```', good: 'c()' },
	tests: { bad: ['a.b(1)'] },
}
const file = { language: 'go', rules: [rule] }
let folder = ''

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rules-'))
	mkdirSync(join(folder, 'in', 'go'), { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the rules of the product', () => {
	it('become one file, and a page each', async () => {
		writeFileSync(join(folder, 'in', 'go', 'a.yml'), JSON.stringify(file))
		await bundleRules(join(folder, 'out'), join(folder, 'in'))
		const { tests: _, ...bundled } = rule
		expect(JSON.parse(readFileSync(join(folder, 'out', 'rules.json'), 'utf8'))).toEqual({
			files: [{ file: 'go/a.yml', rules: { language: 'go', rules: [bundled] } }],
		})
		const page = rulePage(rule as SecurityRule, 'go')
		expect(page).toContain('[CWE-89: SQL Injection](https://cwe.mitre.org/data/definitions/89.html)')
		expect(page).toContain('[CWE-4242](https://cwe.mitre.org/data/definitions/4242.html)')
		expect(page).toContain('(https://owasp.org/Top10/A03_2021-Injection/)')
		expect(page).toContain('````go\na.b(`x`)\n```\n````')
		expect(page).toContain('<https://example.org/a>')
	})

	it('are refused with their places where anything is wrong', async () => {
		const wrong = [{ ...rule, id: 'go/x', cwe: [] }, rule, { ...rule, id: 'java/y' }]
		writeFileSync(join(folder, 'in', 'go', 'b.yml'), JSON.stringify({ language: 'go', rules: wrong.slice(1) }))
		writeFileSync(join(folder, 'in', 'go', 'c.yml'), JSON.stringify({ language: 'go', rules: wrong.slice(0, 1) }))
		const reader = await loadRuleReader()
		const read = () => readAllRules(join(folder, 'in'), reader)
		expect(read).toThrow(/b\.yml: the rule go\/sample is in .*a\.yml too/)
		expect(read).toThrow(/b\.yml: the rule java\/y does not begin with a language of its file/)
		expect(read).toThrow(/c\.yml:1:\d+: An empty list says nothing\./)
	})

	it('in the repository are in order', async () => {
		const all = readAllRules(join(root, 'src', 'rules'), await loadRuleReader())
		expect(Array.isArray(all)).toBe(true)
	})
})

describe('the schema for editors', () => {
	const committed = JSON.parse(readFileSync(join(root, 'src', 'rules', 'rules.schema.json'), 'utf8'))

	it('is that of the check: node scripts/rules.mjs --schema', () => {
		expect(committed).toEqual(JSON.parse(JSON.stringify(ruleFileJsonSchema(ruleFileSchema))))
	})

	it('tells right from wrong', () => {
		const check = new Ajv({ strict: false }).compile(committed)
		expect(check(file)).toBe(true)
		expect(check({ ...file, rules: [{ ...rule, titel: 'x' }] })).toBe(false)
		expect(check({ ...file, rules: [{ ...rule, severity: 'huge' }] })).toBe(false)
		expect(check({ rules: [] })).toBe(false)
	})
})
