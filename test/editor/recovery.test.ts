import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { editorSuite } from './driver/editorSuite.ts'
import type { EditorWindow } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'
import { isRunning } from './driver/processes.ts'

const suite = editorSuite({ name: 'recovery', settings: { 'alcove.completion.maxTokens': 512 } })
const starter = join(root, 'media', 'models', 'tiny-coder-target.Q8_0.gguf')
const starterName = /tiny-coder|No suggestion/
const onlyOnLinux = 'the engine process is found in /proc'

beforeAll(() => {
	const content = readFileSync(starter)
	writeFileSync(suite.path('truncated.gguf'), content.subarray(0, content.length / 2))
	writeFileSync(suite.path('notes.gguf'), 'This is a letter, not a model.\n'.repeat(1_000))
	const damaged = Buffer.from(content)
	damaged.fill(0xff, 24, 4_096)
	writeFileSync(suite.path('damaged.gguf'), damaged)
})

async function openFresh(window: EditorWindow, name: string): Promise<void> {
	await window.openFile(suite.write(name, 'const first = 1\n'))
}

/** The notification of a problem with the model. */
async function problem(window: EditorWindow, pattern: RegExp) {
	const notification = window.notifications().filter({ hasText: pattern }).first()
	await notification.waitFor()
	return notification
}

test('the engine is killed: the status bar tells, and the next completion arrives', async ({ skip }) => {
	if (process.platform !== 'linux') return skip(onlyOnLinux)
	const window = await suite.window()
	await openFresh(window, 'killed.ts')
	await window.suggestionAtEnd()
	await window.press('Escape')
	const killed = await suite.editor.engine()
	const said = (await window.statusHistory()).length

	process.kill(killed.pid, 'SIGKILL')

	await eventually('a new engine', async () => (await suite.editor.engine()).pid !== killed.pid)
	await window.waitForStatus(starterName)
	expect((await window.statusHistory()).slice(said).join(' | ')).toMatch(/Alcove: restarting/)
	await window.suggestionAtEnd()
	await window.screenshot('after-kill')
	expect(isRunning(killed.pid)).toBe(false)
	expect(await window.notificationTexts()).toEqual([])
})

test('an engine that keeps dying is given up, and comes back when the user restarts it', async ({ skip }) => {
	if (process.platform !== 'linux') return skip(onlyOnLinux)
	const window = await suite.window()
	await openFresh(window, 'dying.ts')
	for (let kills = 1; !/engine stopped/.test(await window.statusText()); kills++) {
		expect(kills).toBeLessThan(5)
		const said = (await window.statusHistory()).length
		const { pid } = await suite.editor.engine()
		process.kill(pid, 'SIGKILL')
		await eventually('the status bar tells', async () => (await window.statusHistory()).length > said)
		await window.waitForStatus(/tiny-coder|No suggestion|engine stopped/)
		expect(isRunning(pid)).toBe(false)
	}
	expect(suite.editor.engines()).toEqual([])
	const notification = await problem(window, /engine process stopped several times/)
	await window.screenshot('given-up')
	await notification.getByRole('button', { name: 'Restart Engine' }).click()
	await window.waitForStatus(starterName)
	await window.focusEditor()
	await window.suggestionAtEnd()
	await window.press('Escape')
})

const brokenModels = [
	{ file: 'truncated.gguf', message: /truncated\.gguf ends too early/ },
	{ file: 'notes.gguf', message: /notes\.gguf is not a GGUF model/ },
	{ file: 'damaged.gguf', message: /damaged\.gguf (is damaged|ends too early)/ },
	{ file: 'missing.gguf', message: /missing\.gguf does not exist/ },
]

for (const { file, message } of brokenModels) {
	test(`${file} as the model: a message names it, the editor goes on, and "Use Starter Model" helps`, async () => {
		const window = await suite.window()
		const document = suite.write(`with-${file}.ts`, 'const first = 1\n')
		await window.openFile(document)
		suite.editor.setMachineSettings({ 'alcove.model.path': suite.path(file) })

		const notification = await problem(window, message)
		await window.screenshot(`problem-${file}`)
		await window.waitForStatus(/Alcove: (model file|not a GGUF)/)

		await window.focusEditor()
		await window.press('Control+End')
		await window.type('const second = 2')
		await window.save()
		expect(readFileSync(document, 'utf8')).toBe('const first = 1\nconst second = 2')
		expect(await window.ghostText()).toBe('')

		await notification.getByRole('button', { name: 'Use Starter Model' }).click()
		await window.waitForStatus(starterName)
		await window.focusEditor()
		await window.suggestionAtEnd()
		await window.press('Escape')
		expect(suite.editor.machineSettings()).toEqual({})
	})
}

test('a missing model that is put back is found by "Restart Engine"', async () => {
	const window = await suite.window()
	await openFresh(window, 'putBack.ts')
	const model = suite.path('later.gguf')
	expect(existsSync(model)).toBe(false)
	suite.editor.setMachineSettings({ 'alcove.model.path': model })
	const notification = await problem(window, /later\.gguf does not exist/)
	copyFileSync(starter, model)
	await notification.getByRole('button', { name: 'Restart Engine' }).click()
	await window.waitForStatus(starterName)
	await window.focusEditor()
	await window.suggestionAtEnd()
	await window.press('Escape')
	suite.editor.setMachineSettings({})
})

test('typing on cancels the request before, and only the answer to the last one is shown', async () => {
	const window = await suite.window()
	const model = suite.path('slow.gguf')
	// Its answers never end by themselves: 512 tokens, which take five seconds or more. Nobody who types is so slow.
	writeSyntheticModel(model, { ...syntheticShapes['8M'], layers: 24, contextSize: 2048, type: 'F16' })
	suite.editor.setMachineSettings({ 'alcove.model.path': model })
	// What such a model says is no code, and would be kept back where code can be parsed.
	await openFresh(window, 'cancelled.txt')
	await window.waitForStatus(/synthetic/)
	await window.press('Control+End')
	const finished = (outcome: string) => suite.editor.alcoveLog().split(`outcome="${outcome}"`).length - 1
	const before = { cancelled: finished('cancelled'), suggestion: finished('suggestion') }

	await window.type('alpha ')
	await window.waitUntilThinking()
	await window.type('beta ')
	const text = await window.waitForGhostText()
	expect(text).not.toContain('beta')
	expect(finished('cancelled') - before.cancelled).toBeGreaterThan(0)
	expect(finished('suggestion') - before.suggestion).toBe(1)
	suite.editor.setMachineSettings({})
})
