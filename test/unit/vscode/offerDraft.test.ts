import { beforeEach, describe, expect, it, vi } from 'vitest'
import { catalogue } from '../../../src/core/model/catalogue/catalogue.ts'
import type { ModelLibrary } from '../../../src/core/model/modelLibrary.ts'
import { defaultSettings, type Settings } from '../../../src/core/settings.ts'
import { Emitter } from '../../../src/shared/event.ts'
import { offerDraft } from '../../../src/vscode/models/offerDraft.ts'
import type { SettingsStore } from '../../../src/vscode/settings/settingsStore.ts'
import { installedModel } from '../../fakes/installedModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const editor = vi.hoisted(() => ({ asked: [] as string[], answer: undefined as string | undefined }))

vi.mock('vscode', () => ({
	l10n: { t: (text: string, ...args: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(args[Number(at)])) },
	window: {
		showInformationMessage: async (message: string) => {
			editor.asked.push(message)
			return editor.answer
		},
	},
}))

beforeEach(() => {
	editor.asked.length = 0
	editor.answer = 'Use as Draft Model'
})

function setUp({ error }: { error?: Error } = {}) {
	const clock = new ManualClock()
	const changes = new Emitter<Settings>()
	let current: Settings = defaultSettings
	const chosen: string[][] = []
	const change = (more: Partial<Settings>) => {
		current = { ...current, ...more }
		changes.fire(current)
	}
	const settings = {
		get current() {
			return current
		},
		onDidChange: changes.event,
		setModelFor: async (...choice: string[]) => chosen.push(choice),
	} as unknown as SettingsStore
	const folders: string[] = []
	const models = [installedModel('qwen2.5-coder:7b', 7.6), installedModel('qwen2.5-coder:0.5b', 0.5)]
	const library = async (folder: string) => {
		folders.push(folder)
		if (error) throw error
		return { find: async () => ({ models, cutShort: [] }) } as unknown as ModelLibrary
	}
	const placeOf = (path: string) => ({ folder: '/models', path: path.replace('~', '/models') })
	const offering = offerDraft({ settings, library, catalogue, placeOf, clock })
	const settle = async (ms: number) => {
		clock.advance(ms)
		for (let turn = 0; turn < 20; turn++) await Promise.resolve()
	}
	return { change, chosen, folders, settle, offering }
}

describe('a draft model for the model that was chosen', () => {
	it('is offered when it is there, and used when the user wants it', async () => {
		const { change, chosen, folders, settle } = setUp()
		change({ 'model.path': '~/qwen2.5-coder:7b' })
		await settle(2_000)
		expect(folders).toEqual(['/models'])
		expect(editor.asked).toEqual([expect.stringContaining('qwen2.5-coder:0.5b is on this machine')])
		expect(chosen).toEqual([['draft', '/models/qwen2.5-coder:0.5b']])
	})

	it('is not forced on anybody', async () => {
		editor.answer = undefined
		const { change, chosen, settle } = setUp()
		change({ 'model.path': '/models/qwen2.5-coder:7b' })
		await settle(2_000)
		change({ 'engine.contextSize': 8_192 })
		await settle(60_000)
		expect(editor.asked).toHaveLength(1)
		expect(chosen).toEqual([])
	})

	it('is not offered where models cannot be looked for, which is no failure of anything', async () => {
		const { change, folders, settle } = setUp({ error: new Error('gone') })
		change({ 'model.path': '~/qwen2.5-coder:7b' })
		await settle(2_000)
		expect(folders).toEqual(['/models'])
		expect(editor.asked).toEqual([])
	})

	it('is not offered beside one that is chosen at the same time, nor to a model that needs none', async () => {
		const { change, settle } = setUp()
		change({ 'model.path': '/models/qwen2.5-coder:7b' })
		await settle(500)
		change({ 'model.draftPath': '/models/mine' })
		await settle(60_000)
		change({ 'model.draftPath': '', 'model.path': '/models/qwen2.5-coder:0.5b' })
		await settle(60_000)
		change({ 'model.path': '' })
		await settle(60_000)
		expect(editor.asked).toEqual([])
	})

	it('is not looked for where nothing was chosen, nor after the end', async () => {
		const { change, folders, settle, offering } = setUp()
		await settle(60_000)
		change({ 'model.path': '/models/qwen2.5-coder:7b' })
		offering.dispose()
		await settle(60_000)
		expect(folders).toEqual([])
	})
})
