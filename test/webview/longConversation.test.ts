import { describe, expect, it } from 'vitest'
import { answer, longAnswer, question, viewState } from './samples.ts'
import type { ViewPage } from './viewPage.ts'
import { viewSuite } from './viewSuite.ts'

const suite = viewSuite()

const elements = ({ page }: ViewPage) =>
	page.evaluate(() => {
		const count = (root: Document | ShadowRoot | Element): number =>
			[...root.querySelectorAll('*')].reduce((sum, one) => sum + 1 + (one.shadowRoot ? count(one.shadowRoot) : 0), 0)
		return count(document)
	})
const scroller = ({ page }: ViewPage) => page.locator('.scroller')
const distanceToEnd = (view: ViewPage) =>
	scroller(view).evaluate((area) => area.scrollHeight - area.scrollTop - area.clientHeight)

/** The element at the top of what is seen, and how far it is from there. */
const topmost = ({ page }: ViewPage) =>
	page.evaluate(() => {
		const area = document.querySelector('.scroller')
		const top = area?.getBoundingClientRect().top ?? 0
		const blocks = [...document.querySelectorAll('.block > *, .question-text')]
		const first = blocks.find((one) => one.getBoundingClientRect().top >= top)
		return { text: first?.textContent ?? '', offset: Math.round((first?.getBoundingClientRect().top ?? 0) - top) }
	})

const messages = (count: number) =>
	Array.from({ length: count / 2 }, (_, index) => [
		question(`q${index}`, `Question ${index}?`),
		answer(`a${index}`, `Answer ${index}.\n\n${longAnswer}`),
	]).flat()

const prose = (paragraphs: number) =>
	Array.from(
		{ length: paragraphs },
		(_, index) => `Paragraph ${index} says **something** about \`line${index}\`.\n`,
	).join('\n')
const code = (lines: number) =>
	Array.from({ length: lines }, (_, index) => `\tconst value${index} = compute(${index}) // step`).join('\n')

describe('five hundred messages', () => {
	it('take no more elements than what is near, wherever one is, and are all there', async () => {
		const view = await suite.open()
		await view.say({ type: 'state', state: viewState(messages(500)) })
		expect(await distanceToEnd(view)).toBeLessThan(2)
		const counts: number[] = []
		for (const share of [1, 0.75, 0.5, 0.25, 0]) {
			await scroller(view).evaluate((area, part) => area.scrollTo(0, area.scrollHeight * part), share)
			await view.page.waitForTimeout(150)
			const { text } = await topmost(view)
			expect(text).not.toBe('')
			counts.push(await elements(view))
		}
		expect(Math.max(...counts)).toBeLessThan(3_500)
		expect(await view.page.getByRole('article').count()).toBe(500)
		expect(await view.page.getByRole('article').first().innerText()).toContain('Question 0?')
		expect(await view.page.getByRole('article').last().getAttribute('aria-posinset')).toBe('500')
	})
})

describe('an answer of ten thousand lines', () => {
	it.each([
		['of text', prose(5_000)],
		['of code', `\`\`\`ts\n${code(10_000)}\n\`\`\`\n`],
	])('%s takes no more elements than what is near', async (_, long) => {
		const view = await suite.open()
		await view.say({ type: 'state', state: viewState([question('q1', 'x'), answer('a1', long)]) })
		const counts: number[] = []
		for (const share of [1, 0.5, 0.1, 0]) {
			await scroller(view).evaluate((area, part) => area.scrollTo(0, area.scrollHeight * part), share)
			await view.page.waitForTimeout(150)
			counts.push(await elements(view))
		}
		expect(Math.max(...counts)).toBeLessThan(6_000)
		await scroller(view).evaluate((area) => area.scrollTo(0, area.scrollHeight))
		const last = long.includes('```') ? 'value9999' : 'Paragraph 4999'
		await view.page.getByText(last).first().waitFor()
	})
})

