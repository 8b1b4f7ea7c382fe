import axe from 'axe-core'
import type { FrameLocator, Locator } from 'playwright-core'
import type { EditorWindow } from './editorWindow.ts'
import { eventually } from './eventually.ts'

/** A rule of axe that something on the page breaks. */
export interface Violation {
	readonly rule: string
	readonly impact: string
	readonly targets: readonly string[]
}

/** The chat view of a window, by what a person can do in it and see of it. */
export class ChatDriver {
	private readonly window: EditorWindow
	readonly frame: FrameLocator

	constructor(window: EditorWindow) {
		this.window = window
		this.frame = window.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame')
	}

	/** Shows the view, as a person does with the command, and waits until it can be used. */
	async open(): Promise<void> {
		await this.window.runCommand('Alcove: Open Chat')
		await this.composer.waitFor({ timeout: 60_000 })
	}

	get composer(): Locator {
		return this.frame.locator('#composer')
	}

	get endings(): Locator {
		return this.frame.locator('.ending')
	}

	button(name: string | RegExp): Locator {
		return this.frame.getByRole('button', { name })
	}

	/** Begins another conversation, and waits until the one before is gone from the view. */
	async begin(): Promise<void> {
		await this.button('New chat').click()
		await eventually('an empty conversation', async () => (await this.frame.locator('.message').count()) === 0)
	}

	async send(text: string): Promise<void> {
		await this.composer.fill(text)
		await this.composer.press('Enter')
	}

	/** The text of the last answer. */
	async answer(): Promise<string> {
		const bodies = this.frame.locator('.message.answer .body')
		const count = await bodies.count()
		return count === 0 ? '' : (await bodies.nth(count - 1).innerText()).trim()
	}

	/** Waits until the last answer has so many characters, and answers its text. */
	async waitForText(least: number, timeoutMs = 90_000): Promise<string> {
		const find = async () => {
			const text = await this.answer()
			return text.length >= least && text
		}
		return eventually(`an answer of ${least} characters`, find, { timeoutMs, describe: () => this.answer() })
	}

	/** What axe finds wrong with the view as it is shown. */
	async accessibilityViolations(): Promise<readonly Violation[]> {
		const handle = await this.frame.locator('body').elementHandle()
		const frame = await handle?.ownerFrame()
		if (!frame) throw new Error('The view is not there')
		await frame.evaluate(axe.source)
		return frame.evaluate(async () => {
			const { axe } = globalThis as unknown as {
				axe: {
					run(): Promise<{
						violations: { id: string; impact: string; nodes: { target: unknown[]; failureSummary?: string }[] }[]
					}>
				}
			}
			const { violations } = await axe.run()
			return violations.map(({ id, impact, nodes }) => ({
				rule: id,
				impact,
				targets: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`),
			}))
		})
	}
}
