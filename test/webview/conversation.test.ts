import { describe, expect, it } from 'vitest'
import type { HostMessage, ViewAnswer } from '../../src/protocol/webview.ts'
import { answer, question, sampleConversation, viewState } from './samples.ts'
import type { ViewPage } from './viewPage.ts'
import { viewSuite } from './viewSuite.ts'

const suite = viewSuite()

async function openWith(nodes = sampleConversation, more: Parameters<typeof viewState>[1] = {}): Promise<ViewPage> {
	const view = await suite.open()
	await view.say({ type: 'state', state: viewState(nodes, more) })
	return view
}

const text = (more: string, node = 'a1'): HostMessage => ({ type: 'text', conversation: 'c1', node, text: more })

function ended(state: ViewAnswer['state'], more: Partial<ViewAnswer> = {}): HostMessage {
	const { text: _, ...rest } = answer('a1', '', { state, ...more }) as ViewAnswer
	return { type: 'answer', conversation: 'c1', answer: rest }
}

describe('a question and its answer', () => {
	it('by the keyboard: sent with Enter, watched, stopped with Escape, asked again', async () => {
		const view = await openWith([])
		const { page } = view
		await page.locator('#composer').focus()
		await page.keyboard.type('Why')
		await page.keyboard.press('Shift+Enter')
		await page.keyboard.type('so?')
		await page.keyboard.press('Enter')
		expect(await view.hears('send')).toEqual({ type: 'send', text: 'Why\nso?' })
		expect(await page.locator('#composer').inputValue()).toBe('')

		const nodes = [question('q1', 'Why\nso?'), answer('a1', '', { state: 'writing', progress: 'Reading src/cart.ts' })]
		await view.say({ type: 'nodes', conversation: 'c1', from: 0, nodes })
		expect(await page.locator('.answer > .progress').innerText()).toBe('Reading src/cart.ts')
		expect(await page.getByRole('status').filter({ hasText: 'Alcove is writing' }).count()).toBe(1)
		expect(await page.locator('.answer').getAttribute('aria-busy')).toBe('true')
		await view.say(ended('writing'), text('Because **it'), text(' is** so.\n\n```ts\nconst a'))
		await expect.poll(() => page.locator('.answer strong').allInnerTexts()).toEqual(['it is'])
		await view.say(text(' = 1\n```\n'))
		await expect.poll(() => page.locator('.code-text').innerText()).toBe('const a = 1')

		await page.locator('#composer').focus()
		await page.keyboard.press('Escape')
		await view.hears('stop')
		await view.say(ended('stopped'))
		expect(await page.locator('.ending').innerText()).toBe('You stopped this answer.')
		expect(await page.getByRole('status').filter({ hasText: 'You stopped' }).count()).toBe(1)
		await page.getByRole('button', { name: 'Answer again' }).click()
		expect(await view.hears('retry')).toEqual({ type: 'retry', node: 'a1' })
	})

	it('is not sent while another is answered, and what was typed stays', async () => {
		const view = await openWith([question('q1', 'x'), answer('a1', 'y', { state: 'writing' })])
		await view.page.locator('#composer').fill('next')
		await view.page.locator('#composer').press('Enter')
		expect(await view.page.locator('.notice').innerText()).toMatch(/Wait for the answer/)
		expect(await view.page.locator('#composer').inputValue()).toBe('next')
		expect(view.said.filter(({ type }) => type === 'send')).toEqual([])
	})

	it('that failed says why; one that was interrupted keeps its half', async () => {
		const view = await openWith([
			question('q1', 'x'),
			answer('a1', '', { state: 'failed', reason: 'The model file is gone.' }),
			question('q2', 'x'),
			answer('a2', 'The half', { state: 'interrupted' }),
		])
		const endings = await view.page.locator('.ending').allInnerTexts()
		expect(endings).toEqual(['There is no answer. The model file is gone.', 'This answer was interrupted.'])
		expect(await view.page.locator('.answer .body').last().innerText()).toBe('The half')
	})
})

