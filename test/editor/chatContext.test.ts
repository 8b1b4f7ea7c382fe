import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { smallPdf } from '../fakes/smallPdf.ts'
import { ChatDriver } from './driver/chatDriver.ts'
import { leanBuiltins } from './driver/editor.ts'
import { editorSuite } from './driver/editorSuite.ts'
import type { EditorWindow } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'
import { writeScriptedModel } from './driver/scriptedModel.ts'

const suite = editorSuite({
	name: 'chatContext',
	settings: { 'git.enabled': true },
	builtins: [...leanBuiltins, 'git', 'git-base'],
})

/** What the model answers to everything. */
const answer = ['Here it is.\n\n', '```\n', 'Beds know ', 'when they are free\n```\n', 'That is all.']

let opened: Promise<{ readonly window: EditorWindow; readonly view: ChatDriver }> | undefined

async function chat() {
	opened ??= (async () => {
		const git = (...args: string[]) => execFileSync('git', ['-C', suite.path(''), ...args])
		git('init', '-q')
		git('add', 'src', 'tools')
		git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'The beginning')
		const model = suite.path('scripted.gguf')
		writeScriptedModel(model, answer)
		suite.editor.setMachineSettings({ 'alcove.model.path': model })
		const window = await suite.window()
		await window.openFile(suite.path('src/beds.ts'))
		const view = new ChatDriver(window)
		await view.open()
		return { window, view }
	})()
	return opened
}

/** Asks on a conversation of its own, and opens what the model was shown. */
async function shownFor(view: ChatDriver, question: string): Promise<string> {
	if ((await view.frame.locator('.message').count()) > 0) await view.begin()
	await view.send(question)
	await view.frame.getByText('That is all.').waitFor()
	await view
		.button(/reference/)
		.last()
		.click()
	return eventually('the receipt', async () => {
		const text = await view.frame.locator('.message.answer').last().innerText()
		return text.includes('The model was shown') && text
	})
}

test('a file is mentioned by the keyboard alone, and the receipt names it', async () => {
	const { window, view } = await chat()
	await view.composer.focus()
	await view.composer.pressSequentially('@weath', { delay: 30 })
	const suggestion = view.frame.getByRole('option', { name: /weather\.js/ })
	await suggestion.first().waitFor()
	await window.screenshot('mention')
	await view.composer.press('Tab')
	await eventually('the mention', async () => (await view.composer.inputValue()).includes('src/weather.js'))
	const typed = await view.composer.inputValue()
	const receipt = await shownFor(view, `${typed.trim()} what is it for?`)
	expect(receipt).toContain('src/weather.js')
	await window.screenshot('mentioned')
})

test('the workspace is searched, and what was found is named with its lines', async () => {
	const { window, view } = await chat()
	const receipt = await eventually(
		'an index',
		async () => {
			const text = await shownFor(view, '@workspace which function says that a bed is free?')
			return text.includes('@workspace') && /src\/beds\.ts:\d+/.test(text) && text
		},
		{ timeoutMs: 90_000 },
	)
	expect(receipt).toContain('src/beds.ts')
	await window.screenshot('workspace')
})

test('a PDF is read, and one that cannot be says why', async () => {
	const { window, view } = await chat()
	mkdirSync(suite.path('docs'), { recursive: true })
	writeFileSync(
		suite.path('docs/beds.pdf'),
		smallPdf([['Contents'], ['Mulching', 'Straw keeps the raspberries moist.']]),
	)
	writeFileSync(suite.path('docs/broken.pdf'), 'no PDF')
	const named = await shownFor(view, '@file:docs/beds.pdf @file:docs/broken.pdf what keeps them moist?')
	// The one that can be read is named with what it takes, the other with why it was left out.
	expect(named).toMatch(/docs\/beds\.pdf\s+@file · \d+ tokens/)
	expect(named).toMatch(/docs\/broken\.pdf[^/]*is damaged/)
	const found = await eventually(
		'the page in the index',
		async () => {
			const text = await shownFor(view, '@workspace what keeps raspberries moist?')
			return text.includes('docs/beds.pdf#page=2:1-2') && text
		},
		{ timeoutMs: 60_000 },
	)
	expect(found).toContain('@workspace')
	await window.screenshot('pdf')
})

test('what is selected is explained from the menu of the editor', async () => {
	const { window, view } = await chat()
	await window.openFile(suite.path('src/beds.ts'))
	await window.goTo(25, 1)
	await window.press('Shift+End')
	await window.press('Shift+F10')
	const menu = window.page.locator('.monaco-menu')
	await menu.getByRole('menuitem', { name: 'Alcove' }).first().hover()
	await menu
		.getByRole('menuitem', { name: /^Explain/ })
		.first()
		.waitFor()
	await window.screenshot('menu')
	await menu
		.getByRole('menuitem', { name: /^Explain/ })
		.first()
		.click()
	await eventually('the question', async () =>
		(await view.frame.locator('.message.user, .message.question').last().innerText()).includes('/explain'),
	)
	await view.frame.getByText('That is all.').last().waitFor()
	await window.screenshot('explained')
})

test('a question is asked differently, and the first one is still there', async () => {
	const { view } = await chat()
	await view.begin()
	await view.send('first question')
	await view.frame.getByText('That is all.').waitFor()
	await view.button(/^Edit/).last().click()
	const field = view.frame.locator('.message textarea')
	await field.fill('second question')
	await field.press('Enter')
	await view.frame.getByText('second question').first().waitFor()
	await view.frame.getByText('2/2').first().waitFor()
	await view
		.button(/previous/i)
		.first()
		.click()
	await view.frame.getByText('first question').first().waitFor()
	expect(await view.frame.getByText('second question').count()).toBe(0)
})

test('a message for a commit goes where commits are written', async () => {
	const { window, view } = await chat()
	suite.write('src/weather.js', 'export const rain = 1\n')
	await view.begin()
	await view.send('/commit')
	await view.frame.getByText('That is all.').waitFor()
	await view
		.button(/insert/i)
		.first()
		.click()
	await window.press('Control+Shift+KeyG')
	const box = window.page.locator('.scm-editor')
	await eventually('the message', async () =>
		(await box.innerText()).replace(/\s/g, ' ').includes('Beds know when they are free'),
	)
	await window.screenshot('commit')
})
