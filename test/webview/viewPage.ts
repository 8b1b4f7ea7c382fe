import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { root } from '../../scripts/lib/root.mjs'
import { type HostMessage, parseHostMessage, parseViewMessage, type ViewMessage } from '../../src/protocol/webview.ts'
import { webviewPage } from '../../src/protocol/webviewPage.ts'
import { englishTexts } from '../../src/protocol/webviewTexts.ts'
import { eventually } from '../editor/driver/eventually.ts'
import { type ThemeName, themeStyle } from './themes.ts'

/** Where the bundle of the view is for the tests, relative to the repository. */
export const bundleFolder = 'out/test/webview'

/** No server answers there: every request is answered from the disk, and any other is a failure. */
const origin = 'http://view.test'

interface ViewOptions {
	readonly theme?: ThemeName
	readonly width?: number
	readonly height?: number
	readonly scale?: number
	readonly reducedMotion?: boolean
	/** Absolute path of the folder with main.js and main.css; by default that of the tests. */
	readonly bundle?: string
}

/** The view in a page as the editor makes one, and the host's end of the wire. Both directions are held to the contract. */
export class ViewPage {
	readonly page: Page
	/** What the view said, in order. */
	readonly said: ViewMessage[] = []
	/** What should not have happened: errors, requests to elsewhere, breaches of the page's policy, of the contract. */
	readonly problems: string[] = []
	private readonly context: BrowserContext

	private constructor(page: Page, context: BrowserContext) {
		this.page = page
		this.context = context
	}

	static async open(browser: Browser, options: ViewOptions = {}): Promise<ViewPage> {
		const { theme = 'dark', width = 380, height = 720, scale = 1, reducedMotion = true } = options
		const bundle = options.bundle ?? join(root, bundleFolder, 'webview')
		const context = await browser.newContext({
			viewport: { width, height },
			deviceScaleFactor: scale,
			reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
		})
		const page = await context.newPage()
		const view = new ViewPage(page, context)
		await view.prepare(theme, bundle)
		await page.goto(`${origin}/`)
		await view.hears('ready')
		return view
	}

	private async prepare(theme: ThemeName, bundle: string): Promise<void> {
		const { page, problems } = this
		page.on('pageerror', (error) => problems.push(String(error)))
		page.on('console', (message) => {
			if (message.type() === 'error') problems.push(message.text())
		})
		await page.route('**/*', (route) => {
			const { pathname } = new URL(route.request().url())
			if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: pageText(theme) })
			if (/^\/main\.(js|css)$/.test(pathname)) {
				const contentType = pathname.endsWith('js') ? 'text/javascript' : 'text/css'
				return route.fulfill({ contentType, body: readFileSync(join(bundle, pathname)) })
			}
			if (pathname !== '/favicon.ico' && !pathname.endsWith('.map')) problems.push(`asks for ${route.request().url()}`)
			return route.abort()
		})
		await page.exposeFunction('hostHears', (message: unknown) => {
			const parsed = parseViewMessage(message)
			if (parsed) this.said.push(parsed)
			else problems.push(`breaks the contract: ${JSON.stringify(message).slice(0, 200)}`)
			if (parsed?.type === 'viewError') problems.push(`viewError ${parsed.message}`)
		})
		await page.addInitScript(() => {
			const { hostHears } = globalThis as unknown as { hostHears(message: unknown): void }
			Object.assign(globalThis, { acquireVsCodeApi: () => ({ postMessage: (message: unknown) => hostHears(message) }) })
		})
	}

	/** Says something to the view, as the host does. */
	async say(...messages: readonly HostMessage[]): Promise<void> {
		for (const message of messages)
			if (!parseHostMessage(message)) throw new Error(`Not in the contract: ${message.type}`)
		await this.page.evaluate((all) => {
			for (const one of all) window.postMessage(one, '*')
			// Messages are handled in the order in which they come, so this one says that all were.
			return new Promise<void>((resolve) => {
				requestAnimationFrame(() => setTimeout(resolve))
			})
		}, messages)
	}

	/** Waits for the next thing of this kind that the view says, or that it said since `from`. */
	async hears<Type extends ViewMessage['type']>(type: Type, from = 0): Promise<Extract<ViewMessage, { type: Type }>> {
		const find = () => this.said.slice(from).findLast((message) => message.type === type)
		const heard = await eventually(`the view says ${type}`, find, { timeoutMs: 10_000 })
		return heard as Extract<ViewMessage, { type: Type }>
	}

	async picture(name: string): Promise<void> {
		await this.page.screenshot({ path: join(root, 'out', 'test', 'webview-pictures', `${name}.png`) })
	}

	async close(): Promise<void> {
		await this.context.close()
	}
}

function pageText(theme: ThemeName): string {
	const page = webviewPage({
		script: `${origin}/main.js`,
		style: `${origin}/main.css`,
		cspSource: origin,
		nonce: 'n0nce',
		language: 'en',
		texts: englishTexts,
	})
	const { bodyClass, variables } = themeStyle(theme)
	// The editor sets the variables of the theme on the page's first element, by way of a script of its own.
	return page
		.replace('<body ', `<body class="${bodyClass}" `)
		.replace(
			'<div id="app">',
			`<script nonce="n0nce">for (const [name, value] of Object.entries(${JSON.stringify(variables)})) document.documentElement.style.setProperty(name, value)</script><div id="app">`,
		)
}
