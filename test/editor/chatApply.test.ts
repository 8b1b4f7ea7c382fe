import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { editorSuite } from './driver/editorSuite.ts'
import type { EditorWindow } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'
import { writeScriptedModel } from './driver/scriptedModel.ts'

const suite = editorSuite({ name: 'chatApply' })

const prices = `export function total(prices: number[]): number {
	let sum = 0
	for (const price of prices) sum += price
	return sum
}

export function mean(prices: number[]): number {
	return total(prices) / prices.length
}
`

/** The answer of the model, whatever it is asked: both functions, each with a change. */
const answer = [
	'Both functions have a mistake.\n\n',
	'```ts src/prices.ts\n',
	'export function total(prices: readonly number[]): number {\n',
	'\t// ... existing code ...\n',
	'\treturn sum\n',
	'}\n\n',
	'export function mean(prices: readonly number[]): number {\n',
	'\treturn prices.length === 0 ? 0 : total(prices) / prices.length\n',
	'} \n',
	'```\n',
	'That is all.',
]

const chatOf = (window: EditorWindow) => window.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame')

test('code of an answer is applied change by change: one is accepted, one rejected', async () => {
	const window = await suite.window()
	const model = suite.path('scripted.gguf')
	writeScriptedModel(model, answer)
	suite.editor.setMachineSettings({ 'alcove.model.path': model })
	const path = suite.write('src/prices.ts', prices)
	await window.openFile(path)
	await window.runCommand('Alcove: Open Chat')
	const chat = chatOf(window)
	const composer = chat.locator('textarea').first()
	await composer.fill('What is wrong here?')
	await composer.press('Enter')
	await chat.getByText('That is all.').waitFor()
	await chat.getByRole('button', { name: /apply/i }).first().click()

	await window.activeTab('prices.ts (changes)').waitFor()
	const review = window.page.locator('.editor-group-container.active')
	await review.locator('.codelens-decoration a', { hasText: 'Accept' }).first().waitFor()
	await window.screenshot('review')
	expect(await review.locator('.codelens-decoration a', { hasText: 'Accept' }).count()).toBe(2)
	expect(readFileSync(path, 'utf8')).toBe(prices)

	await review.locator('.codelens-decoration a', { hasText: 'Accept' }).first().click()
	await eventually('one change left', async () => {
		return (await review.locator('.codelens-decoration a', { hasText: 'Accept' }).count()) === 1
	})
	await window.screenshot('one-accepted')
	await window.press('Control+Backspace')
	await window.page.locator('.tab', { hasText: '(changes)' }).waitFor({ state: 'detached' })
	await window.focusEditor()
	const text = await eventually('the file with what was accepted', async () => {
		const it = await window.documentText()
		return it.startsWith('export function total(prices: readonly number[])') && it
	})
	expect(text).toBe(prices.replace('total(prices: number[])', 'total(prices: readonly number[])'))
	await window.screenshot('applied')
	suite.editor.setMachineSettings({})
})
