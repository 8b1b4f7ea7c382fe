import { describe, expect, it } from 'vitest'
import { type EvalReport, evalJson, evalText, type TaskResult, wilson } from '../../../../src/cli/eval/evalReport.ts'

const result = (more: Partial<TaskResult>): TaskResult => ({
	id: 'a',
	kind: 'SingleLineInfilling',
	filling: 'x',
	stopReason: 'endOfText',
	generatedTokens: 3,
	totalMs: 10,
	outcome: { kind: 'passed' },
	...more,
})

const report: EvalReport = {
	model: 'm',
	quantization: 'Q8_0',
	contextSize: 1024,
	fim: 'prefixSuffixMiddle',
	maxTokens: 64,
	isConfined: true,
	date: '2026-01-01T00:00:00.000Z',
	results: [
		result({}),
		result({ totalMs: 30, outcome: { kind: 'failed', why: 'AssertionError' } }),
		result({ kind: 'RandomSpanInfilling', stopReason: 'maxTokens', outcome: { kind: 'timeout' } }),
	],
}

describe('the report', () => {
	it('has a line for each kind of task and one for all', () => {
		expect(evalText(report).split('\n').slice(5, 8)).toEqual([
			'| RandomSpanInfilling | 1 | 0 | 0.0 % | 0.0-79.3 % | 1 | 1 | 10 ms |',
			'| SingleLineInfilling | 2 | 1 | 50.0 % | 9.5-90.5 % | 0 | 0 | 20 ms |',
			'| all | 3 | 1 | 33.3 % | 6.1-79.2 % | 1 | 1 | 10 ms |',
		])
	})

	it('says what makes its numbers something else', () => {
		expect(evalText(report)).not.toMatch(/sandbox|gaps/)
		expect(evalText({ ...report, isConfined: false })).toContain('without a sandbox')
		expect(evalText({ ...report, fim: 'none' })).toContain('saw what stands before them only')
	})

	it('as JSON holds each answer and the same summary', () => {
		const { results, summary } = JSON.parse(evalJson(report))
		expect(results).toEqual(report.results)
		expect(summary.map(({ kind, passAt1 }: { kind: string; passAt1: number }) => [kind, passAt1])).toEqual([
			['RandomSpanInfilling', 0],
			['SingleLineInfilling', 0.5],
			['all', 0.333],
		])
	})
})

// Worked out by hand from the formula.
describe('the interval', () => {
	it.each([
		[0, 10, 0, 0.277_5],
		[5, 10, 0.236_6, 0.763_4],
		[10, 10, 0.722_5, 1],
		[164, 1_000, 0.142_3, 0.188_2],
	])('of %i of %i is %f to %f', (passed, tasks, lowest, highest) => {
		expect(wilson(passed, tasks).lowest).toBeCloseTo(lowest, 3)
		expect(wilson(passed, tasks).highest).toBeCloseTo(highest, 3)
	})
})
