import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { starter } from '../engineFiles.ts'
import { FileServer } from '../fakes/fileServer.ts'
import { editorSuite } from './driver/editorSuite.ts'
import type { EditorWindow } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({ name: 'models' })
const servers: FileServer[] = []
afterAll(() => {
	for (const server of servers) server.stop()
})

/** Puts the starter model into a store of Ollama in the home folder of the editor, as Ollama does. Answers the blob. */
function pull(name: string, tag: string): string {
	const store = join(suite.editor.folders.home, '.ollama', 'models')
	const content = readFileSync(starter.path)
	const digest = createHash('sha256').update(content).digest('hex')
	const manifests = join(store, 'manifests', 'registry.ollama.ai', 'library', name)
	for (const folder of [manifests, join(store, 'blobs')]) mkdirSync(folder, { recursive: true })
	const blob = join(store, 'blobs', `sha256-${digest}`)
	writeFileSync(blob, content)
	const layers = [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: content.length }]
	writeFileSync(join(manifests, tag), JSON.stringify({ schemaVersion: 2, layers }))
	return blob
}

/** Opens the list of models, and picks what has this in its label. */
async function pickModel(window: EditorWindow, label: string): Promise<void> {
	await window.runCommand('Alcove: Manage Models')
	await window.quickInput().fill(label)
	await pick(window, label)
}

async function pick(window: EditorWindow, label: string): Promise<void> {
	await window.quickPickRows().filter({ hasText: label }).first().click()
}

test('a model in Ollama’s store is listed with what it is, and used where it is', async () => {
	const blob = pull('tiny-coder', '3m')
	const window = await suite.window()
	await window.openFile(suite.path('src/weather.js'))
	await window.runCommand('Alcove: Manage Models')
	const row = window.quickPickRows().filter({ hasText: 'tiny-coder:3m' }).first()
	await row.waitFor()
	const text = (await row.innerText()).replace(/\s+/g, ' ')
	expect(text).toMatch(/Ollama/)
	expect(text).toMatch(/fills gaps/)
	expect(text).toMatch(/fits: needs about/)
	await window.screenshot('manage-models')
	await row.click()
	await pick(window, 'Use for completions')
	await eventually('the setting', () => suite.editor.machineSettings()['alcove.model.path'] === blob)
	await window.focusEditor()
	await window.suggestionAtEnd()
	expect(suite.editor.alcoveLog()).not.toMatch(/\[error\]/)
})

test('what is proposed for this machine is measured when the user asks for that, and the seconds for a line are said', async () => {
	const blob = pull('tiny-coder', '3m')
	const window = await suite.window()
	await window.runCommand('Alcove: Choose Models for Me')
	const dialog = window.page.locator('.monaco-dialog-box')
	await dialog.waitFor()
	expect(await dialog.innerText()).toContain('How fast models are here was not measured')
	await dialog.getByRole('button', { name: 'Measure First' }).click()
	const measured = dialog.filter({ hasText: 'measured here' })
	await measured.waitFor({ timeout: 60_000 })
	expect(await measured.innerText()).toMatch(/Completion: tiny-coder:3m .* \d\.\d+ s for a line, measured here/)
	await window.screenshot('choose-models')
	await dialog.getByRole('button', { name: 'Cancel' }).click()
	// What was measured is kept for the list.
	await window.runCommand('Alcove: Manage Models')
	const row = window.quickPickRows().filter({ hasText: 'tiny-coder:3m' }).first()
	await row.waitFor()
	expect(await row.innerText()).toMatch(/reads \d+ and writes \d+ tokens\/s/)
	await window.quickInput().fill('Devstral')
	const offered = window.quickPickRows().filter({ hasText: 'Devstral' }).first()
	expect(await offered.innerText()).toContain('SHA-256 from a third party')
	await window.press('Escape')
	expect(existsSync(blob)).toBe(true)
	expect(suite.editor.alcoveLog()).not.toMatch(/\[error\]/)
})

test('a model is downloaded after a consent that says what and where, checked, used, and removed again', async () => {
	const content = readFileSync(starter.path)
	const server = await FileServer.start({ content, etag: '"one"' })
	servers.push(server)
	const window = await suite.window()
	await pickModel(window, 'Download by address')
	await window.quickInput().fill(`${server.url}/owner/name/resolve/main/tiny.gguf`)
	await window.press('Enter')
	const dialog = window.page.locator('.monaco-dialog-box')
	await dialog.waitFor()
	const said = await dialog.innerText()
	expect(said).toContain('From: 127.0.0.1')
	const path = /To: (.*)/.exec(said)?.[1]?.trim() ?? ''
	expect(path).toMatch(/models\/127\.0\.0\.1\/owner\/name\/resolve\/main\/tiny\.gguf$/)
	await window.screenshot('consent')
	expect(said).toContain('Size: 3 MB')
	// One byte, to know how long it is.
	expect(server.transfers).toEqual([])
	await dialog.getByRole('button', { name: 'Download' }).click()
	const arrived = window.notifications().filter({ hasText: 'is on this machine now' }).first()
	await arrived.waitFor()
	expect(readFileSync(path).equals(content)).toBe(true)
	await arrived.getByRole('button', { name: 'Use for completions' }).click()
	await eventually('the setting', () => suite.editor.machineSettings()['alcove.model.path'] === path)
	await window.focusEditor()
	await window.suggestionAtEnd()
	await window.press('Escape')

	await pickModel(window, 'downloaded by Alcove')
	await window.quickPickRows().filter({ hasText: 'Remove' }).first().click()
	await dialog.getByRole('button', { name: 'Remove' }).click()
	await eventually('the file gone', () => !existsSync(path))
	await eventually('the setting gone', () => (suite.editor.machineSettings()['alcove.model.path'] ?? '') === '')
	expect(suite.editor.alcoveLog()).not.toMatch(/\[error\]/)
})

test('nothing is downloaded before the user agrees', async () => {
	const server = await FileServer.start({ content: Buffer.from('no model') })
	servers.push(server)
	const window = await suite.window()
	await pickModel(window, 'Download by address')
	await window.quickInput().fill(`${server.url}/m.gguf`)
	await window.press('Enter')
	const dialog = window.page.locator('.monaco-dialog-box')
	await dialog.getByRole('button', { name: 'Cancel' }).click()
	await dialog.waitFor({ state: 'detached' })
	expect(server.transfers).toEqual([])
})
