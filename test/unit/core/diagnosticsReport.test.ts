import { describe, expect, it } from 'vitest'
import { OutcomeHistory } from '../../../src/core/completion/outcomeHistory.ts'
import { diagnosticsReport } from '../../../src/core/diagnostics/diagnosticsReport.ts'
import { shortenHome } from '../../../src/core/diagnostics/shortenHome.ts'
import { notStarted } from '../../../src/core/model/engineControl.ts'
import { noFigures } from '../../../src/core/model/figures.ts'
import { defaultSettings } from '../../../src/core/settings.ts'
import { placeOf } from '../../../src/shared/placeOf.ts'
import { answered } from '../../fakes/answered.ts'
import { fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'

const figures = {
	...noFigures,
	promptTokens: 100,
	reusedTokens: 90,
	generatedTokens: 12,
	draftedTokens: 8,
	acceptedTokens: 7,
	queueMs: 0,
	prefillMs: 3,
	firstTokenMs: 20.4,
	totalMs: 50,
}

describe('the diagnostics report', () => {
	const history = new OutcomeHistory()
	history.add({ kind: 'none', reason: 'cancelled', elapsedMs: 1 })
	history.add({ kind: 'none', reason: 'cancelled', elapsedMs: 1 })
	history.add({
		kind: 'suggestion',
		text: 'secretSuggestion()',
		replace: { line: 1, start: 0, end: 0 },
		figures,
		...answered,
		elapsedMs: 61.7,
	})
	const facts = {
		versions: { Alcove: '1.2.3', system: 'linux x64' },
		settings: { ...defaultSettings, 'model.path': '/home/ann/models/coder.gguf', 'engine.gpu': 'off' as const },
		complaints: [{ key: 'completion.maxTokens' as const, reason: 'wrongType' as const, expected: '8 – 512' }],
		model: {
			kind: 'ready' as const,
			model: { ...fakeLoadedModel, memoryBytes: 1_234_000_000, path: '/home/ann/models/coder.gguf' },
		},
		engine: {
			pid: 7,
			libraryVersion: '3.21.1',
			rssBytes: 123_400_000,
			crashes: 1,
			requests: 3,
			loaded: ['coder', 'embedder'],
		},
		totals: history.totals,
		lastOutcomes: history.last,
		homeDir: '/home/ann',
	}

	it('tells versions, changed settings, model, engine and the last requests', () => {
		const report = diagnosticsReport(facts)
		for (const part of [
			'- Alcove: 1.2.3',
			'- alcove.engine.gpu: "off"',
			'- alcove.completion.maxTokens: value not taken (wrongType)',
			'- architecture: fake',
			'- loaded in: 1 ms',
			'- draft: notConfigured (no draft)',
			'- memory: 123 MB',
			'- crashes: 1',
			'- models in memory: coder, embedder',
			'- threads: 1',
			'- flashAttention: false',
			'- kvType: f16',
			'- estimated memory: 1234 MB',
			'- cancelled: 2',
			'- suggestion of 18 characters, 62 ms, first token 20 ms, prompt 100 (90 reused), 12 generated, drafted 8 (7 accepted)',
		]) {
			expect(report).toContain(part)
		}
	})

	it('holds neither what was suggested, nor the name of the user, nor settings that are as they were', () => {
		const report = diagnosticsReport(facts)
		expect(report).toContain('~/models/coder.gguf')
		expect(report).not.toMatch(/secret|ann\b|idleUnloadMinutes/)
	})

	it('can be made of a model that failed and an engine that never ran', () => {
		const report = diagnosticsReport({
			...facts,
			model: { kind: 'failed', problem: { code: 'modelMissing', file: '/home/ann/x.gguf', detail: 'ENOENT' } },
			engine: notStarted,
			totals: [],
			lastOutcomes: [],
		})
		expect(report).toContain('- code: modelMissing')
		expect(report).toContain('- file: ~/x.gguf')
		expect(report).toContain('- process: not running')
		expect(report).toContain('## Last completions\n\n- none')
	})
})

describe('the history of outcomes', () => {
	it('keeps the last ones and forgets the text', () => {
		const history = new OutcomeHistory()
		for (let elapsedMs = 0; elapsedMs < 50; elapsedMs++) history.add({ kind: 'none', reason: 'midWord', elapsedMs })
		expect(history.totals).toEqual([['midWord', 50]])
		expect(history.last).toHaveLength(20)
		expect(history.last.at(-1)).toMatchObject({ result: 'midWord', elapsedMs: 49 })
	})
})

describe('paths for others to read', () => {
	it.each([
		['/home/ann/x', '/home/ann', '~/x'],
		['at /home/ann/x and "/home/ann"', '/home/ann/', 'at ~/x and "~"'],
		['/home/anna/x', '/home/ann', '/home/anna/x'],
		['c:\\Users\\Ann\\x C:/users/ann/y', 'C:\\Users\\ann', '~\\x ~/y'],
		['/x/y', '/', '/x/y'],
	])('%s with %s becomes %s', (text, home, expected) => expect(shortenHome(text, home)).toBe(expected))
})

describe('the place of an error', () => {
	it('is its kind and position, never its message', () => {
		expect(placeOf(new TypeError('secret'))).toMatch(/^TypeError at diagnosticsReport\.test\.ts:\d+:\d+$/)
		expect(placeOf('secret')).toBe('string')
		const bare = new Error('secret')
		bare.stack = 'Error: secret\nsecret line'
		expect(placeOf(bare)).toBe('Error')
	})
})
