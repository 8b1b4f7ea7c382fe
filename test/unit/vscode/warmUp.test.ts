import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChatModel } from '../../../src/core/model/ports.ts'
import { defaultSettings, type Settings } from '../../../src/core/settings.ts'
import { Emitter } from '../../../src/shared/event.ts'
import { warmUp } from '../../../src/vscode/models/warmUp.ts'
import type { SettingsStore } from '../../../src/vscode/settings/settingsStore.ts'
import { FakeCompletionModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const editor = vi.hoisted(() => ({ active: undefined as unknown, moved: () => {} }))

vi.mock('vscode', () => ({
	window: {
		get activeTextEditor() {
			return editor.active
		},
		onDidChangeActiveTextEditor: (listener: () => void) => {
			editor.moved = listener
			return { dispose: () => (editor.moved = () => {}) }
		},
	},
}))

const code = { document: { uri: { scheme: 'file' } } }

beforeEach(() => {
	editor.active = undefined
})

function setUp(preload: Settings['engine.preload'], { isSaving = false, ownChat = true } = {}) {
	const clock = new ManualClock()
	const model = new FakeCompletionModel()
	model.setState({ kind: 'idle' })
	const prepared: string[] = []
	vi.spyOn(model, 'prepare').mockImplementation(() => prepared.push('completion'))
	const chat = { state: { kind: 'idle' }, prepare: () => prepared.push('chat') } as unknown as ChatModel
	const changed = new Emitter<void>()
	const battery = { isSaving, onDidChange: changed.event }
	const settings = {
		current: { ...defaultSettings, 'engine.preload': preload },
		completionsEnabled: () => true,
		onDidChange: new Emitter<Settings>().event,
	} as unknown as SettingsStore
	warmUp({ model, chat, hasOwnChat: () => ownChat, settings, battery, clock })
	clock.advance(0)
	return { prepared, battery, changed }
}

describe('loading ahead', () => {
	it('waits for code by default, and is done once', () => {
		const { prepared } = setUp('whenCodeIsOpen')
		expect(prepared).toEqual([])
		editor.active = code
		editor.moved()
		editor.moved()
		expect(prepared).toEqual(['completion'])
	})

	it('is done with the window where somebody wants that, for a chat with a model of its own too', () => {
		expect(setUp('atStart').prepared).toEqual(['completion', 'chat'])
		expect(setUp('atStart', { ownChat: false }).prepared).toEqual(['completion'])
	})

	it('is not done where nobody wants it', () => {
		editor.active = code
		expect(setUp('onRequest').prepared).toEqual([])
	})

	it('waits for the plug where the battery is to be saved', () => {
		editor.active = code
		const { prepared, battery, changed } = setUp('atStart', { isSaving: true })
		expect(prepared).toEqual([])
		battery.isSaving = false
		changed.fire()
		expect(prepared).toEqual(['completion', 'chat'])
	})
})
