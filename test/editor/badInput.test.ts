import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import { editorSuite } from './driver/editorSuite.ts'
import { codeBeginnings } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({
	name: 'badInput',
	extensions: [join(root, 'test', 'editor', 'extension')],
	settings: {
		'files.readonlyInclude': { '**/readonly.*': true },
		// Otherwise a dialog asks before a large file is opened.
		'workbench.editorLargeFileConfirmation': 1024,
	},
})

/** Whatever the input: no message pops up, and nothing is reported as an error of Alcove. */
afterEach(async () => {
	const window = await suite.window()
	expect(await window.notificationTexts()).toEqual([])
	expect(suite.editor.alcoveLog()).not.toMatch(/\[error\]/)
})

/** Waits for the next outcome of a completion that Alcove logs, after `act`. */
async function outcomeOf(act: () => Promise<void>): Promise<string> {
	const outcomes = () => [...suite.editor.alcoveLog().matchAll(/completion\.finished .*?outcome="(\w+)"/g)]
	const before = outcomes().length
	await act()
	return eventually('an outcome that is no cancellation', () =>
		outcomes()
			.slice(before)
			.map(([, outcome]) => outcome)
			.find((outcome) => outcome !== 'cancelled'),
	)
}

/** Alcove goes on where it can; and by then it would have answered what was asked before. */
async function suggestsElsewhere(): Promise<void> {
	const window = await suite.window()
	await window.openFile(suite.path('src/beds.ts'))
	await window.suggestionAtEnd()
	await window.press('Escape')
}

test('a file of 50 MB: typing and saving work, and other files get completions', async () => {
	const window = await suite.window()
	const path = suite.write('huge.ts', '')
	const line = Buffer.from(`export const number = ${'1'.repeat(77)}\n`)
	const file = openSync(path, 'w')
	const block = Buffer.concat(Array.from({ length: 5_000 }, () => line))
	for (let size = 0; size < 50_000_000; size += block.length) writeSync(file, block)
	closeSync(file)
	const size = statSync(path).size

	await window.openFile(path)
	await window.press('Control+Home')
	await window.type('const first = 1 ')
	await window.press('Enter')
	await window.save()
	expect(statSync(path).size).toBe(size + 'const first = 1 \n'.length)

	await suggestsElsewhere()
})

test('a line of 1 MB: a reason in it, and the model is asked below it', async () => {
	const window = await suite.window()
	await window.openFile(suite.write('long.js', `const long = '${'x'.repeat(1_000_000)}'\n\n`))
	await window.goTo(2)
	// All that a model sees there is the letter x: what it makes of that is its own affair.
	const below = await outcomeOf(() => window.type('const total = '))
	expect(['suggestion', 'repeatsItself', 'emptyAnswer']).toContain(below)
	await window.press('Escape')
	await window.goTo(1, 1)
	await window.press('End')
	expect(await outcomeOf(() => window.type(' '))).toBe('lineTooLong')
	await window.waitForStatus(/No suggestion: line too long/)
	expect(await window.ghostText()).toBe('')
})

test('NUL bytes: a reason near them', async () => {
	const window = await suite.window()
	// The editor looks at the first 512 bytes to tell text from binary.
	const path = suite.write('nul.js', `${'// a comment\n'.repeat(60)}const data = '\0\0\0'\nconst after = \n`)
	await window.openFile(path)
	await window.goTo(62, 1)
	await window.press('End')
	expect(await outcomeOf(() => window.type(' '))).toBe('binaryContent')
	await window.waitForStatus(/No suggestion: binary content/)
	await window.save()
	expect(readFileSync(path, 'utf8')).toContain("const data = '\0\0\0'\nconst after =  \n")
})

