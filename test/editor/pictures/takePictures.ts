import { cpSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../scripts/lib/root.mjs'
import { ChatDriver } from '../driver/chatDriver.ts'
import { Editor } from '../driver/editor.ts'
import type { EditorWindow } from '../driver/editorWindow.ts'
import { eventually } from '../driver/eventually.ts'
import { prepare } from '../driver/prepare.ts'
import { writeScriptedModel } from '../driver/scriptedModel.ts'

/** What the model of the chat's picture says, whatever it is asked: a model that can be shipped has nothing to say. */
const answer = [
	'A bed that was sown today is not free before its harvest. Two places say so:\n\n',
	'```ts src/beds.ts\n',
	'export function isFree(bed: Bed, today: Date): boolean {\n',
	'\tif (bed.crop === undefined) return true\n',
	'\treturn harvestDate(bed.crop) <= today\n',
	'}\n\n',
	'export function freeBeds(beds: readonly Bed[], today = new Date()): Bed[] {\n',
	'\treturn beds.filter((bed) => isFree(bed, today))\n',
	'} \n```\n',
	'The second one takes today where no day is given.',
]

/** What a picture may weigh in the repository, in bytes. */
const limit = 300_000

/**
 * Takes the pictures for the readme.
 *
 * @param target the folder for them
 */
export async function takePictures(target: string): Promise<void> {
	const editor = await Editor.start({
		name: 'pictures',
		prepared: await prepare(),
		settings: {
			'breadcrumbs.enabled': false,
			'editor.bracketPairColorization.enabled': false,
			'editor.fontSize': 14,
			'window.commandCenter': false,
			'workbench.activityBar.location': 'hidden',
			'workbench.colorTheme': 'Default Dark Modern',
			'workbench.editor.editorActionsLocation': 'hidden',
			'workbench.layoutControl.enabled': false,
		},
		display: { width: 880, height: 480, scale: 1.5 },
	})
	const take = async (window: EditorWindow, name: string) => {
		const path = join(target, `${name}.png`)
		await window.page.screenshot({ path })
		const { size } = statSync(path)
		if (size > limit) throw new Error(`${name}.png has ${size} bytes`)
		console.log(`${name}.png: ${(size / 1_000).toFixed(0)} kB`)
	}
	try {
		mkdirSync(target, { recursive: true })
		const folder = join(editor.folders.root, 'allotment')
		rmSync(folder, { recursive: true, force: true })
		cpSync(join(root, 'test', 'fixtures', 'sampleProject'), folder, { recursive: true })
		const window = await editor.openWindow({ folder, file: join(folder, 'src', 'area.js') })
		await window.waitForStatus(/tiny-coder/)
		await window.focusEditor()

		await window.suggestionAtEnd(['    '], /\w/)
		await take(window, 'ghost-text')
		await window.press('Escape')

		await window.statusItem.click()
		await window.quickPickLabels()
		await take(window, 'status-menu')
		await window.press('Escape')

		await window.page.setViewportSize({ width: 1100, height: 600 })
		await window.openFile(join(folder, 'src', 'server.js'))
		await window.runCommand('Alcove: Analyze for Security Issues')
		await window.notifications().getByRole('button', { name: 'Show' }).click()
		await window.page.locator('.pane-body .monaco-list-row', { hasText: 'server.js:10' }).click()
		await window.press('ArrowRight')
		await window.page.locator('.pane-body .monaco-list-row', { hasText: 'Comes from here' }).waitFor()
		await new ChatDriver(window).composer.waitFor()
		await window.runCommand('Notifications: Clear All Notifications')
		await take(window, 'security-findings')
		await window.runCommand('View: Close Editor')
		await takeModelsAndRecord(window, folder, take)

		await window.page.setViewportSize({ width: 1100, height: 640 })
		await window.press('Control+B')
		await window.runCommand('Alcove: Open Walkthrough')
		await window.page.locator('.getting-started-step .step-title').first().waitFor()
		const text = window.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame').locator('body')
		await text.filter({ hasText: /\w/ }).first().waitFor()
		await window.runCommand('Notifications: Clear All Notifications')
		await take(window, 'walkthrough')

		await takeChat(editor, window, folder, take)
	} finally {
		await editor.stop()
	}
}

/** The models that are there and can be had, what is on record, and what it comes to. */
async function takeModelsAndRecord(
	window: EditorWindow,
	folder: string,
	take: (window: EditorWindow, name: string) => Promise<void>,
): Promise<void> {
	await window.page.setViewportSize({ width: 1000, height: 560 })
	await window.openFile(join(folder, 'src', 'area.js'))
	await window.runCommand('Alcove: Manage Models')
	await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Qwen' }).first().waitFor()
	await take(window, 'models')
	await window.press('Escape')
	for (const [command, text, name] of [
		['Alcove: Open Privacy Report', 'was sent to another machine', 'privacy-report'],
		['Alcove: Open Figures', 'Time to the first token', 'figures'],
	] as const) {
		await window.openFile(join(folder, 'src', 'area.js'))
		await window.runCommand(command)
		await eventually(name, async () => {
			const texts = window.page.frames().map((frame) => frame.locator('body').innerText({ timeout: 1_000 }))
			return (await Promise.allSettled(texts)).some((it) => it.status === 'fulfilled' && it.value.includes(text))
		})
		await window.runCommand('Notifications: Clear All Notifications')
		await take(window, name)
	}
}

/** A question, the answer, and one of its blocks on the way into a file. */
async function takeChat(
	editor: Editor,
	window: EditorWindow,
	folder: string,
	take: (window: EditorWindow, name: string) => Promise<void>,
): Promise<void> {
	await window.page.setViewportSize({ width: 1000, height: 600 })
	const model = join(editor.folders.root, 'scripted.gguf')
	writeScriptedModel(model, answer)
	editor.setMachineSettings({ 'alcove.model.path': model })
	await window.openFile(join(folder, 'src', 'beds.ts'))
	const chat = new ChatDriver(window)
	await chat.open()
	await chat.send('When is a bed free?')
	await chat.frame.getByText('The second one takes today').waitFor()
	await chat.button(/apply/i).first().click()
	await window.activeTab('beds.ts (changes)').waitFor()
	await window.page.locator('.codelens-decoration a', { hasText: 'Accept' }).first().waitFor()
	await window.runCommand('Notifications: Clear All Notifications')
	await take(window, 'chat')
}
