import type { SecurityReport } from '../../../../src/core/security/report/securityReport.ts'
import type { SecurityRule } from '../../../../src/core/security/rules/ruleTypes.ts'
import { sampleFinding } from './sampleFinding.ts'

export const sampleRule: SecurityRule = {
	id: 'javascript/sql',
	title: 'SQL injection',
	message: '{source} reaches a query.',
	severity: 'high',
	confidence: 'high',
	cwe: [89],
	owasp: ['A03'],
	asvs: ['5.3.4'],
	fix: 'Use parameters.',
	kind: 'sql',
	sinks: [{ call: 'db.query' }],
	description: 'What it is.',
	references: ['https://example.org/sql'],
	example: { bad: 'db.query(a + b)', good: 'db.query(a, [b])' },
}

const range = { startLine: 2, startCharacter: 0, endLine: 2, endCharacter: 5 }

/** One of each: a new finding with a path, one without, one that is known, one ignored by a comment and one in the baseline; and gaps. */
export const sampleReport: SecurityReport = {
	version: '1.2.3',
	rootUri: 'file:///w/',
	startTime: '2026-01-01T00:00:00.000Z',
	endTime: '2026-01-01T00:00:01.500Z',
	rules: [
		sampleRule,
		{ ...sampleRule, id: 'javascript/hash', cwe: [328, 4242], title: 'Weak hash', severity: 'low', references: [] },
	],
	findings: [
		{ finding: sampleFinding({ file: 'src/ä b.js' }), isKnown: false, suppression: undefined },
		{
			finding: sampleFinding({
				ruleId: 'javascript/hash',
				cwe: [328],
				severity: 'low',
				path: [],
				message: 'MD5 | `x`',
			}),
			isKnown: false,
			suppression: undefined,
		},
		{ finding: sampleFinding({ file: 'known.js' }), isKnown: true, suppression: undefined },
		{ finding: sampleFinding({ file: 'ignored.js' }), isKnown: false, suppression: { by: 'comment', reason: 'safe' } },
		{ finding: sampleFinding({ file: 'false.js' }), isKnown: true, suppression: { by: 'baseline', reason: '' } },
	],
	gone: [{ fingerprint: '0'.repeat(32), rule: 'javascript/sql', file: 'gone.js' }],
	hasBaseline: true,
	notes: [{ file: 'src/a.js', range, kind: 'ignoreWithoutReason', message: 'It says no reason.' }],
	gaps: [
		{ file: 'big.js', gap: { reason: 'tooLarge', detail: 'It is larger than 1 MB.' } },
		{ file: 'bad\u001b[31m.js', gap: { reason: 'syntaxErrors', detail: '2 places could not be parsed.', range } },
	],
	ruleProblems: [{ file: '/w/.alcove/rules/my.yml', line: 3, character: 4, reason: 'There is no key "x" here.' }],
	files: 12,
	lines: 3456,
	isWhole: true,
	exitCode: 1,
}
