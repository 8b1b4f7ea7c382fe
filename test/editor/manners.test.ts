import { beforeAll, expect, inject, test } from 'vitest'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'
import { writeScriptedModel } from './driver/scriptedModel.ts'

// The reasons that are looked for in the log are there for every user.
const suite = editorSuite({ name: 'manners', logLevel: 'default' })

beforeAll(() => {
	if (!inject('prepared').browser.ok) return
	const path = suite.path('../scripted.gguf')
	writeScriptedModel(path, ['alpha', 'Beta(', 'gamma', ');'])
	suite.editor.setMachineSettings({ 'alcove.model.path': path })
})

/** So many answers stand in the log. */
const finished = () => suite.editor.alcoveLog().split('completion.finished').length

/** A window of its own for each: two on one folder quarrel about what the editor keeps of it. */
async function windowWith(name: string, settings: Readonly<Record<string, unknown>>) {
	suite.editor.setUserSettings(settings)
	const file = suite.write(`${name}/code.ts`, 'const first = 1\n')
	const window = await suite.editor.openWindow({ folder: suite.path(name), file })
	await window.waitForStatus(/\S/)
	await window.focusEditor()
	await window.press('Control+End')
	return window
}

test('a pause is told in the status bar, holds while it lasts, and can be ended', async () => {
	const window = await suite.window()
	await window.openFile(suite.write('src/pause.ts', 'const first = 1\n'))
	await window.suggestionAtEnd(['return '])
	await window.press('Escape')
	await window.runCommand('Alcove: Snooze Suggestions')
	await window.quickPickRows().filter({ hasText: '15 minutes' }).click()
	await window.waitForStatus(/Alcove: 15 min/)
	await window.screenshot('paused')
	await window.focusEditor()
	const before = finished()
	await window.press('Control+End', 'Enter')
	await window.type('return ')
	await eventually('an answer', () => finished() > before)
	expect(await window.ghostText()).toBe('')
	expect(suite.editor.alcoveLog()).toContain('outcome="snoozed"')
	await window.chooseInMenu('End the pause')
	await window.suggestionAtEnd(['return '])
	await window.press('Escape')
})

test('in subtle mode a suggestion waits for a key, and the status bar says that it is there', async () => {
	const window = await windowWith('subtle', { 'alcove.completion.mode': 'subtle' })
	await window.type('return ')
	await window.waitForStatus(/Suggestion ready/)
	expect(await window.ghostText()).toBe('')
	await window.screenshot('subtle')
	await window.press('Alt+Backslash')
	await window.waitForGhostText()
	await window.takeSuggestion()
	expect(await window.documentText()).toContain('return alphaBeta(gamma);')
	await suite.editor.closeWindow(window)
})

test('in manual mode nothing is made until it is asked for', async () => {
	const window = await windowWith('manual', { 'alcove.completion.mode': 'manual', 'workbench.hover.delay': 0 })
	const before = finished()
	await window.type('return ')
	await eventually('an answer', () => finished() > before)
	expect(await window.ghostText()).toBe('')
	expect(suite.editor.alcoveLog()).toContain('outcome="onlyByHand"')
	await window.statusItem.hover()
	await window.page.locator('.monaco-hover', { hasText: 'only when you ask for them' }).first().waitFor()
	await window.screenshot('manual-tooltip')
	await window.focusEditor()
	await window.press('Alt+Backslash')
	await window.waitForGhostText()
	await window.screenshot('manual')
	await window.press('Escape')
	await suite.editor.closeWindow(window)
})

test('in comments and strings nothing comes where the user does not want it', async () => {
	const window = await windowWith('scopes', {
		'alcove.completion.inComments': false,
		'alcove.completion.inStrings': false,
	})
	await window.suggestionAtEnd(['return '])
	await window.press('Escape')
	for (const [typed, outcome] of [
		['// the first ', 'inComment'],
		["const text = 'the first ", 'inString'],
	] as const) {
		await window.press('Control+End', 'Enter')
		await window.type(typed)
		await eventually(outcome, () => suite.editor.alcoveLog().includes(`outcome="${outcome}"`))
		expect(await window.ghostText()).toBe('')
		await window.press('Control+End', 'Enter')
	}
	await suite.editor.closeWindow(window)
})

test('where the editor hides inline suggestions, the tooltip says so', async () => {
	const window = await windowWith('hidden', { 'editor.inlineSuggest.enabled': false, 'workbench.hover.delay': 0 })
	await window.statusItem.hover()
	await window.page.locator('.monaco-hover', { hasText: 'editor.inlineSuggest.enabled' }).first().waitFor()
	await window.screenshot('hidden-by-editor')
	await suite.editor.closeWindow(window)
})
