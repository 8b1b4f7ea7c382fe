import { expect, test } from 'vitest'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({ name: 'security' })

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

test('a file is analyzed with one command: squiggle, way of the data, view, and ignoring with a reason', async () => {
	const path = suite.write('src/ping.js', vulnerable)
	const window = await suite.window()
	const { page } = window
	await window.openFile(path)
	await window.runCommand('Alcove: Analyze for Security Issues')
	await window.notifications().filter({ hasText: '1 security findings' }).waitFor()
	await page.locator('.squiggly-error').first().waitFor()

	await window.notifications().filter({ hasText: '1 security findings' }).getByRole('button', { name: 'Show' }).click()
	const row = page.locator('.pane-body .monaco-list-row', { hasText: 'ping.js:8' })
	await row.waitFor()
	await row.click()
	await window.press('ArrowRight')
	await page.locator('.pane-body .monaco-list-row', { hasText: 'Comes from here' }).waitFor()
	await window.screenshot('security-findings')

	await window.focusEditor()
	await window.goTo(8, 8)
	await window.press('Control+.')
	const ignore = page.locator('.action-widget .action-item, .action-widget .monaco-list-row', {
		hasText: 'Ignore here, with a reason',
	})
	await ignore.waitFor()
	await ignore.click()
	await window.quickInput().waitFor()
	await page.keyboard.type('only called by our own page')
	await window.press('Enter')
	const text = await eventually('the comment in the text', async () => {
		const it = await window.documentText()
		return it.includes('alcove-ignore') && it
	})
	expect(text).toContain('\t// alcove-ignore javascript/')
	expect(text).toContain(': only called by our own page\n\texec(command')
	await page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
	await window.screenshot('security-ignored')
})

test('saving analyzes, and code that was made safe has no finding any more', async () => {
	const path = suite.write('src/pong.js', vulnerable)
	const window = await suite.window()
	const { page } = window
	await window.openFile(path)
	await window.goTo(10)
	await window.type('// end\n')
	await window.save()
	await page.locator('.squiggly-error').first().waitFor()
	await window.goTo(7, 33)
	await window.press('Shift+End', 'Delete')
	await window.type(' ')
	await window.save()
	await page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
})
