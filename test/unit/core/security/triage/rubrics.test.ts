import { describe, expect, it } from 'vitest'
import { isUndeniable, rubricFor, rubrics } from '../../../../../src/core/security/triage/rubricFor.ts'
import { sampleFinding } from '../sampleFinding.ts'

describe('the rubrics', () => {
	it.each(rubrics.map((rubric) => [rubric.name, rubric] as const))('%s is short', (_, { lines }) => {
		expect(lines.length).toBeGreaterThanOrEqual(6)
		expect(lines.length).toBeLessThanOrEqual(12)
		expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(180)
		expect(lines.some((line) => /^(Safe|Strong)/.test(line))).toBe(true)
	})

	it('have each CWE once', () => {
		const all = rubrics.flatMap(({ cwe }) => cwe)
		expect(all.filter((cwe, at) => all.indexOf(cwe) !== at)).toEqual([])
	})

	it('are none for what rules decide alone', () => {
		const both = rubrics.flatMap(({ cwe }) => cwe).filter((cwe) => isUndeniable(sampleFinding({ cwe: [cwe] })))
		expect(both).toEqual([])
	})

	it.each([89, 943, 78, 94, 1336, 90, 643, 134, 1333, 79, 601, 918, 113, 117, 22, 611, 502, 1321, 915, 120])(
		'one is about CWE %d',
		(cwe) => {
			expect(rubricFor(sampleFinding({ cwe: [cwe] }))?.cwe).toContain(cwe)
		},
	)
})
