import { describe, expect, it } from 'vitest'
import type { ViewSuggestion } from '../../src/protocol/webview.ts'
import { sampleConversation, viewState } from './samples.ts'
import type { ViewPage } from './viewPage.ts'
import { viewSuite } from './viewSuite.ts'

const suite = viewSuite()

async function openWith(more: Parameters<typeof viewState>[1] = {}): Promise<ViewPage> {
	const view = await suite.open()
	await view.say({ type: 'state', state: viewState(sampleConversation, more) })
	return view
}

const items: ViewSuggestion[] = [
	{ insert: '@file:', label: '@file', detail: 'A file of the workspace', kind: 'mention' },
	{ insert: '@file:src/cart.ts', label: 'cart.ts', detail: 'src', kind: 'file' },
]

describe('suggestions', () => {
	it('are chosen by the keys while the field keeps the focus', async () => {
		const view = await openWith()
		const { page } = view
		const field = page.locator('#composer')
		await field.focus()
		await page.keyboard.type('see @ca')
		const asked = await view.hears('suggest')
		await expect.poll(async () => (await view.hears('suggest')).text).toBe('see @ca')
		const { request } = await view.hears('suggest')
		expect(asked.request).toBeLessThanOrEqual(request)
		await view.say({ type: 'suggestions', request: request - 1, items: [] }, { type: 'suggestions', request, items })
		expect(await page.getByRole('option').count()).toBe(2)
		expect(await field.getAttribute('aria-activedescendant')).toBe('suggestion-0')
		expect(await page.getByRole('status').filter({ hasText: '2 suggestions' }).count()).toBe(1)
		await page.keyboard.press('ArrowDown')
		expect(await page.getByRole('option', { selected: true }).innerText()).toContain('cart.ts')
		await page.keyboard.press('Enter')
		expect(await field.inputValue()).toBe('see @file:src/cart.ts ')
		expect(await page.getByRole('option').count()).toBe(0)
		expect(view.said.filter(({ type }) => type === 'send')).toEqual([])
	})

	it('go on where a mention wants a name, and Escape puts them away without stopping anything', async () => {
		const view = await openWith()
		const { page } = view
		await page.locator('#composer').focus()
		await page.keyboard.type('@')
		await view.say({ type: 'suggestions', request: (await view.hears('suggest')).request, items })
		const before = view.said.length
		await page.keyboard.press('Tab')
		expect(await page.locator('#composer').inputValue()).toBe('@file:')
		const { request } = await view.hears('suggest', before)
		await view.say({ type: 'suggestions', request, items })
		await page.keyboard.press('Escape')
		expect(await page.getByRole('option').count()).toBe(0)
		expect(view.said.filter(({ type }) => type === 'stop')).toEqual([])
	})
})

describe('what goes with a message', () => {
	it('is shown and can be removed', async () => {
		const view = await openWith()
		await view.page.getByRole('button', { name: 'Remove cart.ts:10-24' }).click()
		expect(await view.hears('removeChip')).toEqual({ type: 'removeChip', chip: 's1' })
		await view.say({ type: 'chips', chips: [] })
		expect(await view.page.locator('.chip').count()).toBe(0)
		expect(await view.page.locator('#composer').evaluate((field) => field === document.activeElement)).toBe(true)
	})

	it('may be dropped', async () => {
		const view = await openWith()
		await view.page.locator('.composer-box').evaluate((box) => {
			const dataTransfer = new DataTransfer()
			dataTransfer.setData('text/uri-list', 'file:///a/b.ts\r\nfile:///a/c.ts\r\nnonsense')
			box.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
		})
		expect(await view.hears('addFiles')).toEqual({ type: 'addFiles', uris: ['file:///a/b.ts', 'file:///a/c.ts'] })
	})
})

