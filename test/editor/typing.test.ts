import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { beforeAll, expect, inject, test } from 'vitest'
import { leanBuiltins } from './driver/editor.ts'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'
import { writeScriptedModel } from './driver/scriptedModel.ts'

const suite = editorSuite({
	name: 'typing',
	builtins: [...leanBuiltins, 'ipynb', 'notebook-renderers'],
	settings: { 'editor.wordBasedSuggestions': 'currentDocument' },
})
/** What the model answers to everything. */
const script = ['alpha', 'Beta(', 'gamma', ', ', 'delta', ');', '\n\t', 'epsilon', '();']
const line = 'alphaBeta(gamma, delta);'

beforeAll(() => {
	if (!inject('prepared').browser.ok) return
	const path = suite.path('../scripted.gguf')
	writeScriptedModel(path, script)
	suite.editor.setMachineSettings({ 'alcove.model.path': path })
})

const saved = (file: string) => readFileSync(file, 'utf8')

test('grey text does not flicker while what it says is typed', async () => {
	const window = await suite.window()
	await window.openFile(suite.write('src/flicker.ts', 'const first = 1\n'))
	await window.suggestionAtEnd(['const a = '])
	expect(await window.ghostLine()).toBe(line)
	await window.page.evaluate(() => {
		const seen: boolean[] = []
		const look = () => {
			seen.push(document.querySelector('.ghost-text-decoration, .ghost-text') !== null)
			requestAnimationFrame(look)
		}
		Object.assign(globalThis, { seenFrames: seen })
		look()
	})
	await window.page.keyboard.type(line.slice(0, 12), { delay: 80 })
	await eventually('the rest', async () => (await window.ghostLine()) === line.slice(12))
	const frames = await window.page.evaluate(() => (globalThis as unknown as { seenFrames: boolean[] }).seenFrames)
	expect(frames.length).toBeGreaterThan(10)
	expect(frames).not.toContain(false)
	await window.press('Escape')
})

test('who types what the grey text says sees the rest of it, and the model is not asked again', async () => {
	const window = await suite.window()
	await window.openFile(suite.write('src/along.ts', 'const first = 1\n'))
	await window.suggestionAtEnd(['const a = '])
	const asked = () => suite.editor.alcoveLog().split('source="model"').length
	const before = asked()
	for (let typed = 1; typed <= 4; typed++) {
		await window.type(line.charAt(typed - 1))
		await eventually(`the rest after ${typed} letters`, async () => (await window.ghostLine()) === line.slice(typed))
	}
	await eventually('Alcove’s answer', () => suite.editor.alcoveLog().includes('source="typedThrough"'))
	expect(asked()).toBe(before)
	await window.press('Escape')
})

test('words are taken one by one, then the rest, and undo goes back through all of it', async () => {
	const window = await suite.window()
	const file = suite.write('src/words.ts', 'const first = 1\n')
	await window.openFile(file)
	await window.press('Control+End')
	await window.type('const a = ')
	await window.waitForGhostText()
	await window.press('Control+ArrowRight')
	await eventually('one word less', async () => (await window.ghostLine()) === line.slice('alphaBeta'.length))
	await window.press('Control+ArrowRight')
	const rest = await eventually('another one less', async () => {
		const now = await window.ghostLine()
		return now !== '' && now.length < line.length - 'alphaBeta'.length && now
	})
	expect(line.endsWith(rest)).toBe(true)
	await window.press('Tab')
	await eventually('all of it', async () => (await window.ghostLine()) !== rest)
	await window.press('Escape')
	await window.save()
	expect(saved(file)).toBe(`const first = 1\nconst a = ${line}`)
	for (let step = 0; step < 3; step++) await window.press('Control+Z')
	await window.save()
	expect(`const first = 1\nconst a = ${line}`.startsWith(saved(file))).toBe(true)
	expect(saved(file).length).toBeLessThan(`const first = 1\nconst a = ${line}`.length)
})

test('an empty function gets several lines, and what is taken can be parsed', async () => {
	const window = await suite.window()
	const file = suite.write('src/empty.ts', 'function area(width, height) {\n\n}\n')
	await window.openFile(file)
	await window.goTo(2, 1)
	await window.type('    ')
	await window.waitForGhostText(/epsilon/)
	await window.screenshot('empty-function')
	await window.takeSuggestion()
	await window.save()
	// The model indents with a tab; the document does not.
	expect(saved(file)).toBe(`function area(width, height) {\n    ${line}\n    epsilon();\n}\n`)
	expect(ts.transpileModule(saved(file), { reportDiagnostics: true }).diagnostics).toEqual([])
	await window.press('Control+Z')
	await window.save()
	expect(saved(file)).toBe('function area(width, height) {\n    \n}\n')
})

