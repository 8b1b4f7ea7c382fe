import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import * as vscode from 'vscode'
import { type HostMessage, parseViewMessage, type ViewMessage } from '../../protocol/webview.ts'
import { webviewPage } from '../../protocol/webviewPage.ts'
import { webviewTexts } from '../../protocol/webviewTexts.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { chatViewId } from '../ids.ts'

/** The chat view in the sidebar. While it is hidden it is not there at all, and says `ready` when it is made again. */
export class ChatView implements vscode.WebviewViewProvider, Disposable {
	private readonly store = new DisposableStore()
	private readonly messages = this.store.add(new Emitter<ViewMessage>())
	private readonly folder: vscode.Uri
	private readonly logger: Logger
	private view: vscode.WebviewView | undefined
	private isReady = false
	/** Messages that did not fit the protocol. */
	private dropped = 0
	/** Fires `ready` first, each time that the view was made. */
	readonly onMessage = this.messages.event

	/** @param folder absolute path of what the page loads */
	constructor(folder: string, logger: Logger) {
		this.folder = vscode.Uri.file(join(folder))
		this.logger = logger
		this.store.add(vscode.window.registerWebviewViewProvider(chatViewId, this))
	}

	resolveWebviewView(view: vscode.WebviewView): void {
		this.view = view
		this.isReady = false
		const { webview } = view
		webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [this.folder] }
		const subscriptions = [
			webview.onDidReceiveMessage((message) => this.take(message)),
			view.onDidChangeVisibility(() => {
				if (!view.visible) this.isReady = false
			}),
			view.onDidDispose(() => {
				for (const subscription of subscriptions) subscription.dispose()
				if (this.view !== view) return
				this.view = undefined
				this.isReady = false
			}),
		]
		webview.html = webviewPage({
			script: webview.asWebviewUri(vscode.Uri.joinPath(this.folder, 'main.js')).toString(),
			style: webview.asWebviewUri(vscode.Uri.joinPath(this.folder, 'main.css')).toString(),
			cspSource: webview.cspSource,
			nonce: randomBytes(16).toString('hex'),
			language: vscode.env.language,
			texts: webviewTexts(vscode.l10n),
		})
	}

	/** Whether somebody hears what is posted. */
	get isListening(): boolean {
		return this.isReady
	}

	/** What nobody hears is dropped: a view that is made again asks for all of it. */
	post(message: HostMessage): void {
		if (this.isReady) void this.view?.webview.postMessage(message)
	}

	/** Shows the view and gives it the focus. */
	async reveal(): Promise<void> {
		await vscode.commands.executeCommand(`${chatViewId}.focus`)
	}

	dispose(): void {
		this.store.dispose()
	}

	private take(raw: unknown): void {
		const message = parseViewMessage(raw)
		if (!message) {
			this.dropped++
			this.logger.log('warn', 'chat.viewMessage', { dropped: this.dropped })
			return
		}
		if (message.type === 'ready') this.isReady = true
		this.messages.fire(message)
	}
}
