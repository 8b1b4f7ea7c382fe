import axe from 'axe-core'
import { describe, expect, it } from 'vitest'
import { answer, question, sampleConversation, viewState } from './samples.ts'
import { themeNames } from './themes.ts'
import type { ViewPage } from './viewPage.ts'
import { viewSuite } from './viewSuite.ts'

const suite = viewSuite()

interface AxeResult {
	readonly violations: readonly {
		readonly id: string
		readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
	}[]
	readonly passes: readonly unknown[]
}

/** Every rule of axe, the best practices too. */
async function breaches({ page }: ViewPage): Promise<string[]> {
	// Not by a script of the page, which its policy would refuse.
	await page.evaluate(axe.source)
	const result = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run())
	expect(result.passes.length).toBeGreaterThan(15)
	return result.violations.flatMap(({ id, nodes }) =>
		nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
	)
}

const states: Readonly<Record<string, (view: ViewPage) => Promise<void>>> = {
	'a conversation': async (view) => {
		await view.say({ type: 'state', state: viewState(sampleConversation) })
		await view.page.locator('.receipt-toggle').click()
	},
	'the beginning, with all there is to say': async (view) => {
		const model = {
			name: 'Starter',
			state: 'loading',
			progress: 0.4,
			place: 'On this machine',
			caution: 'A toy.',
		} as const
		const index = { state: 'building', done: 120, total: 900 } as const
		await view.say({ type: 'state', state: viewState([], { model, index, isTrusted: false }) })
	},
	'what went wrong': async (view) => {
		const nodes = [
			question('q1', 'x'),
			answer('a1', '', { state: 'failed', reason: 'Gone.' }),
			question('q2', 'x'),
			answer('a2', '', { state: 'writing' }),
		]
		const model = { state: 'unavailable', place: 'On this machine', problem: 'There is no model.' } as const
		await view.say({ type: 'state', state: viewState(nodes, { model }) })
		for (const severity of ['info', 'warning', 'error'] as const)
			await view.say({ type: 'notice', severity, text: `A ${severity}` })
	},
	'a table that is shown in part': async (view) => {
		const rows = Array.from({ length: 140 }, (_, at) => `| ${at} | a row |`)
		const table = `A table:\n\n| Number | What |\n| --- | --- |\n${rows.join('\n')}\n`
		const line = `\`\`\`js\nconst a = '${'x'.repeat(9_000)}'\n\`\`\``
		await view.say({ type: 'state', state: viewState([question('q1', 'x'), answer('a1', `${table}\n${line}`)]) })
		await view.page.getByRole('button', { name: /^Show more/ }).scrollIntoViewIfNeeded()
	},
	suggestions: async (view) => {
		await view.say({ type: 'state', state: viewState(sampleConversation) })
		await view.page.locator('#composer').pressSequentially('@')
		const { request } = await view.hears('suggest')
		const items = [
			{ insert: '@file:', label: '@file', detail: 'A file', kind: 'mention' },
			{ insert: '@changes', label: '@changes', detail: 'What git sees', kind: 'mention' },
		] as const
		await view.say({ type: 'suggestions', request, items: [...items] })
	},
	'editing a message': async (view) => {
		await view.say({ type: 'state', state: viewState(sampleConversation) })
		await view.page.locator('#composer').press('ArrowUp')
		await view.page.locator('.editor').waitFor()
	},
	'the history, asking': async (view) => {
		await view.say({ type: 'state', state: viewState(sampleConversation) })
		await view.page.getByRole('button', { name: 'History of chats' }).click()
		const item = { changedAt: 1_764_158_400_000, messages: 4, snippet: 'found here' }
		await view.say({
			type: 'history',
			query: '',
			items: ['c1', 'c2', 'c3'].map((id) => ({ id, title: `Chat ${id}`, ...item })),
		})
		await view.page.locator('[data-id=c2] .history-open').press('Delete')
		await view.page.locator('.history-form').waitFor()
	},
}

describe.each(themeNames)('in the theme %s', (theme) => {
	it.each(Object.keys(states))('%s breaks no rule of accessibility', async (name) => {
		const view = await suite.open({ theme, height: 1_100 })
		await states[name]?.(view)
		if (name.includes('in part')) await view.picture(`long-table-${theme}`)
		expect(await breaches(view)).toEqual([])
	})
})

it.each([200, 380, 900])('nothing is wider than a view of %d pixels', async (width) => {
	const view = await suite.open({ width })
	await view.say({ type: 'state', state: viewState(sampleConversation) })
	await view.page.locator('.receipt-toggle').click()
	const overflow = await view.page.evaluate(() =>
		[document.documentElement, ...document.querySelectorAll('.scroller, .foot, .header, .message')]
			.filter((one) => one.scrollWidth > one.clientWidth + 1)
			.map((one) => one.className),
	)
	expect(overflow).toEqual([])
})

it('every control can be reached with Tab, and shows that it has the focus', async () => {
	const view = await suite.open({ height: 1_100 })
	await view.say({ type: 'state', state: viewState(sampleConversation) })
	const { page } = view
	const seen: string[] = []
	for (let step = 0; step < 60; step++) {
		await page.keyboard.press('Tab')
		const now = await page.evaluate(() => {
			let active = document.activeElement
			while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
			if (!active || active === document.body) return undefined
			const { outlineStyle, outlineWidth } = getComputedStyle(active)
			const box = active.closest('.composer-box')
			const shown =
				(outlineStyle !== 'none' && outlineWidth !== '0px') || (box && getComputedStyle(box).borderColor !== '')
			return `${active.getAttribute('aria-label') ?? active.className}${shown ? '' : ' (focus not seen)'}`
		})
		if (now === undefined) break
		seen.push(now)
	}
	const wanted = [
		'New chat',
		'History of chats',
		'Copy code',
		'Apply to a file, with a preview',
		'Answer again',
		'Remove cart.ts',
		'Ask Alcove',
	]
	expect(wanted.filter((name) => !seen.includes(name))).toEqual([])
	expect(seen.indexOf('New chat')).toBeLessThan(seen.indexOf('Copy code'))
	expect(seen.indexOf('Copy code')).toBeLessThan(seen.indexOf('Ask Alcove'))
	expect(seen.filter((name) => name.endsWith('(focus not seen)'))).toEqual([])
})
