import { expect, test } from 'vitest'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'

const suite = editorSuite({ name: 'record' })

test('what the model did is counted, and compared with what it would have cost', async () => {
	const window = await suite.window()
	await window.openFile(suite.path('src/beds.ts'))
	await window.suggestionAtEnd()
	await window.takeSuggestion()
	await window.save()
	const page = () =>
		window.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame').locator('body')
	// What was asked is on record a moment later.
	const text = await eventually('a request in the figures', async () => {
		await window.runCommand('Alcove: Open Figures')
		const shown = await page()
			.innerText({ timeout: 5_000 })
			.catch(() => '')
		return /Requests\s+[1-9]/.test(shown) && shown
	})
	expect(text).toContain('tiny-coder-target')
	expect(text).toMatch(/1 of \d+ suggestions taken/)
	expect(text).toContain('The same tokens at gpt-5-mini')
	await window.screenshot('figures')
	for (const theme of ['Default Dark Modern', 'Default High Contrast']) {
		suite.editor.setUserSettings({ 'workbench.colorTheme': theme })
		await window.page.reload()
		await window.statusItem.waitFor({ timeout: 120_000 })
		await window.runCommand('Alcove: Open Figures')
		await page().getByText('Time to the first token').first().waitFor()
		await window.screenshot(theme.toLowerCase().replaceAll(' ', '-'))
	}
})

test('the privacy report says what was asked, and that nothing left the machine', async () => {
	const window = await suite.window()
	await window.runCommand('Alcove: Open Privacy Report')
	const report = await eventually('the report', async () => {
		for (const frame of window.page.frames()) {
			const text = await frame
				.locator('body')
				.innerText({ timeout: 1_000 })
				.catch(() => '')
			if (text.includes('was sent to another machine')) return text
		}
		return undefined
	})
	expect(report).toContain('nothing was sent to another machine')
	expect(report).toContain('beds.ts')
	await window.screenshot('privacy-report')
})
