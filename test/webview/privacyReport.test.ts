import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import type { LedgerRecord } from '../../src/core/privacy/ledger/ledgerEntry.ts'
import { LedgerSummary } from '../../src/core/privacy/ledger/ledgerReport.ts'
import { webviewPage } from '../../src/protocol/webviewPage.ts'
import {
	parseReportViewMessage,
	type ReportHostMessage,
	type ReportViewMessage,
} from '../../src/protocol/webviewReport.ts'
import { reportContent } from '../../src/vscode/privacy/reportContent.ts'
import { launchBrowser } from '../editor/driver/browser.ts'
import { english } from '../unit/vscode/english.ts'
import { type ThemeName, themeNames, themeStyle } from './themes.ts'
import { bundleFolder } from './viewPage.ts'

const origin = 'http://report.test'
const found = inject('viewBrowser')
let browser: Browser | undefined
let page: Page
let said: ReportViewMessage[] = []
let problems: string[] = []

beforeAll(async () => {
	if (found.ok) browser = await launchBrowser(found.path)
})
beforeEach(({ skip }) => {
	if (!found.ok) skip(found.reason)
})
afterEach(async () => {
	await page.close()
	expect(problems).toEqual([])
})
afterAll(async () => browser?.close())

async function open(theme: ThemeName = 'dark'): Promise<void> {
	if (!browser) throw new Error('There is no browser')
	;[said, problems] = [[], []]
	page = await browser.newPage()
	page.on('pageerror', (error) => problems.push(String(error)))
	page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
	await page.route('**/*', (route) => {
		const { pathname } = new URL(route.request().url())
		if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: pageText(theme) })
		if (!/^\/report\.(js|css)$/.test(pathname)) return route.abort()
		const contentType = pathname.endsWith('js') ? 'text/javascript' : 'text/css'
		return route.fulfill({ contentType, body: readFileSync(join(root, bundleFolder, 'webview', pathname)) })
	})
	await page.exposeFunction('hostHears', (raw: unknown) => {
		const message = parseReportViewMessage(raw)
		if (message) said.push(message)
		else problems.push('breaks the contract')
	})
	await page.addInitScript(() => {
		const { hostHears } = globalThis as unknown as { hostHears(message: unknown): void }
		Object.assign(globalThis, { acquireVsCodeApi: () => ({ postMessage: (message: unknown) => hostHears(message) }) })
	})
	await page.goto(`${origin}/`)
	await say(report())
}

function pageText(theme: ThemeName): string {
	const { bodyClass, variables } = themeStyle(theme)
	const text = webviewPage({
		script: `${origin}/report.js`,
		style: `${origin}/report.css`,
		cspSource: origin,
		nonce: 'n0nce',
		language: 'en',
		texts: {},
	})
	return text
		.replace('<body ', `<body class="${bodyClass}" `)
		.replace(
			'<div id="app">',
			`<script nonce="n0nce">for (const [name, value] of Object.entries(${JSON.stringify(variables)})) document.documentElement.style.setProperty(name, value)</script><div id="app">`,
		)
}

async function say(message: ReportHostMessage): Promise<void> {
	await page.evaluate((one) => {
		window.postMessage(one, '*')
		return new Promise<void>((resolve) => setTimeout(resolve))
	}, message)
}

function report(): ReportHostMessage {
	const record: LedgerRecord = {
		seq: 1,
		hash: 'f'.repeat(64),
		time: '2026-01-01T10:00:00.000Z',
		kind: 'request',
		what: 'complete',
		destination: 'this machine',
		isElsewhere: false,
		shown: [{ path: 'src/<b>cart</b>.ts', lines: [{ start: 0, end: 20 }] }],
		tokens: { prompt: 10, generated: 2 },
		outcome: 'endOfText',
	}
	const summary = new LedgerSummary(10)
	summary.add(record)
	summary.add({ ...record, what: 'chat', time: '2026-01-02T10:00:00.000Z' })
	summary.add({ ...record, what: 'chat', destination: 'gpu.example:443', isElsewhere: true })
	return reportContent(english, summary.report())
}

const shownRows = () => page.locator('section:last-of-type tbody tr:visible')

describe('the page of the privacy report', () => {
	it('can be searched, by day and by destination too, with the keyboard', async () => {
		await open()
		expect(await shownRows().count()).toBe(3)
		await page.getByRole('searchbox').fill('CHAT 2026-01-02')
		expect(await shownRows().count()).toBe(1)
		expect(await page.locator('.count').textContent()).toBe('1 of 3 records')
		await page.getByRole('button', { name: 'gpu.example:443' }).focus()
		await page.keyboard.press('Enter')
		expect(await shownRows().count()).toBe(1)
		expect(await page.locator('.elsewhere').count()).toBe(1)
		// Whatever is in a path is text.
		expect(await page.locator('b').count()).toBe(0)
	})

	it('asks for what its buttons say, and shows what was verified', async () => {
		await open()
		for (const name of ['Verify', 'Export as JSON…', 'Export as CSV…', 'Refresh']) {
			await page.getByRole('button', { name }).press('Enter')
		}
		expect(said).toEqual([
			{ type: 'ready' },
			{ type: 'verify' },
			{ type: 'export', format: 'json' },
			{ type: 'export', format: 'csv' },
			{ type: 'refresh' },
		])
		await say({ type: 'verified', text: 'Changed', isFine: false, faults: ['f, line 1'] })
		expect(await page.locator('.verdict.loud').textContent()).toBe('Changedf, line 1')
	})

	it.each(themeNames)('breaks no rule of accessibility, in the theme %s', async (theme) => {
		await open(theme)
		await say({ type: 'verified', text: 'Whole', isFine: true, faults: [] })
		await page.evaluate(axe.source)
		const { violations, passes } = await page.evaluate(() =>
			(
				globalThis as unknown as {
					axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[]; passes: unknown[] }> }
				}
			).axe.run(),
		)
		expect(passes.length).toBeGreaterThan(15)
		expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([])
		await page.screenshot({ path: join(root, 'out', 'test', 'webview-pictures', `privacy-report-${theme}.png`) })
	})
})
