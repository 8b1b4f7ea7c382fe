import { describe, expect, it } from 'vitest'
import { noSuggestionReasons } from '../../../src/core/completion/outcome.ts'
import type { StatusView } from '../../../src/core/completion/statusView.ts'
import type { LoadedModel, ModelProblem, ModelProblemCode } from '../../../src/core/model/modelState.ts'
import { problemActions } from '../../../src/core/model/problemActions.ts'
import { reasonText } from '../../../src/vscode/completion/reasonText.ts'
import { actionLabel, problemText } from '../../../src/vscode/models/problemText.ts'
import { menuEntries } from '../../../src/vscode/status/menu.ts'
import { statusText } from '../../../src/vscode/status/statusText.ts'
import { statusTooltip } from '../../../src/vscode/status/statusTooltip.ts'
import { fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { english as l10n } from './english.ts'

const problemCodes = Object.keys({
	modelMissing: 0,
	modelUnreadable: 0,
	modelNotGguf: 0,
	modelTruncated: 0,
	modelCorrupt: 0,
	modelUnsupported: 0,
	modelTooLarge: 0,
	libraryMissing: 0,
	versionMismatch: 0,
	engineCrashed: 0,
	engineUnresponsive: 0,
	backendUnreachable: 0,
	backendNotAllowed: 0,
	backendUnauthorized: 0,
	modelNotServed: 0,
	modelNotCapable: 0,
	backendBusy: 0,
	backendTimeout: 0,
	backendFailed: 0,
	internal: 0,
} satisfies Record<ModelProblemCode, 0>) as ModelProblemCode[]

describe('a problem with the model', () => {
	const file = '/models/coder.gguf'

	it.each(problemCodes)('%s has a text of its own, for the bar and for a message', (code) => {
		const { short, message } = problemText(l10n, { code, file, detail: 'the reason' })
		expect(short.length).toBeLessThanOrEqual(28)
		expect(message).toMatch(/\.$/)
		expect(message).not.toMatch(/undefined|\{\d\}/)
		const others = problemCodes.filter((other) => other !== code)
		for (const other of others) {
			expect(problemText(l10n, { code: other, file, detail: 'the reason' }).message).not.toBe(message)
		}
	})

	it.each(problemCodes.filter((code) => code.startsWith('model') && !/^modelNot(Served|Capable)$/.test(code)))(
		'%s names the file',
		(code) => {
			expect(problemText(l10n, { code, file, detail: 'the reason' }).message).toContain(file)
			expect(problemText(l10n, { code, detail: 'the reason' }).message).toContain('(unknown file)')
		},
	)

	it.each(problemCodes.filter((code) => /^(backend|modelNot(Served|Capable))/.test(code)))(
		'%s names the back end and where it is',
		(code) => {
			const backend = { name: 'Lab', kind: 'openai', address: 'https://lab.example:443', isThisMachine: false } as const
			const { message } = problemText(l10n, { code, detail: 'the reason', backend })
			expect(message).toMatch(/Lab .*https:\/\/lab\.example:443/)
			const near = { ...backend, name: 'Ollama', address: 'http://127.0.0.1:11434', isThisMachine: true }
			if (code === 'backendUnreachable')
				expect(problemText(l10n, { code, detail: 'x', backend: near }).message).toBe(
					'Ollama is not running at http://127.0.0.1:11434: start it, or choose the embedded model.',
				)
		},
	)

	it('says in numbers how much memory is missing', () => {
		const problem: ModelProblem = {
			code: 'modelTooLarge',
			file,
			detail: '',
			neededBytes: 8.26e9,
			availableBytes: 3.9e9,
		}
		expect(problemText(l10n, problem).message).toContain('needs 8.3 GB of memory, and 3.9 GB are free')
		expect(problemText(l10n, { code: 'modelTooLarge', file, detail: 'no memory' }).message).toContain('(no memory)')
	})

	it.each(problemCodes)('%s has a way out', (code) => {
		const problem = { code, detail: '' }
		const labels = problemActions(problem, 'user').map((action) => actionLabel(l10n, action))
		expect(labels.length).toBeGreaterThan(0)
		expect(labels.length).toBeLessThanOrEqual(3)
		expect(problemActions(problem, 'starter')).not.toContain('useStarterModel')
		expect(problemActions(problem, 'starter').length).toBeGreaterThan(0)
	})
})

describe('a reason', () => {
	it('has words of its own, few enough for the bar', () => {
		const texts = noSuggestionReasons.map((reason) => reasonText(l10n, reason))
		expect(new Set(texts.map(({ short }) => short)).size).toBe(noSuggestionReasons.length)
		expect(new Set(texts.map(({ long }) => long)).size).toBe(noSuggestionReasons.length)
		for (const { short, long } of texts) {
			expect(short.length).toBeLessThanOrEqual(24)
			expect(long).toMatch(/\.$/)
		}
	})
})

describe('the status bar', () => {
	const text = (view: StatusView) => statusText(l10n, view).text

	it.each<[StatusView, string, string]>([
		[{ kind: 'off', scope: 'everywhere' }, '$(circle-slash) Alcove: off', 'Alcove: completions are off'],
		[{ kind: 'idle' }, '$(sparkle) Alcove', 'Alcove: the model is loaded when you type'],
		[{ kind: 'loading', model: 'm' }, '$(loading~spin) Alcove: starting', 'Alcove: starting the engine'],
		[{ kind: 'loading', model: 'm', percent: 42 }, '$(loading~spin) Alcove: loading 42 %', 'Alcove: loading m, 42 %'],
		[{ kind: 'ready', model: 'm' }, '$(sparkle) m', 'Alcove: ready, m'],
		[{ kind: 'byHand', model: 'm' }, '$(sparkle) m', 'Alcove: suggestions come when you ask for them'],
		[{ kind: 'byHand' }, '$(sparkle) Alcove', 'Alcove: suggestions come when you ask for them'],
		[
			{ kind: 'onBattery', model: 'm' },
			'$(sparkle) Alcove: on battery',
			'Alcove: on battery, suggestions come when you ask for them',
		],
		[{ kind: 'thinking', model: 'm' }, '$(loading~spin) m', 'Alcove: thinking, m'],
		[
			{ kind: 'noSuggestion', model: 'm', reason: 'midWord' },
			'$(sparkle) No suggestion: middle of a word',
			'Alcove: no suggestion, middle of a word',
		],
		[
			{ kind: 'error', problem: { code: 'modelNotGguf', detail: '' } },
			'$(error) Alcove: not a GGUF file',
			'Alcove: error, not a GGUF file',
		],
	])('shows %j', (view, shown, label) => {
		expect(statusText(l10n, view)).toEqual({ text: shown, label, isError: view.kind === 'error' })
	})

	it('shows the name that a file gives to its model as plain, short text', () => {
		expect(text({ kind: 'ready', model: '$(error) a\n b' })).toBe('$(sparkle) $ (error) a b')
		const long = text({ kind: 'ready', model: '😀'.repeat(100) })
		expect(long).toMatch(/…$/)
		expect(long).not.toMatch(/\p{Surrogate}/u)
		expect(long.length).toBeLessThan(80)
	})
})

describe('the tooltip', () => {
	const computing = { memoryBytes: 1.49e9, threads: 2, promptThreads: 2, kvType: 'q8_0', flashAttention: true } as const
	const ofModel = (change: Partial<LoadedModel>) =>
		statusTooltip(l10n, {
			view: { kind: 'ready', model: 'fake' },
			model: { kind: 'ready', model: { ...fakeLoadedModel, ...change } },
			lastAnswer: undefined,
			complaints: [],
		})

	it('says why a draft model is not used that was asked for, and nothing where none was', () => {
		const without = ofModel({ draft: { none: 'notConfigured', detail: '' } })
		expect(without.filter((paragraph) => /draft/i.test(paragraph))).toEqual([])
		expect(without).toContain('About 1 MB of memory, threads: 1, KV state as f16')
		const other = ofModel({ draft: { none: 'differentTokenizer', detail: '32000 tokens instead of 151936' } })
		expect(other).toContain(
			'The draft model is not used: it splits text into other tokens than the model (32000 tokens instead of 151936). Choose one of the same family.',
		)
		expect(ofModel({ promptThreads: 8 })).toContain('About 1 MB of memory, threads: 1 (8 for prompts), KV state as f16')
		const missing = ofModel({ draft: { none: 'loadFailed', detail: 'modelMissing: no such file' } })
		expect(missing).toContain(
			'The draft model is not used: it could not be loaded for this model (modelMissing: no such file).',
		)
	})

	it('tells model, backend, last timing, the reason and what to do', () => {
		const figures = { firstTokenMs: 12.3, generatedTokens: 9 }
		const paragraphs = statusTooltip(l10n, {
			view: { kind: 'noSuggestion', model: 'fake', reason: 'emptyAnswer' },
			model: { kind: 'ready', model: { ...fakeLoadedModel, ...computing, fimOrder: 'none', draft: { name: 'small' } } },
			lastAnswer: { kind: 'none', reason: 'emptyAnswer', elapsedMs: 80.4, figures: figures as never },
			complaints: [{ key: 'engine.gpu', reason: 'notAChoice', expected: 'auto, off' }],
		})
		expect(paragraphs).toEqual([
			'Alcove: no suggestion, model has none',
			'The model has nothing to suggest here.',
			'Model: fake (Q8_0), on cpu, context of 1024 tokens',
			'About 1.5 GB of memory, threads: 2, KV state as q8_0, flash attention',
			'Draft model: small',
			'This model cannot fill in the middle: it sees only the text before the cursor.',
			'Last answer: 80 ms in all, 12 ms to the first of 9 tokens',
			'The setting alcove.engine.gpu has a value that cannot be used; the default is used instead. Possible: auto, off',
			'Everything runs on this machine. Click for the menu.',
		])
	})

	it('does not say that all runs here while another machine is in use', () => {
		const facts = { model: { kind: 'ready', model: fakeLoadedModel }, lastAnswer: undefined, complaints: [] } as const
		const elsewhere = [{ host: 'gpu.example', port: 443, purpose: 'chat' }] as const
		const paragraphs = statusTooltip(l10n, { ...facts, view: { kind: 'ready', model: 'fake' }, elsewhere })
		expect(paragraphs.slice(-2)).toEqual([
			'In use, and not this machine: gpu.example:443 (chat)',
			'Click for the menu.',
		])
		expect(paragraphs.join()).not.toContain('Everything')
	})

	it('tells in manual mode why nothing comes while typing', () => {
		const facts = { model: { kind: 'ready', model: fakeLoadedModel }, lastAnswer: undefined, complaints: [] } as const
		const paragraphs = statusTooltip(l10n, { ...facts, view: { kind: 'byHand', model: 'fake' } })
		expect(paragraphs).toContain(reasonText(l10n, 'onlyByHand').long)
	})

	it('tells who hides suggestions, who else makes some, and what is known of the workspace', () => {
		const facts = {
			view: { kind: 'ready', model: 'fake' },
			model: { kind: 'ready', model: fakeLoadedModel },
			lastAnswer: undefined,
			complaints: [],
			otherProviders: ['One', 'Other'],
		} as const
		const index = { files: 3, definitions: 40, isWhole: false }
		const reading = statusTooltip(l10n, { ...facts, index })
		expect(reading).toContain('The workspace is being read: 3 files so far')
		expect(reading).toContain('One, Other can suggest code here, too.')
		expect(reading.join()).not.toContain('editor.inlineSuggest.enabled')
		const hidden = statusTooltip(l10n, { ...facts, isHiddenByEditor: true, index: { ...index, isWhole: true } })
		expect(hidden).toContain('Workspace: 40 definitions in 3 files')
		expect(hidden).toContain(
			'The editor hides all inline suggestions: its setting editor.inlineSuggest.enabled is off. Switch it on to see those of Alcove.',
		)
	})

	it('explains an error', () => {
		const problem: ModelProblem = { code: 'modelMissing', file: '/m.gguf', detail: '' }
		const paragraphs = statusTooltip(l10n, {
			view: { kind: 'error', problem },
			model: { kind: 'failed', problem },
			lastAnswer: undefined,
			complaints: [],
		})
		expect(paragraphs).toContain(problemText(l10n, problem).message)
	})
})

describe('the menu', () => {
	const facts = {
		completionsOn: true,
		isSnoozed: false,
		language: undefined,
		modelName: 'm',
		usesStarterModel: true,
		draftProblem: undefined,
	}
	const commands = (more = {}) =>
		menuEntries(l10n, { ...facts, ...more })
			.flat()
			.map(({ command }) => command)

	it('offers what makes sense where the user is', () => {
		expect(commands()).not.toContain('toggleCompletionsForLanguage')
		expect(commands()).not.toContain('useStarterModel')
		expect(commands({ usesStarterModel: false })).toContain('useStarterModel')
		const language = { id: 'python', completionsOn: false }
		const labels = menuEntries(l10n, { ...facts, language })
			.flat()
			.map(({ label }) => label)
		expect(labels).toEqual(expect.arrayContaining(['Disable completions', 'Enable completions for python']))
	})

	it('offers a pause, and its end', () => {
		expect(commands()).toContain('snooze')
		expect(commands({ isSnoozed: true })).toContain('endSnooze')
		expect(commands({ completionsOn: false })).not.toContain('snooze')
	})

	it('says that the draft model is not used, and leads to where it is set', () => {
		expect(commands().filter((command) => command === 'openSettings')).toHaveLength(1)
		const entries = menuEntries(l10n, { ...facts, draftProblem: 'it has other tokens' }).flat()
		expect(entries).toContainEqual(
			expect.objectContaining({ command: 'openSettings', icon: 'warning', detail: 'it has other tokens' }),
		)
	})

	it('leads to the model, the engine, the log and the diagnostics at all times', () => {
		expect(commands()).toEqual(
			expect.arrayContaining(['toggleCompletions', 'chooseModel', 'restartEngine', 'showLog', 'copyDiagnostics']),
		)
	})
})
