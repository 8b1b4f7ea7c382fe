import { randomUUID } from 'node:crypto'
import * as vscode from 'vscode'
import type { ConversationStore } from '../../core/chat/chatPorts.ts'
import { type ChatChange, ChatSession } from '../../core/chat/chatSession.ts'
import type { AnswerNode } from '../../core/chat/conversation.ts'
import { nodeOf } from '../../core/chat/conversationTree.ts'
import { exportConversation } from '../../core/chat/exportConversation.ts'
import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { ChatModel } from '../../core/model/ports.ts'
import type { HostMessage, ViewMessage } from '../../protocol/webview.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { placeOf } from '../../shared/placeOf.ts'
import type { ContextKeys } from '../contextKeys.ts'
import { chatModelSetting, commandIds, contextKeys, stateKeys } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { messagesOf, noticeOf, viewConversation } from './chatMessages.ts'
import type { BlockAction, Chat, ChatNotice, ChatParts } from './chatParts.ts'
import { endReasonText, exportWords, receiptWords } from './chatText.ts'
import { ChatView } from './chatView.ts'
import { Drafts } from './drafts.ts'
import { OpenDraft } from './openDraft.ts'
import { openReference } from './openReference.ts'
import { searchChats } from './searchChats.ts'
import { lineOf, type NodeWords, viewHistoryItem, viewIndex, viewModel } from './viewState.ts'

export interface ChatDeps {
	readonly model: ChatModel
	/** The model that the settings ask for. */
	readonly spec: () => ModelSpec
	readonly store: ConversationStore
	readonly parts: ChatParts
	readonly settings: SettingsStore
	readonly keys: ContextKeys
	/** Of this workspace. */
	readonly state: vscode.Memento
	readonly clock: Clock
	readonly logger: Logger
	/** Absolute path of what the view loads. */
	readonly viewFolder: string
}

/** What commands ask of the chat. */
export interface ChatFeature extends Chat, Disposable {
	newChat(): Promise<void>
	openChat(): Promise<void>
	searchChats(): Promise<void>
	exportChat(): Promise<void>
	stopAnswer(): Promise<void>
	/** The last question of the open conversation, and its answer; undefined: nothing was asked. */
	lastAsked(): Promise<{ readonly question: string; readonly answer: string } | undefined>
	/** Has another model answer the question again, on a branch. */
	answerAgain(answer: string, model: ChatModel): Promise<void>
}

/** Milliseconds in which changes of the list of conversations are put together. */
const historyMs = 200

/** The chat in the sidebar: the session, its view, and what goes between the two. */
export function chatFeature(deps: ChatDeps): ChatFeature {
	return new Feature(deps)
}

class Feature implements ChatFeature {
	private readonly deps: ChatDeps
	private readonly store = new DisposableStore()
	private readonly session: ChatSession
	private readonly view: ChatView
	/** What is being written; the view is made anew from it. */
	private readonly draft: OpenDraft
	/** What the list of conversations was last asked for; undefined: not yet. */
	private query: string | undefined
	private isHistoryDue = false
	private wantsFocus = false
	private restoring: Promise<void> | undefined