describe('an answer', () => {
	it('has code that is copied, inserted, put into a file and applied, each by its number', async () => {
		const view = await openWith([
			question('q1', 'x'),
			answer('a1', '```ts\na\n```\n- x\n  ```\n  b\n  ```\n\n```py\nc\n```'),
		])
		const third = view.page.locator('.code').nth(2)
		await third.getByRole('button', { name: 'Copy code' }).click()
		expect(await view.hears('copyBlock')).toEqual({ type: 'copyBlock', node: 'a1', block: 2 })
		await third.getByRole('button', { name: 'Insert at cursor' }).click()
		expect(await view.hears('insertBlock')).toMatchObject({ block: 2 })
		await third.getByRole('button', { name: 'Put into a new file' }).click()
		expect(await view.hears('newFile')).toMatchObject({ block: 2 })
		await view.page.locator('.code').nth(1).getByRole('button', { name: 'Apply to a file' }).click()
		expect(await view.hears('applyBlock')).toMatchObject({ block: 1 })
	})

	it('shows what the model was shown, and what was left out', async () => {
		const view = await openWith()
		const toggle = view.page.getByRole('button', { name: '2 references 1 left out, 2 earlier messages did not fit.' })
		expect(await toggle.getAttribute('aria-expanded')).toBe('false')
		await toggle.press('Enter')
		expect(await toggle.getAttribute('aria-expanded')).toBe('true')
		expect(await toggle.evaluate((button) => button === document.activeElement), 'the focus stays').toBe(true)
		const items = await view.page.locator('.reference').allInnerTexts()
		expect(items.map((item) => item.replace(/\s+/g, ' '))).toEqual([
			'src/cart.ts:10-24 @selection · 212 tokens',
			'src/prices/rounding.ts:1-80 @workspace · 740 tokens · shortened',
			'config/.env @file · left out · looks secret',
		])
		await view.page.getByRole('button', { name: 'src/prices/rounding.ts:1-80' }).click()
		expect(await view.hears('openReference')).toEqual({ type: 'openReference', node: 'a1', reference: 1 })
		expect(await view.page.locator('.figures').innerText()).toBe('38.4 tokens/s, first after 0.4 s')
	})

	it('leads nowhere: nothing in it can be clicked to go somewhere, and nothing is loaded', async () => {
		const harm =
			'[a](command:x) <https://example.com> ![b](https://example.com/c.png)\n\n<img src=x onerror=alert(1)><script>1</script>'
		const view = await openWith([question('q1', harm), answer('a1', harm)])
		expect(await view.page.locator('a, img, iframe, #app script').count()).toBe(0)
		for (const link of await view.page.locator('.link').all()) await link.click()
		expect(view.page.url()).toBe('http://view.test/')
	})
})

describe('versions of a message', () => {
	it('are edited in place, by Arrow up in the empty field', async () => {
		const view = await openWith()
		const { page } = view
		await page.locator('#composer').focus()
		await page.keyboard.press('ArrowUp')
		const editor = page.locator('.editor textarea')
		expect(await editor.inputValue()).toBe('Write a test for it.')
		expect(await editor.evaluate((field) => field === document.activeElement)).toBe(true)
		await page.keyboard.press('Escape')
		expect(await editor.count()).toBe(0)
		await page.keyboard.press('ArrowUp')
		await page.keyboard.type(' Two, please.')
		await page.keyboard.press('Enter')
		expect(await view.hears('edit')).toEqual({ type: 'edit', node: 'q2', text: 'Write a test for it. Two, please.' })
	})

	it('are chosen one after the other', async () => {
		const view = await openWith()
		const group = view.page.getByRole('group', { name: 'Version 2 of 3' })
		await group.getByRole('button', { name: 'Next version' }).click()
		expect(await view.hears('branch')).toEqual({ type: 'branch', node: 'q1', index: 2 })
		await group.getByRole('button', { name: 'Previous version' }).click()
		expect(await view.hears('branch')).toMatchObject({ index: 0 })
		const second = view.page.getByRole('group', { name: 'Version 1 of 2' })
		expect(await second.getByRole('button', { name: 'Previous version' }).isDisabled()).toBe(true)
	})
})

describe('before the first message', () => {
	it('there are questions to begin with, sent or completed', async () => {
		const view = await openWith([], {
			model: { name: 'Starter', state: 'ready', place: 'On this machine', caution: 'A toy.' },
		})
		expect(await view.page.locator('.empty-state').innerText()).toMatch(/On this machine[\s\S]*A toy\./)
		await view.page.getByRole('button', { name: 'Explain the file' }).click()
		expect(await view.hears('send')).toEqual({ type: 'send', text: '/explain' })
		await view.page.getByRole('button', { name: 'Find where' }).click()
		expect(await view.page.locator('#composer').inputValue()).toBe('@workspace ')
	})

	it('a model that is missing can be chosen', async () => {
		const view = await openWith([], { model: { state: 'unavailable', place: 'On this machine', problem: 'No model.' } })
		expect(await view.page.locator('.model-problem').innerText()).toContain('No model.')
		await view.page.locator('.model-problem').getByRole('button', { name: 'Choose model' }).click()
		await view.hears('chooseModel')
	})
})