test('a line is taken, then a word, and each time the rest stays', async () => {
	const window = await suite.window()
	const file = suite.write('src/lines.ts', 'function area(width, height) {\n\n}\n')
	await window.openFile(file)
	await window.goTo(2, 1)
	await window.type('    ')
	await window.waitForGhostText(/epsilon/)
	await window.press('Alt+End')
	await eventually('the second line alone', async () => (await window.ghostText()).trim() === 'epsilon();')
	await window.screenshot('a-line-taken')
	// To the editor the indent is a word, too.
	await window.press('Control+ArrowRight', 'Control+ArrowRight')
	await eventually('one word less', async () => (await window.ghostText()).trim() === '();')
	await window.press('Tab')
	await window.waitForNoGhostText()
	await window.save()
	expect(saved(file)).toBe(`function area(width, height) {\n    ${line}\n    epsilon();\n}\n`)
})

test('with several cursors nothing is lost at any of them', async () => {
	const window = await suite.window()
	const file = suite.write('src/cursors.ts', 'const a = 1\nconst b = 2\nconst c = 3\n')
	await window.openFile(file)
	await window.goTo(1, 12)
	await window.runCommand('Add Cursor Below')
	await window.runCommand('Add Cursor Below')
	await window.type(' + ')
	await window.waitForGhostText()
	await window.screenshot('several-cursors')
	await window.press('Tab', 'Escape', 'Escape')
	await window.save()
	const added = ['const a = 1 + ', 'const b = 2 + ', 'const c = 3 + '].map((begin, at) => {
		const text = saved(file).split('\n')[at] ?? ''
		expect(text.startsWith(begin)).toBe(true)
		return text.slice(begin.length).trim()
	})
	for (const text of added) expect(['', line]).toContain(text)
	expect(added).toContain(line)
})

test('in a snippet Tab still goes from place to place', async () => {
	const window = await suite.window()
	const body = [`pair($\{1:one}, $\{2:two})$0`]
	suite.write('.vscode/own.code-snippets', JSON.stringify({ pair: { prefix: 'pairOf', body } }))
	const file = suite.write('src/snippet.ts', 'const first = 1\n')
	await window.openFile(file)
	await window.press('Control+End')
	await window.runCommand('Snippets: Insert Snippet')
	await window.quickInput().fill('pair')
	await eventually('the snippet', async () => (await window.quickPickLabels()).some((label) => /pair/.test(label)))
	await window.press('Enter')
	await window.quickInput().waitFor({ state: 'hidden' })
	await window.type('one')
	await window.page.waitForTimeout(700)
	await window.screenshot('snippet')
	// Whatever is shown there: Tab is the snippet's.
	await window.press('Tab')
	await window.type('beta')
	await window.press('Escape', 'Escape')
	await window.save()
	expect(saved(file)).toBe('const first = 1\npair(one, beta)')
	// Behind it, suggestions come as anywhere.
	await window.suggestionAtEnd(['const a = '])
	await window.press('Escape')
})

test('while the suggest widget is open, what is chosen there is what is taken', async () => {
	const window = await suite.window()
	const words = ['gardenBeds', 'gardenGate', 'gardenHose', 'gardenTools']
	const file = suite.write('src/widget.ts', words.map((word) => `const ${word} = 1\n`).join(''))
	await window.openFile(file)
	await window.press('Control+End')
	await window.type('gard')
	const opened = suite.editor.alcoveLog().split(/completion\.finished .*outcome="(?!cancelled)/).length
	await window.runCommand('Trigger Suggest')
	const widget = window.page.locator('.suggest-widget.visible')
	await eventually('all words', async () => (await widget.locator('.monaco-list-row').count()) === words.length)
	const selected = async () => (await widget.locator('.monaco-list-row.focused .label-name').innerText()).trim()
	/** Questions that came to an end of their own. */
	const ended = () => suite.editor.alcoveLog().split(/completion\.finished .*outcome="(?!cancelled)/).length
	await eventually('an answer for the first word', () => ended() > opened)
	const before = ended()
	for (let step = 1; step < words.length; step++) await window.press('ArrowDown')
	await eventually('the last word', async () => (await selected()) === words.at(-1))
	await eventually('an answer for it', () => ended() > before)
	await window.screenshot('suggest-widget')
	// The words between were passed by.
	expect(ended()).toBe(before + 1)
	const chosen = await selected()
	await window.press('Tab')
	await widget.waitFor({ state: 'hidden' })
	await window.press('Escape')
	await window.save()
	expect(saved(file).trimEnd().split('\n').at(-1)).toBe(chosen)
})

test('a notebook cell gets completions', async () => {
	const window = await suite.window()
	const cell = { cell_type: 'code', source: ['import csv\n'], metadata: {}, outputs: [], execution_count: null }
	const metadata = { language_info: { name: 'python' } }
	const notebook = { cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 }
	await window.openFile(suite.write('notes.ipynb', JSON.stringify(notebook)), { focus: false })
	const editor = window.page.locator('.notebookOverlay .cell .monaco-editor').first()
	await editor.click()
	await window.suggestionAtEnd(['total = '])
	expect(await window.ghostLine()).toBe(line)
	await window.screenshot('notebook')
	await window.takeSuggestion()
	await window.save()
	const notebookNow = JSON.parse(saved(suite.path('notes.ipynb')))
	expect(notebookNow.cells[0].source.join('')).toContain(`total = ${line}`)
})
