import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../scripts/lib/root.mjs'
import { Editor } from '../driver/editor.ts'
import type { EditorWindow } from '../driver/editorWindow.ts'
import { prepare } from '../driver/prepare.ts'

/** What comes in with a request is run by a shell. */
const vulnerable = [
	"const express = require('express')",
	"const { exec } = require('child_process')",
	'const app = express()',
	'',
	"app.get('/ping', (req, res) => {",
	'\tconst host = req.query.host',
	"\tconst command = 'ping -c 1 ' + host",
	"\texec(command, () => res.send('ok'))",
	'})',
	'',
].join('\n')

/** What a picture may weigh in the repository, in bytes. */
const limit = 250_000

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

		await window.page.setViewportSize({ width: 1100, height: 480 })
		writeFileSync(join(folder, 'src', 'ping.js'), vulnerable)
		await window.openFile(join(folder, 'src', 'ping.js'))
		await window.runCommand('Alcove: Analyze for Security Issues')
		await window.notifications().getByRole('button', { name: 'Show' }).click()
		await window.page.locator('.pane-body .monaco-list-row', { hasText: 'ping.js:8' }).click()
		await window.press('ArrowRight')
		await window.page.locator('.pane-body .monaco-list-row', { hasText: 'Comes from here' }).waitFor()
		await window.runCommand('Notifications: Clear All Notifications')
		await take(window, 'security-findings')
		await window.runCommand('View: Close Editor')

		await window.page.setViewportSize({ width: 1100, height: 640 })
		await window.press('Control+B')
		await window.runCommand('Alcove: Open Walkthrough')
		await window.page.locator('.getting-started-step .step-title').first().waitFor()
		const text = window.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame').locator('body')
		await text.filter({ hasText: /\w/ }).first().waitFor()
		await window.runCommand('Notifications: Clear All Notifications')
		await take(window, 'walkthrough')
	} finally {
		await editor.stop()
	}
}
