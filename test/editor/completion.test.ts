import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import { editorSuite } from './driver/editorSuite.ts'
import { codeBeginnings, pythonBeginnings } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({ name: 'completion' })

/** Text without its white space: grey text is read line by line, without the breaks between the lines. */
function dense(text: string): string {
	return text.replace(/\s/g, '')
}

/** Stands in the code of every test and must never stand in the log. */
const marker = 'quincunxMarmalade'

test('grey text appears while typing, Tab takes it, and saving writes it', async () => {
	const window = await suite.window()
	const file = suite.path('src/beds.ts')
	await window.openFile(file)
	const suggestion = await window.suggestionAtEnd([`const ${marker} = `, ...codeBeginnings])
	await window.screenshot('ghost-text')
	const before = dense(readFileSync(file, 'utf8'))
	expect(before).not.toContain(dense(suggestion))

	await window.takeSuggestion()
	await window.save()

	const saved = readFileSync(file, 'utf8')
	expect(dense(saved).startsWith(before)).toBe(true)
	expect(dense(saved)).toContain(dense(suggestion))
	expect(saved).toBe(await window.documentText())
})

test('the places that the sample project names for a first try give grey text', async () => {
	const window = await suite.window()
	const places = { 'src/area.js': '    ', 'src/beds.ts': 'return ', 'tools/harvest.py': 'def total' }
	const readme = readFileSync(suite.path('README.md'), 'utf8')
	for (const [name, typed] of Object.entries(places)) {
		expect(readme).toContain(`\`${name}\``)
		await window.openFile(suite.path(name))
		await window.suggestionAtEnd([typed])
		await window.press('Escape')
	}
})

test('Escape puts the grey text away and leaves the document alone', async () => {
	const window = await suite.window()
	const file = suite.write('src/escape.ts', 'const first = 1\n')
	await window.openFile(file)
	const suggestion = await window.suggestionAtEnd()
	await window.press('Escape')
	await window.waitForNoGhostText()
	await window.save()
	const saved = readFileSync(file, 'utf8')
	expect(saved.startsWith('const first = 1\n')).toBe(true)
	expect(dense(saved).endsWith(dense(suggestion))).toBe(false)
})

test('Alt+] shows another text for the same place, and Alt+[ the first one again', async () => {
	const window = await suite.window()
	await window.openFile(suite.write('src/others.ts', 'const first = 1\n'))
	const isOther = (first: string) => async () => {
		const now = await window.ghostText()
		return now !== '' && now !== first && now
	}
	// What the model draws is up to chance: at one of these places it has two things to say, and at some nothing that is shown.
	const values = ['first', 'total', 'count', 'next', 'name', 'size'].map((name) => `const ${name} = `)
	const beginnings = ['export function ', ...values, 'return ', 'if (', 'for (const ', 'while (', 'export class ']
	for (const beginning of beginnings) {
		const first = await window.suggestionAtEnd([beginning]).catch(() => undefined)
		if (first === undefined) continue
		await window.press('Alt+BracketRight')
		const other = await eventually('another text', isOther(first), { timeoutMs: 8_000 }).catch(() => undefined)
		if (other !== undefined) {
			await window.screenshot('another-text')
			await window.press('Alt+BracketLeft')
			await eventually('the first one again', async () => (await window.ghostText()) === first)
			await window.press('Escape')
			return
		}
		await window.press('Escape')
	}
	throw new Error('There was never another text')
})

test('the last suggestion explains itself', async () => {
	const window = await suite.window()
	await window.openFile(suite.write('src/explained.ts', 'const first = 1\n'))
	await window.suggestionAtEnd()
	await window.runCommand('Alcove: Explain Last Suggestion')
	// This editor comes without its Markdown preview; then the text itself is shown.
	await window.page.locator('.tab.active', { hasText: 'receipt.md' }).waitFor()
	await window.focusEditor()
	const text = await window.documentText()
	await window.screenshot('receipt')
	expect(text).toContain('`src/explained.ts`, lines 1 to')
	expect(text).toContain('Sent to: this machine only')
	expect(text).toContain('tiny-coder')
	expect(text).toContain('const first = 1')
	await window.discardActiveEditor()
})

