import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({ name: 'security', settings: { 'alcove.security.triage': 'onDemand' } })

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
	await window.notifications().filter({ hasText: 'Security findings: 1' }).waitFor()
	await page.locator('.squiggly-error').first().waitFor()

	await window.notifications().filter({ hasText: 'Security findings: 1' }).getByRole('button', { name: 'Show' }).click()
	const row = page.locator('.pane-body .monaco-list-row', { hasText: 'ping.js:8' })
	await row.waitFor()
	await row.click()
	const step = page.locator('.pane-body .monaco-list-row', { hasText: 'Comes from here' })
	await eventually('the way of the data', async () => {
		// The key is lost while the click still opens the editor.
		await window.press('ArrowRight')
		return step.waitFor({ timeout: 2_000 }).then(
			() => true,
			() => false,
		)
	})
	await window.screenshot('security-findings')

	await window.focusEditor()
	await window.goTo(8, 8)
	const ignore = await window.lightBulbEntry('Ignore here, with a reason')
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

test('a fix is shown before it is applied, and the finding is gone after it', async () => {
	const path = suite.write(
		'src/seal.js',
		[
			"const crypto = require('crypto')",
			'',
			'exports.seal = (text) => {',
			"\treturn crypto.createHash('md5').update(text).digest('hex')",
			'}',
			'',
		].join('\n'),
	)
	const window = await suite.window()
	const { page } = window
	await window.openFile(path)
	await window.runCommand('Alcove: Analyze for Security Issues')
	await page.locator('.squiggly-warning, .squiggly-error').first().waitFor()
	await window.closeNotifications()
	await window.goTo(4, 12)
	await (await window.lightBulbEntry('Fix, with a preview')).click()
	await page.locator('.diff-editor, .monaco-diff-editor').first().waitFor()
	const question = window.notifications().filter({ hasText: 'Use SHA-256' })
	await question.waitFor()
	// The notification of the progress does not stay beside the question.
	expect(await window.notifications().filter({ hasText: 'tries a fix' }).count()).toBe(0)
	await window.screenshot('security-fix')
	await question.getByRole('button', { name: 'Apply' }).click()
	await eventually('the fix in the text', async () => (await window.documentText()).includes("createHash('sha256')"))
	await page.locator('.squiggly-warning, .squiggly-error').first().waitFor({ state: 'detached' })
})

test('the workspace is analyzed with one command, and a rule is ignored in all of it', async () => {
	suite.write(
		'src/one.py',
		"import os\nfrom flask import request\n\ndef run():\n    os.system('ls ' + request.args['dir'])\n",
	)
	suite.write(
		'src/two.py',
		"import os\nfrom flask import request\n\ndef run():\n    os.system('cat ' + request.args['file'])\n",
	)
	const window = await suite.window()
	const { page } = window
	await window.runCommand('Alcove: Clear Security Findings')
	await window.runCommand('Alcove: Analyze Workspace for Security Issues')
	await window
		.notifications()
		.filter({ hasText: /Security findings: \d+/ })
		.waitFor()
	await window
		.notifications()
		.filter({ hasText: /Security findings: \d+/ })
		.getByRole('button', { name: 'Show' })
		.click()
	await page.locator('.pane-body .monaco-list-row', { hasText: 'two.py:5' }).waitFor()
	await page.locator('.pane-body .monaco-list-row', { hasText: 'one.py:5' }).click()
	await window.screenshot('security-workspace')
	await window.focusEditor()
	await (await window.lightBulbEntry('Ignore "python/command-injection" in this workspace')).click()
	await window.quickInput().waitFor()
	await page.keyboard.type('commands of our own')
	await window.press('Enter')
	await page.locator('.pane-body .monaco-list-row', { hasText: 'two.py:5' }).waitFor({ state: 'detached' })
	expect(readFileSync(suite.path('.alcove/security.json'), 'utf8')).toContain('commands of our own')
})

test('findings stay as they are where the model is too small to judge them or to write a fix, and that is said', async () => {
	const path = suite.write('src/judged.js', vulnerable)
	const window = await suite.window()
	const { page } = window
	await window.openFile(path)
	await window.runCommand('Alcove: Clear Security Findings')
	await window.runCommand('Alcove: Judge Findings with the Model')
	await window.notifications().filter({ hasText: 'There are no findings to judge' }).waitFor()
	await window.runCommand('Alcove: Analyze for Security Issues')
	await page.locator('.squiggly-error').first().waitFor()
	await window.closeNotifications()

	await window.runCommand('Alcove: Judge Findings with the Model')
	const message = window.notifications().filter({ hasText: 'is too small to judge findings' })
	await message.waitFor()
	expect(await message.innerText()).toContain('2.4 million parameters, and 1400 million are needed')
	await message.getByRole('button', { name: 'Choose Model…' }).waitFor()
	await window.screenshot('security-too-small')
	await page.locator('.squiggly-error').first().waitFor()
	await window.closeNotifications()

	await window.focusEditor()
	await window.goTo(8, 8)
	await window.lightBulbEntry('Judge with the model')
	const rows = page.locator('.action-widget .monaco-list-row')
	// It is known by now to be too small for that.
	expect(await rows.filter({ hasText: 'Have the model write a fix' }).count()).toBe(0)
	await rows.filter({ hasText: 'Judge with the model' }).click()
	await window.notifications().filter({ hasText: 'is too small to judge findings' }).waitFor()
	await window.closeNotifications()

	await window.focusEditor()
	await window.goTo(8, 8)
	await (await window.lightBulbEntry('About the rule "')).click()
	await page
		.locator('.tab', { hasText: /command-injection/ })
		.first()
		.waitFor()
	await page.locator('.peekview-widget').first().waitFor()
	await window.screenshot('security-explained')
	await window.runCommand('View: Close Editor')
	await page
		.locator('.tab', { hasText: /command-injection/ })
		.first()
		.waitFor({ state: 'detached' })
	await window.focusEditor()
	await window.press('Escape')
	await page.locator('.peekview-widget').first().waitFor({ state: 'detached' })
})
