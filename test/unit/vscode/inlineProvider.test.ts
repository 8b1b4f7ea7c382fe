import { beforeEach, describe, expect, it, vi } from 'vitest'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import type { InlineOutcome } from '../../../src/core/completion/outcome.ts'
import { Snooze } from '../../../src/core/completion/snooze.ts'
import { CancellationSource, type CancellationToken, neverCancelled } from '../../../src/shared/cancellation.ts'
import type { Clock } from '../../../src/shared/clock.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { AskAgain } from '../../../src/vscode/completion/askAgain.ts'
import { InlineProvider } from '../../../src/vscode/completion/inlineProvider.ts'
import { acceptedCommandId } from '../../../src/vscode/ids.ts'
import type { SettingsStore } from '../../../src/vscode/settings/settingsStore.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { markedDocument } from '../core/markedDocument.ts'

/** The little of the editor that the provider touches; everything else of it is tested in a real one. */
const editor = vi.hoisted(() => ({
	executed: [] as string[],
	active: undefined as unknown,
	writable: {} as Record<string, boolean>,
	notebooks: [] as unknown[],
	documents: [] as unknown[],
}))

vi.mock('vscode', () => ({
	InlineCompletionTriggerKind: { Invoke: 0, Automatic: 1 },
	InlineCompletionItem: function InlineCompletionItem(insertText: string, range: unknown, command: unknown) {
		return { insertText, range, command }
	},
	Range: function Range(...numbers: number[]) {
		return { numbers }
	},
	commands: {
		executeCommand: (id: string) => {
			editor.executed.push(id)
			return Promise.resolve()
		},
	},
	window: {
		get activeTextEditor() {
			return editor.active
		},
	},
	workspace: {
		fs: { isWritableFileSystem: (scheme: string) => editor.writable[scheme] },
		get notebookDocuments() {
			return editor.notebooks
		},
		get textDocuments() {
			return editor.documents
		},
	},
	NotebookCellKind: { Markup: 1, Code: 2 },
}))

beforeEach(() => {
	editor.executed = []
	editor.active = undefined
	editor.writable = { file: true, git: false }
	editor.notebooks = []
	editor.documents = []
})

const noWait: Clock = {
	now: () => 0,
	after: (_ms, callback) => {
		const timer = setImmediate(callback)
		return { dispose: () => clearImmediate(timer) }
	},
}

function setUp({
	enabled = true,
	mode = 'automatic',
	answer = ['1 + 1'] as string[] | (() => string[]),
	time: clock = noWait as Clock,
} = {}) {
	const model = new FakeCompletionModel({ answer: () => (typeof answer === 'function' ? answer() : answer) })
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const completer = new InlineCompleter({ model, clock, logger: silentLogger })
	const outcomes: InlineOutcome[] = []
	completer.onDidFinish((outcome) => outcomes.push(outcome))
	const settings = {
		completionsEnabled: () => enabled,
		current: { 'completion.maxTokens': 32, 'completion.mode': mode },
	}
	const snooze = new Snooze(clock)
	const battery = { isSaving: false }
	const forgotten = vi.fn()
	const askAgain = new AskAgain(model, forgotten)
	const provider = new InlineProvider({
		completer,
		settings: settings as unknown as SettingsStore,
		askAgain,
		snooze,
		battery,
		keptOut: { known: () => false, find: async () => false },
		nextCommit: { changes: async () => [{ path: 'src/beds.ts', text: '+const beds = 2' }] },
	})
	const ask = (
		place: Place,
		{ kind = 1, token = neverCancelled as CancellationToken, selected = undefined as unknown } = {},
	) =>
		provider.provideInlineCompletionItems(
			place.document,
			place.position as never,
			{ triggerKind: kind, selectedCompletionInfo: selected } as never,
			token as never,
		)
	return { model, outcomes, ask, snooze, battery, forgotten }
}

type Place = ReturnType<typeof placeAt>

function placeAt(marked: string, { scheme = 'file', version = 1, languageId = 'typescript', fragment = '' } = {}) {
	const { document, position } = markedDocument(marked, languageId)
	return {
		position,
		document: {
			uri: { scheme, path: '/a', fragment, toString: () => `${scheme}:/a#${fragment}` },
			version,
			languageId: document.languageId,
			lineCount: document.lineCount,
			lineAt: (line: number) => ({ text: document.lineAt(line) }),
			getText: () => {
				throw new Error('copies the whole document')
			},
		} as never,
	}
}

