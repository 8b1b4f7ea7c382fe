import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatPiece, events, lines, llamaServerScript, ollamaScript, ScriptedServer } from '../scriptedServer.ts'
import { ChatDriver } from './driver/chatDriver.ts'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'

// Servers of this machine that are real but for their models.

const suite = editorSuite({ name: 'backends' })

const llama = new ScriptedServer({
	...llamaServerScript,
	'POST /infill': (response, request, count) =>
		request.body?.n_predict === 0
			? llamaServerScript['POST /infill']?.(response, request, count)
			: events(
					{ content: '[1, 2, 3]', stop: false },
					{ content: '', stop: true, stop_type: 'eos', tokens_evaluated: 7, tokens_predicted: 5 },
				)(response),
	'POST /v1/chat/completions': events(
		chatPiece('Hello from '),
		chatPiece('llama-server.'),
		chatPiece('', 'stop'),
		'[DONE]',
	),
})
const ollama = new ScriptedServer({
	...ollamaScript,
	'POST /api/chat': lines(
		{ message: { content: 'Hello from Ollama.' }, done: false },
		{ message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 4 },
	),
})
/** Undefined where the file is just being written. */
function setting(name: string): unknown {
	try {
		return suite.editor.machineSettings()[name]
	} catch {
		return undefined
	}
}

let llamaUrl = ''
/** At the port at which everybody expects it, where that is free. */
let ollamaUrl: string | undefined

beforeAll(async () => {
	llamaUrl = await llama.listen()
	ollamaUrl = await ollama.listen(11_434).catch(() => undefined)
})
afterAll(async () => {
	await llama.close()
	if (ollamaUrl !== undefined) await ollama.close()
})

test('a llama-server completes and answers in the chat, and the status bar names it', async () => {
	// Before there is a window: our own model would be loaded for the first code in view until the editor has seen them.
	suite.editor.setMachineSettings({
		'alcove.backends': [{ name: 'Lab', kind: 'llama-server', url: llamaUrl }],
		'alcove.backend.completion': 'Lab',
		'alcove.backend.chat': 'Lab',
	})
	const window = await suite.window()
	await window.openFile(suite.write('src/served.ts', 'const numbers = 1\n'))
	await window.suggestionAtEnd(['const list = '], /\[1, 2, 3\]/)
	await window.waitForStatus(/Lab: coder/)
	await window.screenshot('completion')
	await window.takeSuggestion()
	expect(await window.documentText()).toContain('const list = [1, 2, 3]')
	expect(llama.of('POST /infill').at(-1)?.body?.input_prefix).toContain('const numbers = 1')

	const view = new ChatDriver(window)
	await view.open()
	await view.send('Who are you?')
	await view.waitForText(20)
	expect(await view.answer()).toBe('Hello from llama-server.')
	await view.frame.getByText('Lab: coder').first().waitFor()
	await window.screenshot('chat')
	expect(suite.editor.engines()).toEqual([])
})

test('what looks for servers finds Ollama, and the chat goes there', async ({ skip }) => {
	if (ollamaUrl === undefined) return skip('something else listens at the port of Ollama')
	const window = await suite.window()
	const before = ollama.seen.length
	await window.runCommand('Alcove: Choose Backend…')
	await window.quickInput().waitFor()
	// Nothing is looked for before it is asked for.
	expect(ollama.seen).toHaveLength(before)
	const pick = (label: string) => window.quickPickRows().filter({ hasText: label }).first().click()
	await pick('Look for servers on this machine')
	await eventually('Ollama', async () => (await window.quickPickLabels()).some((label) => label.includes('Ollama')))
	await window.screenshot('found')
	await pick('http://127.0.0.1:11434')
	await eventually('the purposes', async () => (await window.quickPickLabels()).includes('chat'))
	await window.press('Enter')
	await eventually('the route', async () => setting('alcove.backend.chat') === 'Ollama')
	expect(setting('alcove.backends')).toContainEqual({
		...{ name: 'Ollama', kind: 'ollama', url: 'http://127.0.0.1:11434', model: 'coder:1.5b' },
	})
	const view = new ChatDriver(window)
	await view.open()
	await view.begin()
	await view.send('And you?')
	await view.waitForText(15)
	expect(await view.answer()).toBe('Hello from Ollama.')
})

test('a server that is gone is said, and the embedded model answers in its place', async () => {
	const window = await suite.window()
	suite.editor.setMachineSettings({
		'alcove.backends': [{ name: 'Gone', kind: 'ollama', url: 'http://127.0.0.1:9' }],
		'alcove.backend.completion': 'Gone',
		'alcove.backend.chat': 'Gone',
		'alcove.backend.failOver': false,
	})
	await window.waitForStatus(/back end not running/)
	const message = await eventually('the message', async () =>
		(await window.notificationTexts()).find((text) => text.includes('Gone is not running at http://127.0.0.1:9')),
	)
	expect(message).toContain('start it, or choose the embedded model')
	await window.screenshot('gone')
	await window.closeNotifications()
	suite.editor.setMachineSettings({
		'alcove.backends': [{ name: 'Gone', kind: 'ollama', url: 'http://127.0.0.1:9' }],
		'alcove.backend.completion': 'Gone',
		'alcove.backend.chat': 'Gone',
	})
	await window.openFile(suite.write('src/own.ts', 'const numbers = 1\n'))
	await window.suggestionAtEnd()
	await window.waitForStatus(/Gone → tiny-coder/)
	const view = new ChatDriver(window)
	await view.open()
	await view.begin()
	// Whoever types will send: the model is asked for.
	await view.composer.fill('Hello')
	await view.frame
		.getByText('The embedded model answers in its place: Gone is not running')
		.waitFor({ timeout: 90_000 })
	await view.send('Hello')
	await view.button('Answer again').waitFor({ timeout: 90_000 })
	await window.screenshot('in-its-place')
})

test('a stronger model gets what was seen, edited and let go, and nothing before', async () => {
	const window = await suite.window()
	suite.editor.setMachineSettings({
		'alcove.backends': [{ name: 'Lab', kind: 'llama-server', url: llamaUrl }],
		'alcove.strongerModel.backend': 'Lab',
	})
	const view = new ChatDriver(window)
	await view.open()
	await view.begin()
	const token = ['ghp', 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2'].join('_')
	await view.send(`Why does ${token} not work?`)
	await view.button('Answer again').waitFor({ timeout: 90_000 })
	const chats = () => llama.of('POST /v1/chat/completions').length
	const before = chats()

	await window.runCommand('Alcove: Ask a Stronger Model…')
	await window.page.locator('.codelens-decoration').first().waitFor({ timeout: 60_000 })
	await window.focusEditor()
	const shown = await window.documentText()
	expect(shown).toContain('Nothing has been sent yet')
	expect(shown).toContain('[redacted')
	expect(shown).not.toContain(token)
	await window.screenshot('payload')
	await window.press('Control+End')
	await window.type(' Be brief.')
	expect(chats()).toBe(before)
	await window.page.locator('.codelens-decoration a').filter({ hasText: 'Send…' }).first().click()
	await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Send', exact: true }).click()
	await eventually('the answer', async () => (await view.answer()) === 'Hello from llama-server.')
	expect(chats()).toBe(before + 1)
	const sent = JSON.stringify(llama.of('POST /v1/chat/completions').at(-1)?.body)
	expect(sent).toContain('Be brief.')
	expect(sent).not.toContain(token)
	expect(JSON.stringify(llama.seen.map(({ body }) => body))).not.toContain(token)
	await window.screenshot('stronger')
})
