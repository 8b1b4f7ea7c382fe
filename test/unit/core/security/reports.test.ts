import oasis from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'
import { Ajv, type ValidateFunction } from 'ajv'
import { describe, expect, it } from 'vitest'
import { jsonReport } from '../../../../src/core/security/report/jsonReport.ts'
import { markdownReport } from '../../../../src/core/security/report/markdownReport.ts'
import { sarifReport } from '../../../../src/core/security/report/sarifReport.ts'
import {
	countedFindings,
	type ReportedFinding,
	type ReportTriage,
	type SecurityReport,
	type Suppression,
} from '../../../../src/core/security/report/securityReport.ts'
import { textReport } from '../../../../src/core/security/report/textReport.ts'
import type { TriageMark } from '../../../../src/core/security/triage/triage.ts'
import { sampleFinding } from './sampleFinding.ts'
import { sampleReport } from './sampleReport.ts'

const empty: SecurityReport = {
	...{ ...sampleReport, rules: [], findings: [], gone: [], notes: [], gaps: [], ruleProblems: [] },
	...{ hasBaseline: false, isWhole: false, exitCode: 3 },
}

/** The schema of OASIS, as a package brings it along. */
function sarifCheck(): ValidateFunction {
	// Its draft of JSON Schema names the schema otherwise; nothing else that it uses has changed since.
	const { id: _, $schema: __, ...schema } = oasis
	return new Ajv({
		strict: false,
		allErrors: true,
		unicodeRegExp: false,
		formats: { uri: uriForm, 'uri-reference': true, 'date-time': timeForm },
	}).compile(schema)
}
const uriForm = /^[a-z][a-z0-9+.-]*:[^\s]*$/i
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

describe('SARIF', () => {
	it('is what the schema says', () => {
		const check = sarifCheck()
		for (const report of [sampleReport, empty]) {
			check(JSON.parse(sarifReport(report)))
			expect(check.errors).toBeNull()
		}
		// It is no schema that takes everything.
		const wrong = JSON.parse(sarifReport(sampleReport))
		wrong.runs[0].results[0].level = 'bad'
		expect(check(wrong)).toBe(false)
		const unknown = JSON.parse(sarifReport(sampleReport))
		unknown.runs[0].results[0].severity = 1
		expect(check(unknown)).toBe(false)
	})

	const [run] = JSON.parse(sarifReport(sampleReport)).runs

	it('has the path, and places that count from 1', () => {
		const [result] = run.results
		expect(result.locations[0].physicalLocation).toEqual({
			artifactLocation: { uri: 'src/%C3%A4%20b.js', uriBaseId: '%SRCROOT%' },
			region: { startLine: 5, startColumn: 2, endLine: 5, endColumn: 21 },
		})
		const { locations } = result.codeFlows[0].threadFlows[0]
		expect(locations.map((it: { location: { message: { text: string } } }) => it.location.message.text)).toEqual([
			'HTTP request',
			'SQL injection',
		])
		expect(result.partialFingerprints).toEqual({ 'alcove/v1': '0123456789abcdef0123456789abcdef' })
		expect(run.originalUriBaseIds).toEqual({ '%SRCROOT%': { uri: 'file:///w/' } })
		expect(run.columnKind).toBe('utf16CodeUnits')
	})

	it('says what is new, known and ignored', () => {
		const states = run.results.map((it: Record<string, unknown>) => [it.baselineState, it.suppressions])
		expect(states).toEqual([
			['new', []],
			['new', []],
			['unchanged', []],
			['new', [{ kind: 'inSource', status: 'accepted', justification: 'safe' }]],
			['unchanged', [{ kind: 'external', status: 'accepted' }]],
		])
		expect(JSON.parse(sarifReport(empty)).runs[0].results).toEqual([])
	})

	it('points with each number at what it names', () => {
		const { rules, notifications } = run.tool.driver
		const { taxa } = run.taxonomies[0]
		for (const result of run.results) {
			expect(rules[result.ruleIndex].id).toBe(result.ruleId)
			for (const { id, index } of result.taxa) expect(taxa[index].id).toBe(id)
		}
		for (const rule of rules) for (const { target } of rule.relationships) expect(taxa[target.index].id).toBe(target.id)
		const { toolExecutionNotifications, toolConfigurationNotifications } = run.invocations[0]
		expect(toolExecutionNotifications).toHaveLength(2)
		expect(toolConfigurationNotifications).toHaveLength(2)
		for (const { descriptor } of [...toolExecutionNotifications, ...toolConfigurationNotifications]) {
			expect(notifications[descriptor.index].id).toBe(descriptor.id)
		}
		expect(taxa.map(({ id }: { id: string }) => id)).toEqual(['89', '328', '4242'])
	})

	it('takes any name of a file', () => {
		const finding = sampleFinding({ file: 'a\ud800/#?%.js' })
		const report = { ...sampleReport, findings: [{ finding, isKnown: false, suppression: undefined }] }
		const { uri } = JSON.parse(sarifReport(report)).runs[0].results[0].locations[0].physicalLocation.artifactLocation
		expect(uri).toBe('a%EF%BF%BD/%23%3F%25.js')
	})
})

