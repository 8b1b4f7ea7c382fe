import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Emitter } from '../../../src/shared/event.ts'
import type { SettingsStore } from '../../../src/vscode/settings/settingsStore.ts'
import type { IndexFacts } from '../../../src/vscode/status/statusTooltip.ts'
import { indexWorkspace } from '../../../src/vscode/symbols/indexWorkspace.ts'
import { rebuildIndex } from '../../../src/vscode/symbols/rebuildIndex.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

/** The little of the editor that decides what is read. */
const editor = vi.hoisted(() => ({
	active: undefined as unknown,
	folders: [] as { name: string; uri: { scheme: string; fsPath: string } }[],
	exclude: {} as Record<string, unknown>,
	listeners: new Map<string, (event: never) => void>(),
	shown: [] as string[],
	reported: [] as string[],
}))

vi.mock('vscode', () => {
	const on = (name: string) => (listener: (event: never) => void) => {
		editor.listeners.set(name, listener)
		return { dispose: () => editor.listeners.delete(name) }
	}
	return {
		ProgressLocation: { Window: 10 },
		l10n: { t: (text: string, ...values: unknown[]) => text.replace('{0}', String(values[0])) },
		window: {
			get activeTextEditor() {
				return editor.active
			},
			onDidChangeActiveTextEditor: on('active'),
			showInformationMessage: async (text: string) => editor.shown.push(text),
			withProgress: (_options: unknown, task: (progress: unknown) => Promise<void>) =>
				task({ report: ({ message }: { message: string }) => editor.reported.push(message) }),
		},
		workspace: {
			get workspaceFolders() {
				return editor.folders
			},
			onDidChangeWorkspaceFolders: on('folders'),
			onDidChangeConfiguration: on('configuration'),
			getConfiguration: () => ({ get: () => editor.exclude }),
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
const folderOf = (name: string) => ({ name, uri: { scheme: 'file', fsPath: `/${name}` } })
const inEditor = { document: { uri: { scheme: 'file' } } }

beforeEach(() => {
	editor.active = undefined
	editor.folders = [folderOf('w')]
	editor.exclude = {}
	editor.listeners.clear()
	editor.shown = []
	editor.reported = []
})

function start({ isOn = true } = {}) {
	const told: unknown[] = []
	const progress = new Emitter<IndexFacts>()
	const failure = new Emitter<void>()
	const settingChanges = new Emitter<unknown>()
	const current = { 'context.index': isOn }
	const clock = new ManualClock()
	const reading = indexWorkspace({
		indexer: {
			index: ({ roots }) => told.push(roots),
			forget: (file) => told.push(`forget ${file}`),
			filesChanged: (paths) => told.push(paths),
			onDidIndex: progress.event,
			onDidFailToIndex: failure.event,
		},
		settings: { current, onDidChange: settingChanges.event } as unknown as SettingsStore,
		clock,
		storeFile: '/store',
	})
	clock.advance(0)
	const set = (value: boolean) => {
		current['context.index'] = value
		settingChanges.fire(undefined)
	}
	return { told, reading, clock, set, progress, failure }
}

const read = (files: number, isWhole: boolean) => ({ files, definitions: 0, isWhole })
const root = { folder: '/w', name: '', excluded: [] }

describe('what is told of the workspace', () => {
	it('is nothing before there is code to see', () => {
		const { told } = start()
		expect(told).toEqual([])
		editor.active = inEditor
		fire('active')
		expect(told).toEqual([[root]])
	})

	it('is at the start that nothing is kept, where the setting was switched off elsewhere', () => {
		expect(start({ isOn: false }).told).toEqual(['forget /store'])
	})

	it('is told again only where it changed', () => {
		editor.active = inEditor
		const { told, set } = start()
		set(true)
		fire('configuration', { affectsConfiguration: () => true })
		fire('folders')
		expect(told).toEqual([[root]])
		editor.exclude = { '**/a': true, b: false, c: { when: '$(basename).ts' }, d: { other: 1 } }
		fire('configuration', { affectsConfiguration: () => true })
		const excluded = [{ glob: '**/a' }, { glob: 'c', when: '$(basename).ts' }, { glob: 'd' }]
		expect(told.slice(1)).toEqual([[{ ...root, excluded }]])
		set(false)
		set(true)
		expect(told.slice(2)).toEqual(['forget /store', [{ ...root, excluded }]])
	})

	it('names two folders of one name differently', () => {
		editor.active = inEditor
		editor.folders = [folderOf('a'), folderOf('a'), folderOf('b/c')]
		expect(start().told).toMatchObject([[{ name: 'a' }, { name: 'a (2)' }, { name: 'b-c' }]])
	})
})

describe('reading everything again', () => {
	it('has the files watched also where there was no editor before', async () => {
		const { told, reading, clock } = start()
		void reading.rebuild()
		fire('created', { scheme: 'file', fsPath: '/w/a.ts' })
		clock.advance(1_000)
		expect(told).toEqual(['forget /store', [root], ['/w/a.ts']])
	})

	it('is done when all is read', async () => {
		const { reading, progress } = start()
		const done = rebuildIndex(reading)
		progress.fire(read(1, false))
		progress.fire(read(2, true))
		await done
		expect(editor.reported).toEqual(['1 files', '2 files'])
	})

	it('is done too where it is switched off, fails, begins anew, or the window ends', async () => {
		for (const end of ['off', 'failure', 'again', 'dispose']) {
			const { reading, set, failure } = start()
			const done = rebuildIndex(reading)
			if (end === 'off') set(false)
			else if (end === 'failure') failure.fire()
			else if (end === 'again') void reading.rebuild()
			else reading.dispose()
			await done
		}
		expect(editor.shown).toEqual([])
	})

	it('says so where there is nothing to read', async () => {
		const { reading, told } = start({ isOn: false })
		await rebuildIndex(reading)
		expect(editor.shown).toHaveLength(1)
		expect(told).toEqual(['forget /store'])
	})
})