describe('a block that is very long', () => {
	const table = (rows: number) =>
		`| Number | Name |\n| --- | --- |\n${Array.from({ length: rows }, (_, at) => `| ${at} | name${at} |\n`).join('')}`
	const words = Array.from({ length: 20_000 }, (_, at) => `word${at}`).join(' ')
	const more = ({ page }: ViewPage) => page.getByRole('button', { name: /^Show more/ })

	it('of a table is drawn in part, and more of it where it is wished for, by the keyboard too', async () => {
		const view = await suite.open()
		await view.say({ type: 'state', state: viewState([question('q1', 'x'), answer('a1', `${table(450)}\nThe end.`)]) })
		expect(await view.page.locator('tbody tr').count()).toBe(98)
		expect(await more(view).innerText()).toBe('Show more: 352 lines are left')
		await view.picture('long-table')
		await more(view).press('Enter')
		expect(await view.page.locator('tbody tr').count()).toBe(450)
		expect(await more(view).count()).toBe(0)
		await view.page.getByText('name449').waitFor()
		expect(
			await view.page
				.locator('.block')
				.first()
				.evaluate((block) => block === document.activeElement),
		).toBe(true)
	})

	it('of a table that grows is drawn no further, while the rest is counted', async () => {
		const view = await suite.open()
		const state = viewState([question('q1', 'x'), answer('a1', table(200), { state: 'writing' })])
		await view.say({ type: 'state', state })
		const row = view.page.locator('tbody tr').first()
		await row.evaluate((element) => Object.assign(globalThis, { drawn: element }))
		for (let at = 200; at < 220; at++) {
			await view.say({ type: 'text', conversation: 'c1', node: 'a1', text: `| ${at} | name${at} |\n` })
		}
		// What takes long to draw is drawn less often.
		await expect.poll(() => more(view).innerText()).toBe('Show more: 122 lines are left')
		// Not drawn once more with every row.
		expect(await row.evaluate((element) => element === (globalThis as unknown as { drawn: Element }).drawn)).toBe(true)
	})

	it('of one line of text ends with a whole word', async () => {
		const view = await suite.open()
		await view.say({ type: 'state', state: viewState([question('q1', 'x'), answer('a1', words)]) })
		const text = await view.page.locator('.body p').innerText()
		expect(text.length).toBeLessThanOrEqual(8_000)
		expect(text).toMatch(/ word\d{4}$/)
		expect(await more(view).innerText()).toMatch(/^Show more: 1\d\d,\d{3} characters are left$/)
		for (let clicks = 0; clicks < 2; clicks++) await more(view).click()
		expect(await view.page.locator('.body p').innerText()).toContain('word19999')
	})

	it('of a line of code is cut, and says so', async () => {
		const view = await suite.open()
		const text = `\`\`\`js\nconst a = '${'x'.repeat(500_000)}'\n\`\`\`\n`
		await view.say({ type: 'state', state: viewState([question('q1', 'x'), answer('a1', text)]) })
		const shown = await view.page.locator('.code-text').innerText()
		expect(shown.length).toBeLessThan(5_000)
		expect(shown).toContain('… 496,012 more characters in this line')
		await view.page.getByRole('button', { name: 'Copy code' }).click()
		// The host has all of it.
		expect(await view.hears('copyBlock')).toEqual({ type: 'copyBlock', node: 'a1', block: 0 })
	})
})

describe('reading while an answer comes', () => {
	const more = (view: ViewPage, index: number) =>
		view.say({ type: 'text', conversation: 'c1', node: 'a1', text: `Line ${index} of the answer that comes.\n\n` })

	async function writing(): Promise<ViewPage> {
		const view = await suite.open()
		const nodes = [...messages(20), question('q', 'x'), answer('a1', prose(40), { state: 'writing' })]
		await view.say({
			type: 'state',
			state: viewState(nodes.map((node, index) => ({ ...node, id: index === nodes.length - 1 ? 'a1' : `n${index}` }))),
		})
		await view.page.waitForTimeout(100)
		return view
	}

	it('follows who is at the end', async () => {
		const view = await writing()
		for (let index = 0; index < 30; index++) await more(view, index)
		await view.page.getByText('Line 29 of').waitFor()
		await expect.poll(() => distanceToEnd(view)).toBeLessThan(2)
	})

	it('leaves who reads further up where they are, and shows the way back', async () => {
		const view = await writing()
		await view.page.mouse.move(150, 300)
		await view.page.mouse.wheel(0, -900)
		await view.page.waitForTimeout(200)
		const before = await topmost(view)
		for (let index = 0; index < 30; index++) await more(view, index)
		expect(await topmost(view)).toEqual(before)
		await view.page.getByRole('button', { name: 'Go to the latest message' }).click()
		await expect.poll(() => distanceToEnd(view)).toBeLessThan(2)
		await more(view, 30)
		await view.page.getByText('Line 30 of').waitFor()
		await expect.poll(() => distanceToEnd(view)).toBeLessThan(2)
	})

	it('goes back through what was never drawn without a jump', async () => {
		const view = await writing()
		await view.page.mouse.move(150, 300)
		let compared = 0
		for (let step = 0; step < 25; step++) {
			const before = await view.page.evaluate(() => {
				const top = document.querySelector('.scroller')?.getBoundingClientRect().top ?? 0
				const blocks = [...document.querySelectorAll('.block > *, .question-text')]
				const first = blocks.find((one) => one.getBoundingClientRect().top >= top)
				Object.assign(globalThis, { watched: first })
				return (first?.getBoundingClientRect().top ?? 0) - top
			})
			await view.page.mouse.wheel(0, -150)
			const moved = () =>
				view.page.evaluate((from) => {
					const { watched } = globalThis as unknown as { watched: Element }
					const top = document.querySelector('.scroller')?.getBoundingClientRect().top ?? 0
					return watched.isConnected ? watched.getBoundingClientRect().top - top - from : undefined
				}, before)
			// A wheel turns when the page has time for it.
			await expect.poll(async () => (await moved()) !== 0).toBe(true)
			await view.page.waitForTimeout(60)
			const distance = await moved()
			if (distance === undefined) continue
			expect(Math.abs(distance - 150)).toBeLessThan(3)
			compared++
		}
		expect(compared).toBeGreaterThan(20)
	})
})
