import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import { editorSuite } from './driver/editorSuite.ts'
import type { EditorWindow } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({
	name: 'languageModels',
	extensions: [join(root, 'test', 'editor', 'extension')],
	settings: { 'chat.disableAIFeatures': false },
})

/** The JSON that a command of the test's own extension opens. */
async function resultOf(window: EditorWindow, command: string): Promise<Record<string, unknown>> {
	await window.runCommand(command)
	await window.activeTab('Untitled').waitFor({ timeout: 120_000 })
	const text = await eventually('a result', async () => {
		const it = await window.documentText()
		return it.trimEnd().endsWith('}') && it
	})
	await window.discardActiveEditor()
	return JSON.parse(text) as Record<string, unknown>
}

test('other extensions and the chat of the editor get the model of this machine', async () => {
	const window = await suite.window()
	await window.openFile(suite.write('src/a.ts', 'const a = 1\n'))
	const result = await resultOf(window, 'Alcove Test: Ask Model')
	expect(result).not.toHaveProperty('error')
	expect(result.name).toContain('this machine')
	expect(result.tokens).toBeGreaterThan(0)
	expect(result.maxInputTokens).toBeGreaterThan(100)
	expect(result.characters).toBeGreaterThan(0)
})

test('its analysis is a tool for models', async () => {
	const window = await suite.window()
	const code = [
		"const { exec } = require('child_process')",
		"require('express')().get('/', (req, res) => {",
		'\texec("ping " + req.query.host)',
		'})',
		'',
	]
	await window.openFile(suite.write('src/ping.js', code.join('\n')))
	const { text, error } = await resultOf(window, 'Alcove Test: Use Tool')
	expect(error).toBeUndefined()
	expect(text).toContain('src/ping.js:3')
	expect(text).toContain('CWE-78')
})

test('why the model is shown, or is not, can be asked', async () => {
	const window = await suite.window()
	await window.runCommand('Alcove: Diagnose Models in the Editor’s Chat')
	await window.activeTab('Untitled').waitFor()
	const text = await eventually('the diagnosis', async () => {
		const it = await window.documentText()
		return it.includes('Alcove in the chat of the editor') && it
	})
	expect(text).toContain('takes chat models of extensions.')
	await window.screenshot('diagnosis')
	await window.discardActiveEditor()
})