test('a click on the status bar opens the menu with an entry for each thing one can do', async () => {
	const window = await suite.window()
	await window.openFile(suite.path('tools/harvest.py'))
	await window.statusItem.click()
	const labels = await window.quickPickLabels()
	await window.screenshot('status-menu')
	await window.press('Escape')
	expect(labels).toEqual([
		'Disable completions',
		'Disable completions for python',
		'Pause suggestions…',
		'Models…',
		'Choose model…',
		'Choose back end…',
		'Restart engine',
		'Explain the last suggestion',
		'Privacy report',
		'Figures',
		'Show log',
		'Copy diagnostics',
		'Settings',
		'First steps',
	])
})

test('completions can be switched off for one language, and on again', async () => {
	const window = await suite.window()
	await window.openFile(suite.path('tools/harvest.py'))
	await window.chooseInMenu('Disable completions for python')
	await window.waitForStatus(/Alcove: off/)
	await window.screenshot('off-for-python')
	await window.press('Control+End', 'Enter')
	const asked = () => suite.editor.alcoveLog().split('outcome="disabled"').length
	const before = asked()
	await window.type('def total')
	await eventually('Alcove said no', () => asked() > before)
	expect(await window.ghostText()).toBe('')

	await window.openFile(suite.path('src/weather.js'))
	await window.waitForStatus(/tiny-coder|No suggestion/)
	await window.suggestionAtEnd()
	await window.press('Escape')

	await window.openFile(suite.path('tools/harvest.py'))
	await window.waitForStatus(/Alcove: off/)
	await window.chooseInMenu('Enable completions for python')
	await window.suggestionAtEnd(pythonBeginnings)
	await window.press('Escape')
})

test('completions can be switched off everywhere', async () => {
	const window = await suite.window()
	await window.openFile(suite.path('src/weather.js'))
	await window.chooseInMenu('Disable completions')
	await window.waitForStatus(/Alcove: off/)
	await window.chooseInMenu('Enable completions')
	await window.suggestionAtEnd()
	await window.press('Escape')
})

test('two windows at once both complete', async () => {
	const first = await suite.window()
	const second = await suite.editor.openWindow({ folder: suite.path('tools'), file: suite.path('tools/harvest.py') })
	await first.openFile(suite.path('src/beds.ts'))
	const [one, other] = await Promise.all([first.suggestionAtEnd(), second.suggestionAtEnd(pythonBeginnings)])
	await second.screenshot('second-window')
	expect(one).toMatch(/\S/)
	expect(other).toMatch(/\S/)
	await first.press('Escape')
	await suite.editor.closeWindow(second)
})

test('the walkthrough opens and shows its steps', async () => {
	const window = await suite.window()
	await window.runCommand('Alcove: Open Walkthrough')
	const page = window.page.locator('.gettingStartedContainer')
	const steps = page.locator('.getting-started-step .step-title')
	await steps.first().waitFor()
	await window.screenshot('walkthrough')
	const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'))
	const titles = ['model', 'completion', 'realModel', 'privacy', 'security', 'chat'].map(
		(step) => texts[`walkthrough.${step}.title`],
	)
	expect((await steps.allInnerTexts()).map((title) => title.trim())).toEqual(titles)
})

test('the log shows every request, and none of the text', async () => {
	const window = await suite.window()
	await window.openFile(suite.path('src/beds.ts'))
	const words = /\w[\w ]{6,}/
	const suggestion = await window.suggestionAtEnd([`const ${marker} = `, ...codeBeginnings], words)
	await window.press('Tab')
	await window.runCommand('Alcove: Show Log')
	const output = window.page.locator('.output-view, .part.panel').first()
	await output.getByText('completion.finished').first().waitFor()
	await window.screenshot('log')
	const log = suite.editor.alcoveLog()
	expect(log).toMatch(/completion\.finished .*outcome="suggestion"/)
	// Names from the sample project, what was typed, and what was suggested.
	const suggested = words.exec(suggestion)?.[0] ?? ''
	const secrets = [suggested, marker, 'millisecondsPerDay', 'noonTemperatures', 'read_harvests', 'The bed that is free']
	for (const secret of secrets) expect(log).not.toContain(secret)
})

test('the diagnostics on the clipboard name versions and model, and hold none of the text', async () => {
	const window = await suite.window()
	await window.runCommand('Alcove: Copy Diagnostics')
	await window.notifications().filter({ hasText: 'diagnostics are on the clipboard' }).waitFor()
	const report = await window.page.evaluate(() => navigator.clipboard.readText())
	await window.closeNotifications()
	expect(report).toMatch(/tiny-coder/)
	expect(report).toMatch(/3\.21\.1/)
	expect(report).not.toContain(marker)
	expect(report).not.toContain('beds.ts')
})
