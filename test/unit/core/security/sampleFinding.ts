import type { Finding } from '../../../../src/core/security/findings/finding.ts'

/** A finding with what is given, and something for the rest. */
export function sampleFinding(given: Partial<Finding> = {}): Finding {
	const file = given.file ?? 'src/a.js'
	const range = given.range ?? { startLine: 4, startCharacter: 1, endLine: 4, endCharacter: 20 }
	const source = { startLine: 1, startCharacter: 6, endLine: 1, endCharacter: 15 }
	return {
		file,
		range,
		ruleId: 'javascript/sql',
		message: 'HTTP request reaches a query.',
		severity: 'high',
		confidence: 'high',
		cwe: [89],
		path: [
			{ file, range: source, role: 'source', label: 'HTTP request' },
			{ file, range, role: 'sink', label: 'SQL injection' },
		],
		fingerprint: '0123456789abcdef0123456789abcdef',
		...given,
	}
}
