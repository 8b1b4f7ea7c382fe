import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({ name: 'benchmark' })

test('the machine is measured with one command: a page with tables and plots, and figures to save', async () => {
	const window = await suite.window()
	await window.runCommand('Alcove: Benchmark This Machine')
	await window.activeTab('Untitled').waitFor({ timeout: 240_000 })
	const text = await eventually('the page', async () => {
		const it = await window.documentText()
		return it.includes('on this machine') && it
	})
	expect(text).toContain('Measured with `alcove bench`')
	await window.screenshot('benchmark')
	await window.page.getByRole('button', { name: 'Save as JSON' }).click()
	const file = suite.path('figures.json')
	// The editor in a browser asks in its own dialog.
	const input = window.page.locator('.quick-input-widget input[type=text]')
	await input.waitFor()
	// A key that comes while it looks at the folder is lost.
	await eventually('the dialog gone', async () => {
		if (!(await input.isVisible())) return true
		await input.fill(file)
		await input.press('Enter')
		return input.waitFor({ state: 'hidden', timeout: 2_000 }).then(
			() => true,
			() => false,
		)
	})
	const saved = await eventually('the file', async () => {
		try {
			return JSON.parse(readFileSync(file, 'utf8')) as { setup: { model: string } }
		} catch {
			return undefined
		}
	})
	expect(saved.setup.model).toBe('tiny-coder-target')
	await window.discardActiveEditor()
})
