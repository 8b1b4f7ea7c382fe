import { describe, expect, it } from 'vitest'
import { toolText } from '../../../../src/core/security/report/toolText.ts'
import { sampleFinding } from './sampleFinding.ts'

describe('findings in words for a model', () => {
	it('name rule, place and the way of the data', () => {
		const finding = sampleFinding()
		const text = toolText({ file: finding.file, findings: [finding], gaps: [] })
		expect(text).toContain(`found 1 possible security issues in ${finding.file}:`)
		expect(text).toContain(`- ${finding.file}:${finding.range.startLine + 1} ${finding.severity}`)
		expect(text.match(/^ {2}\d\. /gm)).toHaveLength(finding.path.length)
	})

	it('say that there are none, that some are left out, and what was not analyzed', () => {
		expect(toolText({ file: 'a.py', findings: [], gaps: [] })).toBe(
			'The static analysis of Alcove found no security issue in a.py.',
		)
		const many = toolText({
			file: 'a.py',
			findings: Array.from({ length: 60 }, () => sampleFinding()),
			gaps: [{ reason: 'outOfBudget', detail: 'x' }],
		})
		expect(many).toContain('10 more are left out.')
		expect(many).toContain('Analyzed in part: outOfBudget.')
	})
})