describe('what is typed', () => {
	it('is told to the host, and there again where the host knows it', async () => {
		const view = await openWith({ draft: 'as it was' })
		expect(await view.page.locator('#composer').inputValue()).toBe('as it was')
		await view.page.locator('#composer').pressSequentially(', and more')
		const told = { type: 'draft', conversation: 'c1', text: 'as it was, and more' }
		await expect.poll(() => view.hears('draft')).toEqual(told)
	})

	it('is told without a pause in the typing, and stays with its conversation', async () => {
		const view = await openWith()
		await view.page.locator('#composer').fill('of the first')
		const other = viewState(sampleConversation, { draft: 'of the second' })
		await view.say({ type: 'state', state: { ...other, conversation: { ...other.conversation, id: 'c2' } } })
		expect(await view.page.locator('#composer').inputValue()).toBe('of the second')
		expect(view.said.filter(({ type }) => type === 'draft')).toEqual([
			{ type: 'draft', conversation: 'c1', text: 'of the first' },
		])
		await view.page.locator('#composer').fill('of the second, longer')
		await expect
			.poll(() => view.hears('draft'))
			.toEqual({ type: 'draft', conversation: 'c2', text: 'of the second, longer' })
	})

	it('is not taken away by a state that is older', async () => {
		const view = await openWith()
		await view.page.locator('#composer').pressSequentially('typing')
		await view.say({ type: 'state', state: viewState(sampleConversation) })
		expect(await view.page.locator('#composer').inputValue()).toBe('typing')
	})

	it('is put there by the host, at the cursor or in the place of all', async () => {
		const view = await openWith()
		await view.page.locator('#composer').fill('one two')
		await view.page.locator('#composer').press('Home')
		await view.say({ type: 'compose', text: '@file:a.ts ', replace: false })
		expect(await view.page.locator('#composer').inputValue()).toBe('@file:a.ts one two')
		await view.say({ type: 'compose', text: '/fix', replace: true })
		expect(await view.page.locator('#composer').inputValue()).toBe('/fix')
		expect(await view.page.locator('#composer').evaluate((field) => field === document.activeElement)).toBe(true)
	})
})

describe('the history', () => {
	const history = [
		{ id: 'c1', title: 'Rounding of prices', changedAt: 1_764_158_400_000, messages: 4 },
		{ id: 'c2', title: 'Invoices', changedAt: 1_764_068_400_000, messages: 1, snippet: 'the number of the year' },
	]

	it('is searched, opened, renamed and deleted by the keyboard', async () => {
		const view = await openWith()
		const { page } = view
		await page.getByRole('button', { name: 'History of chats' }).press('Enter')
		expect(await view.hears('searchHistory')).toEqual({ type: 'searchHistory', query: '' })
		await view.say({ type: 'history', query: '', items: history })
		const focused = () =>
			page.evaluate(
				() => document.activeElement?.closest('[data-id]')?.getAttribute('data-id') ?? document.activeElement?.tagName,
			)
		await expect.poll(focused).toBe('VSCODE-TEXT-FIELD')
		await page.keyboard.type('year')
		await expect.poll(async () => (await view.hears('searchHistory')).query).toBe('year')
		await view.say({ type: 'history', query: 'year', items: history })
		await page.keyboard.press('ArrowDown')
		await page.keyboard.press('ArrowDown')
		expect(await focused()).toBe('c2')

		await page.keyboard.press('F2')
		await expect.poll(() => page.locator('.history-rename').count()).toBe(1)
		await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain('history-rename')
		await page.keyboard.press('End')
		await page.keyboard.type(' of 2026')
		await page.keyboard.press('Enter')
		expect(await view.hears('rename')).toEqual({ type: 'rename', conversation: 'c2', title: 'Invoices of 2026' })

		await page.locator('[data-id=c2] .history-open').focus()
		await page.keyboard.press('Delete')
		expect(
			view.said.filter(({ type }) => type === 'delete'),
			'asks first',
		).toEqual([])
		await page.getByRole('button', { name: 'Delete', exact: true }).press('Enter')
		expect(await view.hears('delete')).toEqual({ type: 'delete', conversation: 'c2' })

		await page.locator('[data-id=c2] .history-open').press('Enter')
		expect(await view.hears('open')).toEqual({ type: 'open', conversation: 'c2' })
		await page.keyboard.press('Escape')
		expect(await page.locator('.history').isVisible()).toBe(false)
		expect(await page.evaluate(() => document.activeElement?.id)).toBe('composer')
	})
})
