import { beforeAll, expect, test } from 'vitest'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { ChatDriver } from './driver/chatDriver.ts'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({ name: 'chat' })
const onlyOnLinux = 'the engine process is found in /proc'
const settings = (more: Readonly<Record<string, unknown>> = {}) => suite.editor.setMachineSettings(more)

beforeAll(() => {
	// Its answers are words that never repeat, and end only where there is no room for more: about twenty seconds of them.
	writeSyntheticModel(suite.path('slow.gguf'), {
		...syntheticShapes['8M'],
		layers: 48,
		contextSize: 4096,
		type: 'F16',
	})
})

async function chat() {
	const window = await suite.window()
	return { window, view: new ChatDriver(window) }
}

test('the starter model answers, says that it is no help, and what it was shown', async () => {
	const { window, view } = await chat()
	await window.openFile(suite.write('shown.ts', 'export const answer = 42\n'))
	await view.open()
	await view.frame.getByText('its answers are no help').waitFor()
	await window.screenshot('empty')
	await view.send('What does this file do?')
	await view.button('Answer again').waitFor({ timeout: 90_000 })
	await view.button(/^1 reference/).click()
	const reference = view.frame.locator('.reference')
	expect(await reference.innerText()).toContain('shown.ts:1-')
	await window.screenshot('answered')
	await reference.locator('button').click()
	await window.activeTab('shown.ts').waitFor()
})

test('an answer comes piece by piece, and is kept where it is stopped', async () => {
	const { window, view } = await chat()
	settings({ 'alcove.model.path': suite.path('slow.gguf') })
	await window.waitForStatus(/synthetic/)
	await view.open()
	await view.begin()
	await view.send('Tell me a very long story')
	const early = await view.waitForText(20)
	const later = await view.waitForText(early.length + 100)
	expect(later.startsWith(early.slice(0, 20))).toBe(true)
	await window.screenshot('streaming')

	await view.button('Stop (Escape)').click()
	await view.endings.getByText('You stopped this answer.').waitFor()
	const stopped = await view.answer()
	expect(stopped.length).toBeGreaterThanOrEqual(later.length)
	await new Promise((resolve) => setTimeout(resolve, 500))
	expect(await view.answer()).toBe(stopped)
	await window.screenshot('stopped')
})

test('after the window was reloaded the conversation and the history are there', async () => {
	const { window, view } = await chat()
	const before = await view.answer()
	await window.page.reload()
	await window.statusItem.waitFor({ timeout: 120_000 })
	await view.open()
	await view.frame.getByText('Tell me a very long story').first().waitFor()
	expect(await view.answer()).toBe(before)

	await view.button('History of chats').click()
	const items = view.frame.locator('.history-item')
	await eventually('two chats', async () => (await items.count()) === 2)
	await window.screenshot('history')
	await items.getByText('What does this file do?').click()
	await eventually('the other chat', async () => ![before, ''].includes(await view.answer()))
})

test('what is being written is there after a reload, with what goes with it, and stays with its chat', async () => {
	const { window, view } = await chat()
	await view.begin()
	await view.composer.fill('not sent yet')
	await view.composer.press('End')
	await view.composer.pressSequentially(', nor finished')
	await window.openFile(suite.path('shown.ts'))
	await window.goTo(1, 1)
	await window.runCommand('Alcove: Add to Chat')
	const chip = view.button(/^Remove .*shown\.ts/)
	await chip.first().waitFor()
	// The last quarter of a second is told to the host.
	await new Promise((resolve) => setTimeout(resolve, 400))
	await window.page.reload()
	await window.statusItem.waitFor({ timeout: 120_000 })
	await view.open()
	await eventually('the draft', async () => (await view.composer.inputValue()) === 'not sent yet, nor finished')
	await chip.first().waitFor()
	await window.screenshot('draft-after-reload')

	await view.button('History of chats').click()
	await view.frame.locator('.history-item').getByText('What does this file do?').click()
	await eventually('another draft', async () => (await view.composer.inputValue()) === '')
	await view.button('New chat').click()
	await eventually('the first draft', async () => (await view.composer.inputValue()) === 'not sent yet, nor finished')
	await chip.first().click()
	await view.composer.fill('')
})

test('a reload in the middle of an answer loses nothing that was shown', async () => {
	const { window, view } = await chat()
	await view.begin()
	await view.send('Begin, and be interrupted')
	const shown = await view.waitForText(100)
	await window.page.reload()
	await window.statusItem.waitFor({ timeout: 120_000 })
	await view.open()
	await view.endings.getByText('This answer was interrupted.').waitFor()
	expect((await view.answer()).startsWith(shown)).toBe(true)
	await window.screenshot('interrupted-by-reload')
})

test('a view that is hidden while an answer comes has all of it when it is shown again', async () => {
	const { window, view } = await chat()
	await view.begin()
	await view.send('Go on while nobody looks')
	const shown = await view.waitForText(60)
	await window.runCommand('View: Toggle Primary Side Bar Visibility')
	await view.composer.waitFor({ state: 'detached' })
	await new Promise((resolve) => setTimeout(resolve, 1_500))
	await view.open()
	const later = await view.waitForText(shown.length + 60)
	expect(later.startsWith(shown)).toBe(true)
	await view.button('Stop (Escape)').click()
	await view.endings.getByText('You stopped this answer.').waitFor()
})

test('the engine is killed in the middle of an answer: the text stays, and asking again works', async ({ skip }) => {
	if (process.platform !== 'linux') return skip(onlyOnLinux)
	const { window, view } = await chat()
	await view.begin()
	await view.send('Say something while you can')
	const shown = await view.waitForText(100)
	const killed = await suite.editor.engine()
	process.kill(killed.pid, 'SIGKILL')
	await view.endings.getByText('The engine stopped in the middle of the answer.').waitFor()
	expect((await view.answer()).startsWith(shown)).toBe(true)
	await window.screenshot('engine-killed')

	await view.button('Answer again').click()
	await view.frame.getByText('2').first().waitFor()
	await view.waitForText(50)
	await view.button('Stop (Escape)').click()
	await view.endings.getByText('You stopped this answer.').waitFor()
	expect((await suite.editor.engine()).pid).not.toBe(killed.pid)
})

for (const theme of ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast']) {
	test(`the view has nothing that keeps a person out: ${theme}`, async () => {
		const { window, view } = await chat()
		suite.editor.setUserSettings({ 'workbench.colorTheme': theme })
		await window.page.reload()
		await window.statusItem.waitFor({ timeout: 120_000 })
		await view.open()
		await view.endings.first().waitFor()
		const name = theme.toLowerCase().replaceAll(' ', '-')
		await window.screenshot(name)
		expect(await view.accessibilityViolations()).toEqual([])
		await view.button('History of chats').click()
		await view.frame.locator('.history-item').first().waitFor()
		await window.screenshot(`${name}-history`)
		expect(await view.accessibilityViolations()).toEqual([])
		await view.button('Back to the chat').click()
	})
}
