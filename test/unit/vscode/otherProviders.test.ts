import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Emitter } from '../../../src/shared/event.ts'
import { activeProviders, tellOfOtherProviders } from '../../../src/vscode/completion/otherProviders.ts'
import { stateKeys } from '../../../src/vscode/ids.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const editor = vi.hoisted(() => ({
	extensions: new Map<string, { isActive: boolean; packageJSON: { displayName?: string } }>(),
	changed: [] as (() => void)[],
	told: [] as string[],
}))

vi.mock('vscode', () => ({
	extensions: {
		getExtension: (id: string) => editor.extensions.get(id),
		onDidChange: (listener: () => void) => {
			editor.changed.push(listener)
			return { dispose: () => {} }
		},
	},
	l10n: { t: (text: string, name: string) => text.replace('{0}', name) },
	window: {
		showInformationMessage: (text: string) => {
			editor.told.push(text)
			return Promise.resolve()
		},
	},
}))

beforeEach(() => {
	editor.extensions = new Map([
		['ggml-org.llama-vscode', { isActive: false, packageJSON: { displayName: 'llama-vscode' } }],
		['github.copilot-chat', { isActive: false, packageJSON: { displayName: '%displayName%' } }],
		['somebody.theme', { isActive: true, packageJSON: { displayName: 'A theme' } }],
	])
	editor.changed = []
	editor.told = []
})

function activate(id: string): void {
	const extension = editor.extensions.get(id)
	if (extension) extension.isActive = true
}

function setUp(told: readonly string[] = []) {
	const kept = new Map<string, unknown>([[stateKeys.toldOfProviders, told]])
	const state = {
		keys: () => [...kept.keys()],
		get: (key: string) => kept.get(key),
		update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
	}
	const clock = new ManualClock()
	const finished = new Emitter<void>()
	const telling = tellOfOtherProviders({ state: state as never, onDidFinish: finished.event, clock })
	return { clock, telling, answer: () => finished.fire() }
}

describe('who else suggests code', () => {
	it('is known by name once it works, by its id where the name is not written out', () => {
		expect(activeProviders()).toEqual([])
		activate('ggml-org.llama-vscode')
		activate('github.copilot-chat')
		expect(activeProviders()).toEqual(['llama-vscode', 'github.copilot-chat'])
	})

	it('is told after the start, once', () => {
		activate('ggml-org.llama-vscode')
		const { clock, answer } = setUp()
		expect(editor.told).toEqual([])
		clock.advance(10_000)
		expect(editor.told).toEqual([expect.stringContaining('llama-vscode can suggest code here, too.')])
		for (let i = 0; i < 3; i++) {
			answer()
			clock.advance(10_000)
		}
		expect(editor.told).toHaveLength(1)
	})

	it('is told though it began to work later, of which the editor says nothing', () => {
		const { clock, answer } = setUp()
		clock.advance(60_000)
		activate('ggml-org.llama-vscode')
		// Not for each key.
		for (let key = 0; key < 5; key++) answer()
		expect(clock.pending).toBe(1)
		clock.advance(10_000)
		expect(editor.told).toHaveLength(1)
	})

	it('is told when it was installed meanwhile, and not in every window', () => {
		setUp(['llama-vscode'])
		activate('ggml-org.llama-vscode')
		for (const listener of editor.changed) listener()
		expect(editor.told).toEqual([])
		activate('github.copilot-chat')
		for (const listener of editor.changed) listener()
		expect(editor.told).toHaveLength(1)
	})

	it('is not looked for any more when Alcove ends', () => {
		const { clock, telling } = setUp()
		telling.dispose()
		expect(clock.pending).toBe(0)
	})
})
