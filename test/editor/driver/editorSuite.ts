import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'
import { Editor, type EditorOptions } from './editor.ts'
import type { EditorWindow } from './editorWindow.ts'

export interface EditorSuite {
	readonly editor: Editor
	/** The absolute path of a file in the workspace, which is a copy of the sample project. */
	path(name: string): string
	/** Writes a file into the workspace and answers its absolute path. */
	write(name: string, content: string | Uint8Array): string
	/** The window on the workspace that the tests of the suite share; opened when it is first asked for. */
	window(): Promise<EditorWindow>
}

/**
 * One editor for all tests of a file: a start costs ten seconds. Without a browser every test of the file is skipped, with
 * the reason. When a test fails, pictures and logs are kept; an error in the extension host fails the test, too.
 */
export function editorSuite(options: Omit<EditorOptions, 'prepared'>): EditorSuite {
	const prepared = inject('prepared')
	const { browser } = prepared
	const workspace = join(root, 'out', 'test', `${options.name}-workspace`)
	let editor: Editor | undefined
	let shared: Promise<EditorWindow> | undefined

	beforeAll(async () => {
		if (!browser.ok) return
		rmSync(workspace, { recursive: true, force: true })
		cpSync(join(root, 'test', 'fixtures', 'sampleProject'), workspace, { recursive: true })
		editor = await Editor.start({ ...options, prepared })
	})
	beforeEach(({ skip }) => {
		if (!browser.ok) skip(browser.reason)
	})
	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') await editor?.keepEvidence(task.name)
		else expect(editor?.hostErrors() ?? []).toEqual([])
	})
	afterAll(async () => editor?.stop())

	const suite: EditorSuite = {
		get editor() {
			if (!editor) throw new Error('The editor is not started')
			return editor
		},
		path: (name) => join(workspace, name),
		write(name, content) {
			const path = suite.path(name)
			mkdirSync(dirname(path), { recursive: true })
			writeFileSync(path, content)
			return path
		},
		window: () => {
			shared ??= suite.editor.openWindow({ folder: workspace })
			return shared
		},
	}
	return suite
}