function lookAt({ document, position }: Place): void {
	editor.active = { document, selection: { active: position } }
}

describe('the manners of the provider', () => {
	it('holds a suggestion back in subtle mode, and shows that one on the key', async () => {
		const { ask, model } = setUp({ mode: 'subtle' })
		const place = placeAt('a = │')
		expect(await ask(place)).toEqual([])
		expect(await ask(place, { kind: 0 })).toMatchObject([{ insertText: '1 + 1' }])
		expect(model.requests).toHaveLength(1)
	})

	it('computes nothing while typing in manual mode', async () => {
		const { ask, model, outcomes } = setUp({ mode: 'manual' })
		expect(await ask(placeAt('a = │'))).toEqual([])
		expect(model.requests).toEqual([])
		expect(outcomes).toMatchObject([{ reason: 'onlyByHand' }])
		expect(await ask(placeAt('a = │'), { kind: 0 })).toMatchObject([{ insertText: '1 + 1' }])
	})

	it('computes nothing while typing on a battery that is to be saved', async () => {
		const { ask, model, outcomes, battery } = setUp()
		battery.isSaving = true
		expect(await ask(placeAt('a = │'))).toEqual([])
		expect(model.requests).toEqual([])
		expect(outcomes).toMatchObject([{ reason: 'onBattery' }])
		expect(await ask(placeAt('a = │'), { kind: 0 })).toMatchObject([{ insertText: '1 + 1' }])
		battery.isSaving = false
		expect(await ask(placeAt('b = │'))).toMatchObject([{ insertText: '1 + 1' }])
	})

	it('is silent in a pause, but not for one who asks by hand', async () => {
		const { ask, model, outcomes, snooze } = setUp()
		snooze.begin(5)
		expect(await ask(placeAt('a = │'))).toEqual([])
		expect(outcomes).toMatchObject([{ reason: 'snoozed' }])
		expect(model.requests).toEqual([])
		expect(await ask(placeAt('a = │'), { kind: 0 })).toHaveLength(1)
		snooze.finish()
		expect(await ask(placeAt('b = │'))).toHaveLength(1)
	})

	it('offers other texts to one who asks by hand, each of them once', async () => {
		const answers = ['one', 'two', 'one', 'three']
		const { ask, model } = setUp({ answer: () => [answers.shift() ?? 'one'] })
		const items = await ask(placeAt('a = │'), { kind: 0 })
		expect(items.map(({ insertText }) => insertText)).toEqual(['one', 'two', 'three'])
		expect(model.requests.map(({ temperature = 0 }) => temperature)).toEqual([0, 0.8, 0.8, 0.8])
	})

	it('takes more time for other texts where one is seen already', async () => {
		const { ask, model } = setUp()
		const patience = () => model.requests.at(-1)?.deadlineMs
		await ask(placeAt('a = │'), { kind: 0 })
		const beforeOne = patience()
		await ask(placeAt('b = │'))
		expect(patience()).toBeUndefined()
		await ask(placeAt('b = │'), { kind: 0 })
		expect(patience()).toBeGreaterThan(beforeOne ?? Number.POSITIVE_INFINITY)
		await ask(placeAt('c = │', { version: 2 }), { kind: 0 })
		expect(patience()).toBe(beforeOne)
	})
})