test('CRLF: the document stays CRLF after a suggestion was taken', async () => {
	const window = await suite.window()
	const source = readFileSync(suite.path('src/weather.js'), 'utf8').replaceAll('\n', '\r\n')
	const path = suite.write('crlf.js', source)
	await window.openFile(path)
	await window.suggestionAtEnd(['export function total(values) {', 'for (const value of values) {', ...codeBeginnings])
	await window.press('Tab')
	await window.press('Enter')
	await window.save()
	const saved = readFileSync(path, 'utf8')
	expect(saved.length).toBeGreaterThan(source.length)
	expect(saved.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
})

test('surrogate pairs at the cursor: what is saved is whole characters', async () => {
	const window = await suite.window()
	const path = suite.write('emoji.ts', `const faces = ['😀', '👩‍👩‍👧', '𝒳']\n`)
	await window.openFile(path)
	await window.goTo(1, 1)
	await window.press('End')
	await outcomeOf(() => window.type(' // 😀'))
	await window.press('Escape')
	await window.suggestionAtEnd(["const smile = '😀' + ", 'const 𝒳 = ', ...codeBeginnings])
	await window.press('Tab')
	await window.save()
	const saved = readFileSync(path)
	expect(saved.toString('utf8')).not.toContain('\uFFFD')
	expect(Buffer.from(saved.toString('utf8'), 'utf8').equals(saved)).toBe(true)
	expect(saved.toString('utf8')).toContain(`const faces = ['😀', '👩‍👩‍👧', '𝒳'] // 😀\n`)
})

test('an untitled document gets completions', async () => {
	const window = await suite.window()
	await window.runCommand('File: New Untitled Text File')
	await window.activeTab('Untitled-1').waitFor()
	await window.focusEditor()
	const suggestion = await window.suggestionAtEnd()
	await window.takeSuggestion()
	expect((await window.documentText()).replace(/\s/g, '')).toContain(suggestion.replace(/\s/g, ''))
	await window.discardActiveEditor()
})

function suggestionsIn(language: string): number {
	return suite.editor.alcoveLog().split(`language="${language}" outcome="suggestion"`).length - 1
}

test('a read-only file stays as it is', async () => {
	const window = await suite.window()
	const path = suite.write('readonly.json', '{\n\t"first": 1\n}\n')
	await window.openFile(path)
	await window.goTo(2)
	await window.press('End')
	await window.type(', "second": ')
	await window.press('Alt+Backslash')
	expect(await window.documentText()).toBe('{\n\t"first": 1\n}\n')
	await suggestsElsewhere()
	expect(suggestionsIn('json')).toBe(0)
})

test('the changed side of a diff editor gets completions', async () => {
	const window = await suite.window()
	const path = suite.write('changed.ts', 'const first = 1\n')
	await window.openFile(path)
	await window.press('Control+End')
	await window.type('const second = 2')
	await window.runCommand('File: Compare Active File with Saved')
	const changed = window.page.locator('.monaco-diff-editor .editor.modified .view-lines')
	await changed.click()
	const suggestion = await window.suggestionAtEnd()
	await window.screenshot('diff-editor')
	await window.takeSuggestion()
	await window.save()
	expect(readFileSync(path, 'utf8').replace(/\s/g, '')).toContain(suggestion.replace(/\s/g, ''))
	await window.runCommand('View: Close Editor')
})

test('settings of the wrong type: the defaults are used, and the status bar says so', async () => {
	suite.editor.setUserSettings({ 'alcove.completion.maxTokens': 'lots', 'alcove.completion.enabled': 'sometimes' })
	suite.editor.setMachineSettings({
		'alcove.model.path': 42,
		'alcove.engine.contextSize': -1,
		'alcove.engine.gpu': ['fast'],
		'alcove.engine.idleUnloadMinutes': null,
	})
	const window = await suite.editor.openWindow({ folder: suite.path('src'), file: suite.path('src/weather.js') })
	const complained = (key: string) => new RegExp(`setting\\.notTaken key="${key}"`).test(suite.editor.alcoveLog())
	for (const key of ['completion.maxTokens', 'completion.enabled', 'model.path', 'engine.contextSize', 'engine.gpu']) {
		await eventually(`a complaint about ${key}`, () => complained(key))
	}
	await window.suggestionAtEnd()
	await window.press('Escape')
	await window.statusItem.hover()
	const tooltip = window.page.locator('.monaco-hover').filter({ hasText: 'alcove.completion.maxTokens' })
	await tooltip.first().waitFor()
	await window.screenshot('wrong-settings')
	expect(await window.notificationTexts()).toEqual([])
	await suite.editor.closeWindow(window)
	suite.editor.setUserSettings({})
	suite.editor.setMachineSettings({})
})

test('a file system that takes no changes: no suggestion and no error', async () => {
	const window = await suite.window()
	await window.runCommand('Alcove Test: Open Locked File')
	await window.activeTab('virtual.js').waitFor()
	await window.focusEditor()
	const before = await window.documentText()
	const suggestions = suggestionsIn('javascript')
	await window.press('Control+End')
	await window.type('const second = ')
	await window.press('Alt+Backslash')
	expect(await window.documentText()).toBe(before)
	await suggestsElsewhere()
	expect(suggestionsIn('javascript')).toBe(suggestions)
})

test('a workspace on a virtual file system gets completions', async () => {
	const window = await suite.editor.openWindow({ folder: 'alcove-test:/' })
	await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'virtual.js' }).dblclick()
	await window.activeTab('virtual.js').waitFor()
	await window.focusEditor()
	const suggestion = await window.suggestionAtEnd()
	await window.screenshot('virtual-workspace')
	await window.takeSuggestion()
	await window.save()
	expect((await window.documentText()).replace(/\s/g, '')).toContain(suggestion.replace(/\s/g, ''))
	expect(await window.notificationTexts()).toEqual([])
	await suite.editor.closeWindow(window)
})
