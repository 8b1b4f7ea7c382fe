import { beforeEach, describe, expect, it, vi } from 'vitest'
import { searchWorkspace } from '../../../src/vscode/chat/searchWorkspace.ts'
import type { SettingsStore } from '../../../src/vscode/settings/settingsStore.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const editor = vi.hoisted(() => ({
	folders: [] as { name: string; uri: { scheme: string; fsPath: string } }[],
	listeners: new Map<string, (event: never) => void>(),
}))

vi.mock('vscode', () => {
	const on = (name: string) => (listener: (event: never) => void) => {
		editor.listeners.set(name, listener)
		return { dispose: () => editor.listeners.delete(name) }
	}
	return {
		workspace: {
			get workspaceFolders() {
				return editor.folders
			},
			onDidChangeWorkspaceFolders: on('folders'),
			onDidChangeConfiguration: on('configuration'),
			getConfiguration: () => ({ get: () => ({}) }),
			createFileSystemWatcher: () => ({
				onDidChange: on('changed'),
				onDidCreate: on('created'),
				onDidDelete: on('deleted'),
				dispose: () => {},
			}),
		},
	}
})

const fire = (name: string, event?: unknown) => editor.listeners.get(name)?.(event as never)

beforeEach(() => {
	editor.folders = [{ name: 'w', uri: { scheme: 'file', fsPath: '/w' } }]
	editor.listeners.clear()
})

function start(storeFile: string | null = '/s/search.bin') {
	const told: string[] = []
	const current: Record<string, boolean> = { 'chat.index': true, 'chat.enabled': true }
	let changed = () => {}
	const onDidChange = (listener: () => void) => {
		changed = listener
		return { dispose: () => {} }
	}
	const clock = new ManualClock()
	let model: string | undefined
	const running = searchWorkspace({
		indexer: {
			index: ({ roots, embeddingModel }) =>
				told.push(`index ${roots.map(({ folder }) => folder).join()} ${embeddingModel ?? 'words'}`),
			forget: (file) => told.push(`forget ${file}`),
			filesChanged: (paths) => told.push(`changed ${paths.join()}`),
		},
		settings: { current, onDidChange } as unknown as SettingsStore,
		clock,
		storeFile: storeFile ?? undefined,
		embeddingModel: () => model,
	})
	const set = (key: string, value: boolean) => {
		current[key] = value
		changed()
	}
	const setModel = (path: string) => {
		model = path
		changed()
	}
	return { told, set, setModel, clock, running }
}

describe('the reading of the workspace for the chat', () => {
	it('begins after a while, and again only where something of it changed', () => {
		const { told, set, setModel, clock } = start()
		expect(told).toEqual([])
		clock.advance(10_000)
		set('completion.enabled', false)
		expect(told).toEqual(['index /w words'])
		setModel('/m.gguf')
		expect(told.at(-1)).toBe('index /w /m.gguf')
		fire('changed', { scheme: 'file', fsPath: '/w/a.ts' })
		clock.advance(1_000)
		expect(told.at(-1)).toBe('changed /w/a.ts')
	})

	it('deletes what was kept where it or the chat is off, or no folder is open', () => {
		for (const key of ['chat.index', 'chat.enabled']) {
			const { told, set, clock } = start()
			clock.advance(10_000)
			set(key, false)
			expect(told.at(-1)).toBe('forget /s/search.bin')
		}
		editor.folders = []
		const { told, clock } = start()
		clock.advance(10_000)
		expect(told).toEqual(['forget /s/search.bin'])
	})

	it('keeps nothing where the editor has no place for it, and ends', () => {
		const nowhere = start(null)
		nowhere.clock.advance(10_000)
		expect(nowhere.told).toEqual([])
		const { told, clock, running } = start()
		running.dispose()
		clock.advance(10_000)
		expect(told).toEqual([])
	})
})