describe('the report in text', () => {
	const text = textReport(sampleReport, { hasColor: false })

	it('shows what counts with its path', () => {
		expect(text).toContain(
			[
				'src/ä b.js',
				'  5:2      high  HTTP request reaches a query.',
				'           javascript/sql (CWE-89, confidence high)',
				'           1. src/ä b.js:2:7  HTTP request',
				'           2. src/ä b.js:5:2  SQL injection',
				'           Fix: Use parameters.',
			].join('\n'),
		)
		expect(text).not.toContain('known.js')
		expect(text).not.toContain('ignored.js')
		expect(text).toContain('big.js  It is larger than 1 MB.')
		expect(text).toContain('/w/.alcove/rules/my.yml:4:5: There is no key "x" here.')
		expect(text).toContain(
			'2 new findings (1 high, 1 low) in 12 files, 3,456 lines, 1.5 s; 1 known, 2 ignored, 1 gone since the baseline.',
		)
	})

	it('says where it is not whole', () => {
		expect(textReport(empty, { hasColor: false })).toContain('The analysis did not come to its end')
		expect(text).not.toContain('did not come to its end')
	})

	it('has colour only where it is asked for, and lets no file steer the terminal', () => {
		expect(text).not.toContain('\u001b')
		expect(textReport(sampleReport, { hasColor: true })).toContain('\u001b[31mhigh\u001b[0m')
		expect(textReport(sampleReport, { hasColor: true })).not.toContain('bad\u001b[31m.js')
	})
})

it('the report in Markdown shows what counts, and nothing breaks its table', () => {
	const text = markdownReport(sampleReport)
	expect(text).toContain('2 new findings (1 high, 1 low) in 12 files, 3,456 lines.')
	expect(text).toContain(
		'| high | high | `src/ä b.js:5` | `javascript/sql` | [CWE-89](https://cwe.mitre.org/data/definitions/89.html) |',
	)
	expect(text).toContain('MD5 \\| \\`x\\`')
	expect(text).toContain('1. `src/ä b.js:2:7` HTTP request')
	expect(text).not.toContain('known.js')
	expect(markdownReport(empty)).toContain('No findings in')
})

it('the report in JSON has all of it', () => {
	const data = JSON.parse(jsonReport(sampleReport))
	expect(data.findings.map(({ state }: { state: string }) => state)).toEqual([
		'new',
		'new',
		'known',
		'ignored',
		'ignored',
	])
	expect(data).toMatchObject({ version: 1, isWhole: true, files: 12, gaps: sampleReport.gaps, gone: sampleReport.gone })
})