describe('the provider', () => {
	it('gives the editor an item with its range, and learns by a command when it is taken', async () => {
		const { ask, model } = setUp({ answer: ['a) {'] })
		expect(await ask(placeAt('\nif (│)'))).toEqual([
			{ insertText: 'a) {', range: { numbers: [1, 4, 1, 5] }, command: { command: acceptedCommandId, title: '' } },
		])
		const [{ shown, ...request } = { shown: undefined }, ...others] = model.requests
		expect(request).toEqual({ prefix: '\n', suffix: ')', typed: 'if (', maxTokens: 32, stop: ['\n'] })
		expect(others).toEqual([])
		// For the record: both lines of the document.
		expect(shown).toEqual([{ path: expect.stringMatching(/^\w+:/), lines: [{ start: 0, end: 2 }] }])
	})

	it('passes on what is selected in the suggest widget', async () => {
		const { ask, model } = setUp({ answer: ['("x")'] })
		const selected = { range: { start: { line: 0, character: 8 }, end: { line: 0, character: 10 } }, text: 'log' }
		expect(await ask(placeAt('console.lo│'), { selected })).toMatchObject([{ insertText: 'log("x")' }])
		expect(model.requests[0]?.typed).toBe('console.log')
	})

	it.each([
		['a panel', { scheme: 'output' }, true, 'unsupportedDocument'],
		['a field of source control that is not for the message', { scheme: 'vscode-scm' }, true, 'unsupportedDocument'],
		['a file system that takes no changes', { scheme: 'git' }, true, 'readOnly'],
		['a language for which completions are off', {}, false, 'disabled'],
	])('answers nothing in %s, and says why', async (_where, options, enabled, reason) => {
		const { ask, model, outcomes } = setUp({ enabled })
		expect(await ask(placeAt('x = │', options))).toEqual([])
		expect(outcomes).toMatchObject([{ kind: 'none', reason }])
		expect(model.requests).toEqual([])
	})

	it('answers in an untitled document and a notebook cell', async () => {
		for (const scheme of ['untitled', 'vscode-notebook-cell', 'vscode-vfs']) {
			const { ask } = setUp()
			expect(await ask(placeAt('x = │', { scheme }))).toHaveLength(1)
		}
	})

	it('answers in the field for the message of a commit, and shows the model what is committed', async () => {
		const { ask, model } = setUp()
		expect(await ask(placeAt('Plan │', { scheme: 'vscode-scm', languageId: 'scminput' }))).toHaveLength(1)
		expect(model.requests[0]?.prefix).toContain('+const beds = 2')
	})

	it('shows the model what stands in the cells above, in the same language', async () => {
		const languages = ['typescript', 'markdown', 'python', 'typescript', 'typescript', 'typescript']
		const cells = ['import a│', '# Title│', 'import b│', 'first()│\nlast()', 'x = │', 'below()│'].map((text, index) => {
			const languageId = languages[index] ?? ''
			const place = placeAt(text, { scheme: 'vscode-notebook-cell', languageId, fragment: `cell${index}` })
			return { index, kind: languageId === 'markdown' ? 1 : 2, ...place, notebook: {} }
		})
		const notebook = { uri: { path: '/a' }, getCells: () => cells }
		for (const cell of cells) cell.notebook = notebook
		editor.notebooks = [{ uri: { path: '/other' }, getCells: () => [] }, notebook]
		const { ask, model } = setUp()
		const items = await ask(cells[4] as Place)
		expect(items).toMatchObject([{ insertText: '1 + 1', range: { numbers: [0, 4, 0, 4] } }])
		expect(model.requests).toMatchObject([{ prefix: 'import a\n\nfirst()\nlast()\n\n', typed: 'x = ', suffix: '' }])
	})

	it('gives up when the editor does', async () => {
		const { ask, model, outcomes } = setUp()
		const source = new CancellationSource()
		const items = ask(placeAt('x = │'), { token: source.token })
		source.cancel()
		expect(await items).toEqual([])
		expect(outcomes).toMatchObject([{ reason: 'cancelled' }])
		expect(model.requests).toEqual([])
	})
})

