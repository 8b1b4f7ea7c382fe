import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultSettings } from '../../../src/core/settings.ts'
import { Emitter } from '../../../src/shared/event.ts'
import { warmPrompt } from '../../../src/vscode/completion/warmPrompt.ts'
import type { SettingsStore } from '../../../src/vscode/settings/settingsStore.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

/** The little of the editor that is touched here. */
const editor = vi.hoisted(() => ({ active: undefined as unknown, moved: () => {} }))

vi.mock('vscode', () => ({
	window: {
		get activeTextEditor() {
			return editor.active
		},
		onDidChangeTextEditorSelection: (listener: () => void) => {
			editor.moved = listener
			return { dispose() {} }
		},
		onDidChangeActiveTextEditor: () => ({ dispose() {} }),
	},
	workspace: { notebookDocuments: [] },
	NotebookCellKind: { Markup: 1, Code: 2 },
}))

beforeEach(() => {
	const uri = { scheme: 'file', toString: () => 'file:///a.ts' }
	const document = { uri, languageId: 'typescript', version: 1, lineCount: 1, lineAt: () => ({ text: '' }) }
	editor.active = { document, selection: { active: { line: 0, character: 0 } } }
})

function setUp(isDone: () => boolean = () => true) {
	const clock = new ManualClock()
	const model = new FakeCompletionModel()
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const learnt = new Emitter<string>()
	const indexed = new Emitter<{ readonly isWhole: boolean }>()
	let warmed = 0
	const completer = {
		warmUp: async () => {
			warmed++
			return isDone()
		},
	}
	const settings = { current: defaultSettings, completionsEnabled: () => true } as unknown as SettingsStore
	const battery = { isSaving: false }
	const context = { onDidLearn: learnt.event, onDidIndex: indexed.event }
	const warming = warmPrompt({
		completer,
		model,
		settings,
		battery,
		clock,
		keptOut: { known: () => false, find: async () => false },
		context,
	})
	const warmedAfter = async (ms: number) => {
		clock.advance(ms)
		for (let turn = 0; turn < 10; turn++) await Promise.resolve()
		return warmed
	}
	return { warmedAfter, learnt, indexed, warming, clock, battery }
}

describe('reading ahead', () => {
	it('waits until the cursor rests', async () => {
		const { warmedAfter } = setUp()
		editor.moved()
		expect(await warmedAfter(300)).toBe(0)
		editor.moved()
		expect(await warmedAfter(300)).toBe(0)
		expect(await warmedAfter(100)).toBe(1)
		expect(await warmedAfter(5_000)).toBe(1)
	})

	it('is not done on a battery that is to be saved', async () => {
		const { warmedAfter, battery } = setUp()
		battery.isSaving = true
		editor.moved()
		expect(await warmedAfter(5_000)).toBe(0)
	})

	it('is done again where more is known of the document in view or of the workspace', async () => {
		const { warmedAfter, learnt, indexed } = setUp()
		learnt.fire('file:///b.ts')
		indexed.fire({ isWhole: false })
		expect(await warmedAfter(5_000)).toBe(0)
		learnt.fire('file:///a.ts')
		expect(await warmedAfter(400)).toBe(1)
		indexed.fire({ isWhole: true })
		expect(await warmedAfter(399)).toBe(1)
		// What comes meanwhile does not put it off.
		indexed.fire({ isWhole: true })
		expect(await warmedAfter(1)).toBe(2)
		expect(await warmedAfter(5_000)).toBe(2)
	})

	it('is tried again where the model had something else to do', async () => {
		let isDone = false
		const { warmedAfter, warming, clock } = setUp(() => isDone)
		editor.moved()
		expect(await warmedAfter(400)).toBe(1)
		expect(await warmedAfter(400)).toBe(2)
		isDone = true
		expect(await warmedAfter(400)).toBe(3)
		expect(await warmedAfter(5_000)).toBe(3)
		warming.dispose()
		expect(clock.pending).toBe(0)
	})
})