describe('what a model said', () => {
	const safe = { vulnerable: 0.02, safe: 0.97, unsure: 0.01 }
	const judged = (kind: 'dismissed' | 'doubted' | 'void', given: Partial<TriageMark> = {}): TriageMark =>
		({
			...{
				kind,
				probabilities: safe,
				safe: 0.97,
				evidence: ['Number(id) | `x`'],
				reason: 'It is a\u001b number.',
				ms: 5,
			},
			...given,
		}) as TriageMark
	const reported = (file: string, mark: TriageMark, suppression?: Suppression): ReportedFinding => ({
		...{ finding: sampleFinding({ file }), isKnown: false, suppression, mark },
	})
	const triage: ReportTriage = { model: { kind: 'used', name: 'coder' }, ms: 2_000, hides: false }
	const report: SecurityReport = {
		...sampleReport,
		triage,
		findings: [
			reported('a.js', judged('dismissed')),
			reported('b.js', judged('doubted')),
			reported('c.js', { kind: 'notAsked', why: 'outOfTime' }),
			reported('d.js', judged('dismissed'), { by: 'model', reason: 'It is a number.' }),
		],
	}

	it('takes no finding away, and proposes in SARIF to suppress what it dismisses', () => {
		const { results, invocations } = JSON.parse(sarifReport(report)).runs[0]
		expect(results.map((it: { suppressions: unknown }) => it.suppressions)).toEqual([
			[{ kind: 'external', status: 'underReview', justification: 'It is a\u001b number.' }],
			[],
			[],
			[{ kind: 'external', status: 'accepted', justification: 'It is a number.' }],
		])
		expect(results.map((it: { rank: number }) => it.rank)).toEqual([3, 90, 90, 3])
		expect(results[0].properties.triage).toEqual({
			...{ verdict: 'dismissed', probabilities: safe, safe: 0.97 },
			...{ reason: 'It is a\u001b number.', evidence: ['Number(id) | `x`'] },
		})
		expect(results[2].properties.triage).toEqual({ verdict: 'notJudged', why: 'outOfTime' })
		const [summary] = invocations[0].toolExecutionNotifications.slice(-1)
		expect(summary.message.text).toContain('coder judged 3 findings in 2.0 s: 1 doubted, 2 dismissed.')
		expect(countedFindings(report).map(({ file }) => file)).toEqual(['a.js', 'b.js', 'c.js'])
	})

	it('is SARIF by the schema, too', () => {
		const check = sarifCheck()
		check(JSON.parse(sarifReport(report)))
		expect(check.errors).toBeNull()
	})

	it('stands in the text with what it quotes, and steers no terminal', () => {
		const text = textReport(report, { hasColor: false })
		expect(text).toContain('The model takes it for safe (97 % safe): It is a\uFFFD number.')
		expect(text).toContain('> Number(id) | `x`')
		expect(text).toContain('Not judged: 1 not reached in time.')
		expect(text).toContain('1 of the ignored ones are left out because the model takes them for safe.')
	})

	it('stands in Markdown and JSON', () => {
		const markdown = markdownReport(report)
		expect(markdown).toContain('**The model doubts it (97 % safe):** It is a')
		expect(markdown).toContain('- `` Number(id)   `x` ``')
		const { findings, triage: told } = JSON.parse(jsonReport(report))
		expect(findings.map((it: { state: string }) => it.state)).toEqual(['new', 'new', 'new', 'ignored'])
		expect(findings[1].triage.verdict).toBe('doubted')
		expect(told).toEqual(triage)
	})

	it('is nothing where no model can, and why is said', () => {
		const none: ReportTriage = { ...triage, model: { kind: 'none', why: 'notConfigured', detail: 'None is there.' } }
		const told = { ...report, triage: none, findings: [reported('a.js', { kind: 'notAsked', why: 'noModel' })] }
		expect(textReport(told, { hasColor: false })).toContain('No model judged the findings. None is there.')
	})
})
