import { basename, join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { eventually } from './eventually.ts'

/** An idle editor asks within a tenth of this, also on a busy machine. */
const silenceMs = 3_000

/** At some of these the starter model, which is a test model, says something that is shown. */
export const codeBeginnings: readonly string[] = [
	'export function ',
	...['total', 'count', 'first', 'name', 'next', 'size', 'value', 'index', 'list'].map((name) => `const ${name} = `),
	...['return ', 'if (', 'for (const ', 'while (', 'export class ', 'let text = '],
]

/** The same in Python. */
export const pythonBeginnings: readonly string[] = [
	...['def total', 'for ', 'return ', 'if ', 'import ', 'class '],
	...['total', 'count', 'first', 'name', 'next', 'size'].map((name) => `${name} = `),
]

interface WindowOptions {
	readonly url: string
	readonly folder: string
	readonly file?: string
	readonly artifacts: string
	/** Default: trace. */
	readonly logLevel?: LogLevel
}

/** `trace`: the most that Alcove ever logs. `default`: what a user has who never chose one. */
export type LogLevel = 'trace' | 'default'

/** One window of the editor, by what a person can do in it and see of it. */
export class EditorWindow {
	readonly page: Page
	private readonly artifacts: string
	private pictures = 0

	private constructor(page: Page, artifacts: string) {
		this.page = page
		this.artifacts = artifacts
	}

	static async open(
		page: Page,
		{ url, folder, file, artifacts, logLevel = 'trace' }: WindowOptions,
	): Promise<EditorWindow> {
		const payload = logLevel === 'default' ? [] : [['logLevel', `alcove.alcove=${logLevel}`]]
		if (file) payload.push(['openFile', `vscode-remote://${new URL(url).host}${file}`])
		const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) })
		await page.goto(`${url}/?${query}`, { waitUntil: 'domcontentloaded', timeout: 120_000 })
		const window = new EditorWindow(page, artifacts)
		await window.statusItem.waitFor({ timeout: 120_000 })
		await window.statusItem.evaluate(recordTexts)
		if (file) await window.activeTab(basename(file)).waitFor()
		return window
	}

	/** Alcove's item in the status bar. */
	get statusItem(): Locator {
		return this.page.locator('.statusbar-item[id^="alcove.alcove"]')
	}

	async statusText(): Promise<string> {
		return (await this.statusItem.innerText()).replace(/\s+/g, ' ').trim()
	}

	/** Everything that the status bar has said since the window was opened, also what was there for a moment only. */
	async statusHistory(): Promise<string[]> {
		return this.page.evaluate(() => (globalThis as unknown as { statusTexts: string[] }).statusTexts)
	}

	/** Waits until the status bar says something. */
	async waitForStatus(pattern: RegExp, timeoutMs = 60_000): Promise<string> {
		const describe = () => this.statusText()
		return eventually(`status ${pattern}`, async () => pattern.test(await this.statusText()) && this.statusText(), {
			timeoutMs,
			describe,
		})
	}

	/** Waits until the status bar shows that the model is at work. */
	async waitUntilThinking(): Promise<void> {
		await this.statusItem.locator('.codicon-loading').waitFor()
	}

	activeTab(label: string): Locator {
		return this.page.locator('.tabs-container .tab.active').filter({ hasText: label }).first()
	}

	/** Opens a file by its absolute path, as a person does with Ctrl+P. */
	async openFile(path: string, { focus = true }: { focus?: boolean } = {}): Promise<void> {
		const name = basename(path)
		await eventually(`${name} in front`, async () => {
			if (!(await this.pickFile(path))) return false
			return this.activeTab(name)
				.waitFor({ timeout: 5_000 })
				.then(
					() => true,
					() => false,
				)
		})
		if (focus) await this.focusEditor()
	}

	/** Answers false where the key was lost, as in the moment in which a window changes what it trusts. */
	private async pickFile(path: string): Promise<boolean> {
		await this.page.keyboard.press('Control+P')
		const isOpen = await this.quickInput()
			.waitFor({ timeout: 5_000 })
			.then(
				() => true,
				() => false,
			)
		if (!isOpen) return false
		await this.quickInput().fill(path)
		// Until the list is filtered it shows what was opened before, and Enter then picks nothing.
		const rows = this.quickPickRows()
		await eventually('the file alone in the list', async () => {
			const texts = await rows.allInnerTexts()
			return texts.length === 1 && texts[0]?.includes(basename(path))
		})
		await this.page.keyboard.press('Enter')
		await this.quickInput().waitFor({ state: 'hidden' })
		return true
	}

	/** Closes the editor in front and throws away what was typed into it. */
	async discardActiveEditor(): Promise<void> {
		await this.runCommand('View: Revert and Close Editor')
		await this.quickInput().waitFor({ state: 'hidden' })
	}

	async focusEditor(): Promise<void> {
		const focused = this.page.locator('.editor-group-container.active .monaco-editor.focused').first()
		// While an editor is still being opened the key is lost.
		await eventually('an editor with the focus', async () => {
			await this.page.keyboard.press('Control+1')
			return focused.waitFor({ timeout: 3_000 }).then(
				() => true,
				() => false,
			)
		})
	}

	/** Moves the cursor; both count from 1. */
	async goTo(line: number, column = 1): Promise<void> {
		await this.page.keyboard.press('Control+G')
		const input = this.quickInput()
		await input.waitFor()
		await input.fill(`:${line}:${column}`)
		await this.page.keyboard.press('Enter')
		await input.waitFor({ state: 'hidden' })
		const position = this.page.locator('.statusbar-item', { hasText: new RegExp(`Ln ${line}, Col`) })
		await position.waitFor()
	}

	async type(text: string): Promise<void> {
		await this.page.keyboard.type(text, { delay: 15 })
	}

	async press(...keys: string[]): Promise<void> {
		for (const key of keys) await this.page.keyboard.press(key)
	}

	/** The grey text that is shown now, its lines joined without a break; empty if there is none. */
	async ghostText(): Promise<string> {
		return this.page.evaluate(() => {
			const parts = document.querySelectorAll('.ghost-text-decoration, .ghost-text')
			return [...parts]
				.map((part) => part.textContent)
				.join('')
				.replaceAll('\u00a0', ' ')
		})
	}

	/** The grey text on the cursor's own line. */
	async ghostLine(): Promise<string> {
		const parts = this.page.locator('.view-lines .view-line .ghost-text-decoration')
		return (await parts.allTextContents()).join('').replaceAll('\u00a0', ' ')
	}

	/** Waits for grey text and answers it. */
	async waitForGhostText(pattern = /\S/, timeoutMs = 45_000): Promise<string> {
		const find = async () => {
			const text = await this.ghostText()
			return pattern.test(text) && text
		}
		const describe = async () => `${JSON.stringify(await this.ghostText())}, status ${await this.statusText()}`
		return eventually(`ghost text ${pattern}`, find, { timeoutMs, describe })
	}

	/**
	 * Types into an editor that was just opened, where the first keys may be lost on suggestions: on a busy machine the editor has the
	 * part that asks for them a while later than the text. Then the last key is typed again, as somebody would.
	 */
	async typeUntilSuggested(text: string): Promise<string> {
		await this.type(text)
		for (let retries = 2; retries > 0; retries--) {
			try {
				return await this.waitForGhostText(/\S/, 15_000)
			} catch {
				await this.press('Backspace')
				await this.type(text.slice(-1))
			}
		}
		return this.waitForGhostText()
	}

	/**
	 * Types beginnings of code, each on a new line at the document's end, until the model suggests how to go on; answers
	 * the suggestion, which is then shown. A model may have nothing to say at one place, not at all of them.
	 */
	async suggestionAtEnd(beginnings: readonly string[] = codeBeginnings, wanted = /\S/): Promise<string> {
		const answers: string[] = []
		for (const beginning of beginnings) {
			await this.press('Control+End', 'Enter')
			await this.type(beginning)
			const answer = await this.answer(beginning.slice(-1))
			if (wanted.test(answer)) return answer
			answers.push(answer)
			await this.press('Escape')
		}
		throw new Error(`No suggestion like ${wanted} after ${JSON.stringify(beginnings)}, but ${JSON.stringify(answers)}`)
	}

	/**
	 * Waits until the model has answered: the grey text, or nothing where the status bar says that it is nothing. In its
	 * first seconds a window does not ask for suggestions; a person types on, and so does this, by the last letter again.
	 */
	private async answer(lastLetter: string): Promise<string> {
		let typedAt = performance.now()
		const find = async () => {
			const text = await this.ghostText()
			if (text !== '' || /No suggestion/.test(await this.statusText())) return { text }
			if (performance.now() - typedAt > silenceMs) {
				await this.press('Backspace')
				await this.type(lastLetter)
				typedAt = performance.now()
			}
			return undefined
		}
		const describe = () => this.statusText()
		return (await eventually('grey text, or a reason why there is none', find, { describe })).text
	}

	async waitForNoGhostText(): Promise<void> {
		await eventually('no ghost text', async () => (await this.ghostText()) === '')
	}

	/** With Tab; what is suggested behind it is put away. */
	async takeSuggestion(): Promise<void> {
		await this.press('Tab')
		await eventually('no ghost text', async () => {
			if ((await this.ghostText()) === '') return true
			await this.press('Escape')
			return false
		})
	}

	async save(): Promise<void> {
		await this.page.keyboard.press('Control+S')
		await this.page.locator('.tabs-container .tab.active.dirty').waitFor({ state: 'detached' })
	}

	/** The whole text of the focused document, by way of the clipboard. */
	async documentText(): Promise<string> {
		await this.page.evaluate(() => navigator.clipboard.writeText('\u0001'))
		await this.press('Control+A', 'Control+C')
		return eventually('the document on the clipboard', async () => {
			const text = await this.page.evaluate(() => navigator.clipboard.readText())
			return text === '\u0001' ? undefined : { text }
		}).then(({ text }) => text)
	}

	/** Runs a command by its whole title in the palette, e.g. `View: Close Editor`. */
	async runCommand(title: string): Promise<void> {
		await this.page.keyboard.press('F1')
		await this.quickInput().fill(`>${title}`)
		await this.quickPickRow(title).click()
	}

	/** The entry of the list that is open with exactly this label. */
	private quickPickRow(label: string): Locator {
		const exact = new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`)
		return this.quickPickRows()
			.filter({ has: this.page.locator('.label-name', { hasText: exact }) })
			.first()
	}

	quickInput(): Locator {
		return this.page.locator('.quick-input-widget input.input').first()
	}

	quickPickRows(): Locator {
		return this.page.locator('.quick-input-widget .monaco-list-row')
	}

	/** The first line of every entry of the list that is open. */
	/** Opens the light bulb's menu where the cursor is, and answers its entry; a key that the editor was not ready for is pressed again. */
	async lightBulbEntry(text: string): Promise<Locator> {
		const entry = this.page.locator('.action-widget .monaco-list-row', { hasText: text }).first()
		await eventually(`the entry "${text}" at the light bulb`, async () => {
			await this.press('Control+.')
			const isThere = await entry.waitFor({ timeout: 5_000 }).then(
				() => true,
				() => false,
			)
			if (!isThere) await this.press('Escape')
			return isThere
		})
		return entry
	}

	async quickPickLabels(): Promise<string[]> {
		await this.quickPickRows().first().waitFor()
		const labels = await this.quickPickRows().locator('.quick-input-list-row:first-child .label-name').allInnerTexts()
		return labels.map((label) => label.replaceAll('\u00a0', ' ').trim())
	}

	/** Clicks the item in the status bar, then an entry of its menu. */
	async chooseInMenu(label: string): Promise<void> {
		await this.statusItem.click()
		await this.quickPickRow(label).click()
		await this.quickInput().waitFor({ state: 'hidden' })
		await this.focusEditor()
	}

	notifications(): Locator {
		return this.page.locator('.notifications-toasts .notification-list-item')
	}

	/** What the messages that are shown say; those of the editor itself are left out. */
	async notificationTexts(): Promise<string[]> {
		const all = await this.notifications().allInnerTexts()
		return all.filter((text) => /alcove/i.test(text))
	}

	async closeNotifications(): Promise<void> {
		await this.runCommand('Notifications: Clear All Notifications')
		await this.notifications().first().waitFor({ state: 'detached' })
	}

	/** A picture of the window, kept with the artifacts of the test run. */
	async screenshot(name: string): Promise<void> {
		const number = String(++this.pictures).padStart(2, '0')
		await this.page.screenshot({ path: join(this.artifacts, `${number}-${name}.png`) })
	}
}

/** Runs in the page. The element itself is replaced when its colour changes, so its whole part of the bar is watched. */
function recordTexts(item: Element): void {
	const texts: string[] = []
	Object.assign(globalThis, { statusTexts: texts })
	const { id } = item
	const record = () => {
		const text = document.getElementById(id)?.textContent?.replace(/\s+/g, ' ').trim()
		if (text && text !== texts.at(-1)) texts.push(text)
	}
	record()
	const bar = item.closest('.part.statusbar') ?? item
	new MutationObserver(record).observe(bar, { subtree: true, childList: true, characterData: true })
}