	constructor(deps: ChatDeps) {
		this.deps = deps
		const { store } = this
		const { model, parts, clock, logger, settings } = deps
		this.session = store.add(
			new ChatSession({
				model,
				store: deps.store,
				questions: parts.context,
				attachments: parts.context,
				clock,
				logger,
				words: receiptWords(vscode.l10n),
				today: () => Date.now(),
				newId: () => randomUUID(),
				limits: () => ({
					maxAnswerTokens: settings.current['chat.maxAnswerTokens'],
					temperature: settings.current['chat.temperature'],
				}),
				reasonText: (reason) => endReasonText(vscode.l10n, reason),
			}),
		)
		this.draft = new OpenDraft({ drafts: new Drafts(deps.state), context: parts.context, session: this.session })
		this.view = store.add(new ChatView(deps.viewFolder, logger))
		store.add(this.session.onDidChange((change) => this.show(change)))
		store.add(this.view.onMessage((message) => void this.take(message)))
		const showModel = () => this.post({ type: 'model', model: this.modelInView() })
		store.add(model.onDidChangeState(showModel))
		store.add(settings.onDidChange(showModel))
		store.add(
			parts.context.onDidChangeChips(() => {
				this.draft.chipsChanged()
				this.post({ type: 'chips', chips: this.chips() })
			}),
		)
		if (parts.index) {
			store.add(parts.index.onDidChangeState((now) => this.post({ type: 'index', index: viewIndex(now) })))
		}
		store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.postState()))
	}

	async ask({ text, attachments = [], isSent = false }: Parameters<Chat['ask']>[0]): Promise<void> {
		await this.restored()
		if (attachments.length > 0) this.deps.parts.context.add(attachments)
		await this.reveal()
		if (isSent) await this.send(text)
		else {
			this.draft.replace(text)
			this.post({ type: 'compose', text, replace: true })
		}
	}

	notify({ severity, text }: ChatNotice): void {
		if (this.view.isListening) this.post({ type: 'notice', severity, text: lineOf(text) })
		else if (severity === 'info') void vscode.window.showInformationMessage(text)
		else void vscode.window.showWarningMessage(text)
	}

	async newChat(): Promise<void> {
		await this.restored()
		this.session.create()
		await this.reveal()
	}

	async openChat(): Promise<void> {
		await this.reveal()
	}

	searchChats(): Promise<void> {
		return searchChats(this.session, async (id) => {
			await this.session.open(id)
			await this.reveal()
		})
	}

	async exportChat(): Promise<void> {
		await this.restored()
		const content = exportConversation(this.session.conversation, exportWords(vscode.l10n))
		const document = await vscode.workspace.openTextDocument({ language: 'markdown', content })
		await vscode.window.showTextDocument(document)
	}

	stopAnswer(): Promise<void> {
		return this.session.stop()
	}

	async lastAsked(): Promise<{ readonly question: string; readonly answer: string } | undefined> {
		await this.restored()
		const { conversation } = this.session
		const answer = nodeOf(conversation, conversation.leaf)
		const question = nodeOf(conversation, answer?.parent)
		return answer && question?.role === 'user' ? { question: question.text, answer: answer.id } : undefined
	}

	answerAgain(answer: string, model: ChatModel): Promise<void> {
		return this.session.retry(answer, model)
	}

	dispose(): void {
		this.store.dispose()
	}

	// ---------- from the view

	private async take(message: ViewMessage): Promise<void> {
		try {
			await this.handle(message)
		} catch (error) {
			this.deps.logger.log('error', 'chat.failed', { message: message.type, place: placeOf(error) })
			this.notify({ severity: 'error', text: messageOf(error) })
		}
	}

	private async handle(message: ViewMessage): Promise<void> {
		const { session } = this
		const { context, index } = this.deps.parts
		switch (message.type) {
			case 'ready':
				return this.begin()
			case 'send':
				return this.send(message.text)
			case 'stop':
				return session.stop()
			case 'retry':
				return session.retry(message.node)
			case 'edit':
				return session.edit(message.node, message.text)
			case 'branch':
				return session.branch(message.node, message.index)
			case 'new':
				session.create()
				return this.post({ type: 'focus' })
			case 'open':
				return session.open(message.conversation)
			case 'rename':
				return session.rename(message.conversation, message.title)
			case 'delete':
				this.draft.forget(message.conversation)
				return session.delete(message.conversation)
			case 'searchHistory':
				return this.showHistory(message.query)
			case 'suggest': {
				const items = await context.suggest(message.text, message.cursor)
				return this.post({ type: 'suggestions', request: message.request, items: [...items] })
			}
			case 'removeChip':
				return context.remove(message.chip)
			case 'addFiles': {
				const notice = await context.addFiles(message.uris)
				return notice && this.notify(notice)
			}
			case 'draft':
				this.draft.typed(message.conversation, message.text)
				// Whoever types will send: the model is loaded by then.
				if (message.text !== '' && this.deps.model.state.kind === 'idle') this.deps.model.prepare()
				return
			case 'pauseIndex':
				return index?.pause(message.paused)
			case 'viewError':
				return this.deps.logger.log('error', 'chat.view', { detail: message.message.slice(0, 200) })
			default:
				return this.act(message)
		}
	}

	private async act(
		message: Extract<
			ViewMessage,
			{
				type:
					| 'export'
					| 'copyAnswer'
					| 'copyBlock'
					| 'insertBlock'
					| 'newFile'
					| 'applyBlock'
					| 'openReference'
					| 'chooseModel'
			}
		>,
	): Promise<void> {
		switch (message.type) {
			case 'export':
				return this.exportChat()
			case 'copyAnswer': {
				const answer = this.answer(message.node)
				if (answer) await vscode.env.clipboard.writeText(answer.text)
				return this.notify({ severity: 'info', text: vscode.l10n.t('Copied.') })
			}
			case 'copyBlock':
				return this.runOnBlock('copy', message)
			case 'insertBlock':
				return this.runOnBlock('insert', message)
			case 'newFile':
				return this.runOnBlock('newFile', message)
			case 'applyBlock':
				return this.runOnBlock('apply', message)
			case 'openReference': {
				const piece = this.answer(message.node)?.receipt?.pieces[message.reference]
				if (piece && !(await openReference(piece))) {
					this.notify({ severity: 'warning', text: vscode.l10n.t('The file is not there any more.') })
				}
				return
			}
			case 'chooseModel':
				if (this.deps.settings.current['chat.modelPath'] === '') {
					await vscode.commands.executeCommand(commandIds.chooseModel)
				} else await vscode.commands.executeCommand('workbench.action.openSettings', chatModelSetting)
		}
	}

	private async runOnBlock(action: BlockAction, { node, block }: { node: string; block: number }): Promise<void> {
		const answer = this.answer(node)
		const question = nodeOf(this.session.conversation, answer?.parent)
		const asked = question?.role === 'user' ? question.text : ''
		const notice = answer && (await this.deps.parts.blocks.run(action, answer, asked, block))
		if (notice) this.notify(notice)
	}

	private async send(text: string): Promise<void> {
		const { context } = this.deps.parts
		await this.restored()
		const attachments = context.chips.map(({ attachment }) => attachment)
		this.draft.clear()
		await this.session.send(text, attachments)
		context.sent()
	}

	/** Resolves when the conversation that was open last is open again: read when somebody looks, not within activation. */
	private restored(): Promise<void> {
		this.restoring ??= this.restore()
		return this.restoring
	}

	private async restore(): Promise<void> {
		const last = this.deps.state.get<string>(stateKeys.openChat)
		if (last !== undefined) await this.session.restore(last)
		this.draft.begin()
	}

	private answer(id: string): AnswerNode | undefined {
		const node = nodeOf(this.session.conversation, id)
		return node?.role === 'assistant' ? node : undefined
	}

	// ---------- to the view

	private async begin(): Promise<void> {
		await this.restored()
		this.query = undefined
		this.postState()
		if (this.wantsFocus) this.post({ type: 'focus' })
		this.wantsFocus = false
	}

	private show(change: ChatChange): void {
		const { deps, session } = this
		deps.keys.set(contextKeys.chatWriting, session.isWriting)
		if (change.kind === 'opened' || change.kind === 'nodes') {
			const { id, nodes } = session.conversation
			void deps.state.update(stateKeys.openChat, nodes.length === 0 ? undefined : id)
		}
		if (change.kind === 'notice') this.notify(noticeOf(vscode.l10n, change))
		else if (change.kind === 'history') this.planHistory()
		else for (const message of messagesOf(change, session, this.words)) this.post(message)
		if (change.kind === 'opened') {
			this.draft.opened()
			this.postState()
		}
	}

	private postState(): void {
		const { context, index } = this.deps.parts
		this.post({
			type: 'state',
			state: {
				conversation: viewConversation(this.session, this.words),
				chips: this.chips(),
				model: this.modelInView(),
				...(index && { index: viewIndex(index.state) }),
				starters: context.starters.map(({ label, text }) => ({ label: lineOf(label), text: lineOf(text) })),
				draft: this.draft.text,
				isTrusted: vscode.workspace.isTrusted,
			},
		})
	}

	private get words(): NodeWords {
		const { context } = this.deps.parts
		return {
			labelOf: (attachment) => context.labelOf(attachment),
			progressOf: (answer) => this.session.progressOf(answer),
		}
	}

	private chips() {
		return this.deps.parts.context.chips.map(({ shown }) => shown)
	}

	private modelInView() {
		return viewModel(vscode.l10n, this.deps.model.state, this.deps.spec())
	}

	private async showHistory(query: string): Promise<void> {
		this.query = query
		const found = await this.session.search(query)
		if (this.query !== query) return
		this.post({ type: 'history', query, items: found.map(viewHistoryItem) })
	}

	/** Only where somebody looks at it. */
	private planHistory(): void {
		if (this.isHistoryDue || this.query === undefined || !this.view.isListening) return
		this.isHistoryDue = true
		this.store.add(
			this.deps.clock.after(historyMs, () => {
				this.isHistoryDue = false
				if (this.query !== undefined) void this.take({ type: 'searchHistory', query: this.query })
			}),
		)
	}

	private async reveal(): Promise<void> {
		this.wantsFocus = !this.view.isListening
		await this.view.reveal()
		this.post({ type: 'focus' })
	}

	private post(message: HostMessage): void {
		this.view.post(message)
	}
}
