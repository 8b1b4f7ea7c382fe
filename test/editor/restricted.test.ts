import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import { editorSuite } from './driver/editorSuite.ts'

const suite = editorSuite({
	name: 'restricted',
	trust: true,
	settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
})

/** Chosen by the user; the workspace would rather have another. */
const userModel = 'chosen-by-the-user.gguf'

beforeAll(() => {
	copyFileSync(join(root, 'media', 'models', 'tiny-coder-target.Q8_0.gguf'), suite.path(userModel))
	suite.write('.vscode/settings.json', JSON.stringify(workspaceSettings))
})

const workspaceSettings = {
	'alcove.model.path': '/chosen/by/the/workspace.gguf',
	'alcove.engine.contextSize': 640,
	'alcove.engine.gpu': 'off',
}

test('in Restricted Mode completions work with the user’s model, and the workspace cannot change it', async () => {
	suite.editor.setMachineSettings({ 'alcove.model.path': suite.path(userModel) })
	const window = await suite.window()
	const restricted = window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' })
	await restricted.waitFor()
	await window.openFile(suite.path('src/beds.ts'))
	await window.suggestionAtEnd()
	await window.screenshot('restricted-mode')
	await window.press('Escape')

	await window.runCommand('Alcove: Copy Diagnostics')
	await window.notifications().filter({ hasText: 'diagnostics are on the clipboard' }).waitFor()
	const report = await window.page.evaluate(() => navigator.clipboard.readText())
	await window.closeNotifications()
	expect(report).toContain(userModel)
	expect(report).not.toContain('workspace.gguf')
	expect(report).not.toContain('640')
	expect(await restricted.isVisible()).toBe(true)
	expect(suite.editor.alcoveLog()).not.toContain('workspace.gguf')
})

test('trusting the workspace does not let it choose the model either', async () => {
	const window = await suite.window()
	await window.runCommand('Workspaces: Manage Workspace Trust')
	await window.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click()
	await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ state: 'detached' })
	await window.openFile(suite.path('src/weather.js'))
	await window.suggestionAtEnd()
	await window.press('Escape')
	expect(await window.notificationTexts()).toEqual([])
	expect(suite.editor.alcoveLog()).not.toContain('workspace.gguf')
})
