import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { analyzeHelp } from '../../../src/cli/analyze/analyzeHelp.ts'
import { parseAnalyzeOptions } from '../../../src/cli/analyze/analyzeOptions.ts'

describe('the options of alcove analyze', () => {
	it('have defaults', () => {
		const options = parseAnalyzeOptions([], '/w')
		expect(options).toMatchObject({
			...{ paths: [], format: 'text', failOn: 'low', severity: 'low', minConfidence: 'low', baseline: 'default' },
			...{ writesBaseline: false, mostBytes: 1_000_000, readsWorkspace: true, keeps: true, output: undefined },
		})
		expect(options.jobs).toBeGreaterThanOrEqual(1)
	})

	it('are read', () => {
		const line =
			'src a.js --format sarif --fail-on none --baseline b.json --changed-since main --jobs 3 --output o --rules r --rules s --no-workspace-rules --disable x/*'
		expect(parseAnalyzeOptions(line.split(' '), '/w')).toMatchObject({
			paths: [resolve('/w/src'), resolve('/w/a.js')],
			...{ format: 'sarif', failOn: 'none', changedSince: 'main', jobs: 3, readsWorkspace: false, disabled: ['x/*'] },
			...{ baseline: resolve('/w/b.json'), output: resolve('/w/o'), rules: [resolve('/w/r'), resolve('/w/s')] },
		})
	})

	it('of triage count with --triage only', () => {
		expect(parseAnalyzeOptions([], '/w').triage).toBeUndefined()
		expect(parseAnalyzeOptions(['--triage'], '/w').triage).toEqual({
			...{ budgetSeconds: 300, hides: false, takesAnyModel: false },
		})
		const line = '--triage --triage-model m.gguf --triage-budget 20 --triage-hides --triage-any-model'
		expect(parseAnalyzeOptions(line.split(' '), '/w').triage).toEqual({
			...{ modelPath: resolve('/w/m.gguf'), budgetSeconds: 20, hides: true, takesAnyModel: true },
		})
	})

	it.each([
		[['--triage-hides'], '--triage-hides needs --triage'],
		[['--triage', '--triage-budget', '0'], '--triage-budget takes a whole number'],
		[['--triage', '--triage-model', ''], '--triage-model needs a value'],
		[['--triage', '--write-baseline'], '--triage says nothing to --write-baseline'],
		[['--format', 'xml'], '--format takes text, sarif, json, markdown'],
		[['--fail-on', 'some'], '--fail-on takes critical, high, medium, low, none'],
		[['--severity', 'none'], '--severity takes'],
		[['--min-confidence', '1'], '--min-confidence takes'],
		[['--jobs', '1.5'], '--jobs takes a whole number'],
		[['--jobs', '65'], '--jobs takes a whole number'],
		[['--baseline', ''], '--baseline needs a value'],
		[['--no-baseline', '--write-baseline'], 'needs a baseline'],
		[['--nope'], "Unknown option '--nope'"],
	])('%j is wrong', (args, message) => {
		expect(() => parseAnalyzeOptions(args, '/w')).toThrow(
			expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
		)
	})

	it('are all explained', () => {
		for (const option of [
			'--format',
			'--fail-on',
			'--baseline',
			'--no-baseline',
			'--write-baseline',
			'--changed-since',
			'--jobs',
			'--output',
			'--rules',
			'--no-workspace-rules',
			'--min-confidence',
			'--severity',
			'--list-rules',
			'--explain',
			'--no-cache',
			'--quiet',
			'--triage',
			'--triage-model',
			'--triage-budget',
			'--triage-hides',
			'--triage-any-model',
			'--disable',
			'--exclude',
			'--max-bytes',
		])
			expect(analyzeHelp).toContain(`\n  ${option}`)
	})
})