describe('a question that came while the model was loading', () => {
	const trigger = 'editor.action.inlineSuggest.trigger'

	async function askTooEarly({ mode = 'automatic', kind = 1 } = {}) {
		const parts = setUp({ mode })
		parts.model.setState({ kind: 'loading', name: 'm' })
		expect(await parts.ask(placeAt('x = │'), { kind })).toEqual([])
		expect(parts.outcomes).toMatchObject([{ reason: 'modelLoading' }])
		return parts
	}

	it('is asked once more when the model is ready and the cursor still there', async () => {
		const { model, ask } = await askTooEarly()
		lookAt(placeAt('x = │'))
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		expect(editor.executed).toEqual([trigger])
		expect(await ask(placeAt('x = │'), { kind: 0 })).toHaveLength(1)
		// Though it came by a command, nobody asked by hand: no several lines.
		expect(model.requests.map(({ stop }) => stop)).toEqual([['\n']])
		expect(await ask(placeAt('x = │'), { kind: 0 })).toHaveLength(1)
		expect(model.requests.slice(0, 2).map(({ stop }) => stop)).toEqual([['\n'], ['\n\n']])
	})

	it('lets the editor ask again, which does not ask by hand twice at one place', async () => {
		const { model, ask, forgotten } = await askTooEarly({ mode: 'subtle' })
		lookAt(placeAt('x = │'))
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		expect(forgotten).toHaveBeenCalledTimes(1)
		expect(await ask(placeAt('x = │'), { kind: 0 })).toEqual([])
		expect(forgotten).toHaveBeenCalledTimes(2)
		expect(await ask(placeAt('x = │'), { kind: 0 })).toHaveLength(1)
		expect(forgotten).toHaveBeenCalledTimes(2)
	})

	it('stays one that was asked by hand', async () => {
		const { model, ask, forgotten } = await askTooEarly({ mode: 'manual', kind: 0 })
		lookAt(placeAt('x = │'))
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		expect(forgotten).toHaveBeenCalledTimes(1)
		expect(await ask(placeAt('x = │'), { kind: 0 })).toHaveLength(1)
		expect(model.requests.map(({ stop }) => stop)[0]).toEqual(['\n\n'])
	})

	it.each([
		['the cursor has moved', placeAt('x =│ ')],
		['the document has changed', placeAt('x = │', { version: 2 })],
		['another document is in view', placeAt('x = │', { scheme: 'untitled' })],
	])('is forgotten where %s', async (_why, now) => {
		const { model } = await askTooEarly()
		lookAt(now)
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		expect(editor.executed).toEqual([])
	})

	it('is asked once more in the field for the message of a commit, which is in no editor', async () => {
		const input = placeAt('Plan │', { scheme: 'vscode-scm', languageId: 'scminput' })
		for (const [now, commands] of [
			[input, [trigger]],
			[placeAt('Plan │', { scheme: 'vscode-scm', languageId: 'scminput', version: 2 }), []],
		] as const) {
			editor.executed = []
			const { model, ask } = setUp()
			model.setState({ kind: 'loading', name: 'm' })
			await ask(input)
			editor.documents = [now.document]
			model.setState({ kind: 'ready', model: fakeLoadedModel })
			expect(editor.executed).toEqual(commands)
		}
	})

	it('is forgotten where no editor is left', async () => {
		const { model } = await askTooEarly()
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		lookAt(placeAt('x = │'))
		model.setState({ kind: 'ready', model: fakeLoadedModel })
		expect(editor.executed).toEqual([])
	})
})

describe('while the user moves through the suggestion list', () => {
	const at = (text: string) => ({
		selected: { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } }, text },
	})
	const settled = () => new Promise((resolve) => setImmediate(resolve))

	/** Asks for the first item, gets its answer, and then goes on with the arrow keys, which end the question before. */
	async function inList() {
		const time = new ManualClock()
		const { ask, model } = setUp({ answer: ['.length'], time })
		const pass = async (ms: number) => {
			await settled()
			time.advance(ms)
			await settled()
		}
		let source = new CancellationSource()
		const select = (text: string) => {
			source.cancel()
			source = new CancellationSource()
			return ask(placeAt('gard│'), { ...at(text), token: source.token })
		}
		const first = select('gardenBeds')
		await pass(200)
		expect(await first).toMatchObject([{ insertText: 'gardenBeds.length' }])
		return { select, pass, asked: () => model.requests.map(({ typed }) => typed) }
	}

	it('the model is asked for the first item and for the one where he rests, and for none between', async () => {
		const { select, pass, asked } = await inList()
		const passedBy = [select('gardenGate')]
		await pass(250)
		passedBy.push(select('gardenTools'))
		await pass(250)
		const last = select('gardener')
		expect(await Promise.all(passedBy)).toEqual([[], []])
		await pass(299)
		expect(asked()).toEqual(['gardenBeds'])
		await pass(1)
		await pass(200)
		expect(await last).toMatchObject([{ insertText: 'gardener.length' }])
		expect(asked()).toEqual(['gardenBeds', 'gardener'])
	})

	it('what is known of an item is shown at once when he comes back to it', async () => {
		const { select, asked } = await inList()
		void select('gardenGate')
		expect(await select('gardenBeds')).toMatchObject([{ insertText: 'gardenBeds.length' }])
		expect(asked()).toEqual(['gardenBeds'])
	})

	it('nothing goes on from an item that does not begin with what was typed', async () => {
		const { ask, model, outcomes } = setUp()
		expect(await ask(placeAt('gard│'), at('begarden'))).toEqual([])
		expect(outcomes).toMatchObject([{ reason: 'suggestWidgetSelection' }])
		expect(model.requests).toEqual([])
	})
})
