import { describe, expect, it } from 'vitest'
import { type BenchReport, reportJson, reportMarkdown, reportText } from '../../../src/cli/bench/benchReport.ts'
import { Samples } from '../../../src/cli/bench/samples.ts'
import { speedOfBenchmark } from '../../../src/core/model/benchmarkOutcome.ts'

const samples = new Samples()
for (const ms of [4, 8, 5]) samples.add('warmFirstToken', ms)
samples.add('promptRate', 1234.5678)

const report: BenchReport = {
	setup: {
		model: 'some-coder',
		quantization: 'Q8_0',
		fileBytes: 1_000,
		threads: 2,
		backend: 'cpu',
		gpuLayers: 0,
		contextSize: 4_096,
		draft: 'none: notConfigured',
		machine: { processor: 'A processor', cores: 4, memoryGb: 16, system: 'linux x64 6', node: '20.1.0' },
		nodeLlamaCpp: '3.0.0',
		alcove: '0.1.0',
	},
	date: '2026-01-01T00:00:00.000Z',
	rounds: 1,
	machineLoad: { before: 0.5, median: 1, max: 2 },
	rows: samples.rows({ warmFirstToken: 'a note' }),
	verifyCurve: [
		{ tokens: 1, ms: 2 },
		{ tokens: 8, ms: 5 },
	],
	drafts: [
		{
			purpose: 'fix',
			msPerToken: 1.5,
			plainMsPerToken: 3,
			speedUp: 2,
			lowest: 1.9,
			highest: 2.1,
			tokensPerStep: 2.5,
			tokensPerAnswer: 40,
			ngram: { drafted: 10, accepted: 9 },
			model: { drafted: 0, accepted: 0 },
		},
	],
}

describe('the report as text', () => {
	const text = reportText(report)
	const lineWith = (part: string) => text.split('\n').find((line) => line.includes(part)) ?? ''

	it('says what was measured on what', () => {
		expect(text).toMatch(
			/^some-coder, Q8_0, 2 threads, cpu, context of 4096 tokens\ndraft model: none: notConfigured\n/,
		)
		expect(text).toContain('A processor, 4 cores, 16 GB, linux x64 6')
	})

	it('says how busy the machine was', () => {
		expect(text).toContain('Load: 0.5 before the start, 1 (median) and at most 2 meanwhile.\n')
		const busy = reportText({ ...report, machineLoad: { before: 4, median: 4.5, max: 5 } })
		expect(busy).toContain('The machine was busy')
	})

	it('has median, range and number of the values', () => {
		expect(lineWith('next keystroke').split(/ {2,}/)).toEqual([
			'first token of the next keystroke',
			'5.00 ms',
			'4.00',
			'8.00',
			'3',
			'a note',
		])
		expect(lineWith('reading a prompt')).toContain('1235 tokens/s')
	})

	it('leaves out what was not measured', () => {
		expect(text).not.toContain('memory')
		expect(reportText({ ...report, verifyCurve: [], drafts: [] })).not.toMatch(/one call|drafts for/)
	})

	it('has columns that stand below each other', () => {
		const ends = ['lowest', '4.00'].map((cell) => lineWith(cell).indexOf(cell) + cell.length)
		expect(ends[0]).toBe(ends[1])
	})

	it('compares calls of several tokens with one of one', () => {
		expect(lineWith('2.50 x').split(/ {2,}/)).toEqual(['8', '5.00 ms', '2.50 x'])
	})

	it('says what each drafter was worth', () => {
		expect(lineWith('fix ')).toContain('2.00 x')
		expect(lineWith('fix ')).toMatch(/9 of 10 +none$/)
	})
})

describe('the report as JSON', () => {
	const json = JSON.parse(reportJson(report))

	it('has everything that was measured', () => {
		expect(json.rows.map(({ id }: { id: string }) => id)).toEqual(['promptRate', 'warmFirstToken'])
		expect(json.rows[1]).toMatchObject({ median: 5, lowest: 4, highest: 8, count: 3, unit: 'ms' })
	})

	it('says in every row what it was measured with', () => {
		for (const row of [...json.rows, ...json.verifyCurve, ...json.drafts]) {
			expect(row).toMatchObject({ model: 'some-coder', quantization: 'Q8_0', threads: 2, backend: 'cpu' })
			expect(row.machine).toMatchObject({ processor: 'A processor', cores: 4, memoryGb: 16 })
		}
	})
})

describe('the report as Markdown', () => {
	const lines = reportMarkdown(report).split('\n')

	it('has the same figures in tables', () => {
		expect(lines[0]).toBe('# some-coder on this machine')
		expect(lines).toContain('|  | median | lowest | highest | p99 | n |  |')
		expect(lines).toContain('| first token of the next keystroke | 5.00 ms | 4.00 | 8.00 |  | 3 | a note |')
	})

	it('draws what is compared, the longest bar for the largest value', () => {
		const bars = lines
			.filter((line) => /#{2,}$/.test(line))
			.map((line) => [line.split('  ')[0], line.match(/#+$/)?.[0].length])
		expect(bars).toEqual([
			['fix, drafts', 40],
			['fix, without', 20],
			['1', 16],
			['8', 40],
		])
	})

	it('keeps a name with signs of Markdown in its cell', () => {
		const row = { id: 'x', what: 'a|b', unit: 'ms', median: 1, lowest: 1, highest: 1, count: 1 }
		expect(reportMarkdown({ ...report, rows: [row] })).toContain('| a\\|b | 1.00 ms |')
	})
})

describe('the 99th percentile', () => {
	it('is said where there are values enough', () => {
		const many = new Samples()
		for (let ms = 1; ms <= 101; ms++) many.add('warmFirstToken', ms)
		expect(many.rows({})[0]).toMatchObject({ median: 51, p99: 100, highest: 101 })
		expect(report.rows[0]).not.toHaveProperty('p99')
	})
})

describe('the speed of a model by its benchmark', () => {
	it('is in the report as JSON', () => {
		const measured = new Samples()
		for (const rate of [900, 1_000, 1_100]) measured.add('promptRate', rate)
		for (const rate of [40, 50]) measured.add('decodeRate', rate)
		expect(speedOfBenchmark(reportJson({ ...report, rows: measured.rows({}) }))).toEqual({
			promptRate: 1_000,
			decodeRate: 45,
		})
	})

	it('is none where a rate is missing, and where it is no report', () => {
		expect(speedOfBenchmark(reportJson(report))).toBeUndefined()
		for (const text of ['', '{}', '{"rows":[null,7]}']) expect(speedOfBenchmark(text)).toBeUndefined()
	})
})
