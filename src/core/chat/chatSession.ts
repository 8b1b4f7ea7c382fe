import { CancellationSource } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { placeOf } from '../../shared/placeOf.ts'
import type { ChatModel } from '../model/ports.ts'
import type { ConversationStore, ConversationSummary } from './chatPorts.ts'
import type { AnswerNode, Attachment, Conversation, QuestionNode } from './conversation.ts'
import {
	addQuestion,
	appendText,
	beginAnswer,
	changeAnswer,
	endInterrupted,
	newConversation,
	nodeOf,
	rename,
	showBranch,
	shownPath,
} from './conversationTree.ts'
import { mergeConversations } from './mergeConversations.ts'
import { TextBatch } from './textBatch.ts'
import { type AnswerEnd, type EndReason, type WriterDeps, writeAnswer } from './writeAnswer.ts'

/** What of the open conversation is not as it was. */
export type ChatChange =
	/** Another one, or another branch of it. */
	| { readonly kind: 'opened' }
	/** Nodes of the shown path from this place on. */
	| { readonly kind: 'nodes'; readonly from: number }
	| { readonly kind: 'text'; readonly node: string; readonly text: string }
	/** Everything of an answer but its text. */
	| { readonly kind: 'answer'; readonly node: string }
	| { readonly kind: 'title' }
	/** The list of conversations. */
	| { readonly kind: 'history' }
	| { readonly kind: 'notice'; readonly notice: 'notSaved' | 'setAside' | 'gone'; readonly detail?: string }

export interface ChatSessionDeps extends WriterDeps {
	readonly store: ConversationStore
	readonly logger: Logger
	/** Milliseconds since 1970. */
	readonly today: () => number
	/** Made of letters, digits and `-`, never the same twice. */
	readonly newId: () => string
	readonly limits: () => { readonly maxAnswerTokens: number; readonly temperature: number }
	readonly reasonText: (reason: EndReason) => string
}

interface RunningAnswer {
	readonly node: string
	readonly source: CancellationSource
	readonly ended: Promise<void>
}

/**
 * The conversations of a window: one is open, and answers of others may still be written. All that is shown is kept before it
 * is shown, so that it is there after a crash of whoever it may be.
 */
export class ChatSession implements Disposable {
	private readonly deps: ChatSessionDeps
	private readonly changes = new Emitter<ChatChange>()
	/** The open one, and those with answers that are being written. */
	private readonly live = new Map<string, Conversation>()
	private readonly running = new Map<string, RunningAnswer>()
	private readonly progress = new Map<string, string>()
	private openId: string
	private isDisposed = false
	private isSaid = false
	readonly onDidChange = this.changes.event

	constructor(deps: ChatSessionDeps) {
		this.deps = deps
		const fresh = newConversation(deps.newId(), deps.today())
		this.openId = fresh.id
		this.live.set(fresh.id, fresh)
		deps.store.onDidSetAside(({ path }) => this.tell({ kind: 'notice', notice: 'setAside', detail: path }))
	}

	get conversation(): Conversation {
		return this.live.get(this.openId) ?? newConversation(this.openId, 0)
	}

	get isWriting(): boolean {
		return this.running.has(this.openId)
	}

	/** What goes on before an answer has any text. */
	progressOf(answer: string): string | undefined {
		return this.progress.get(answer)
	}

	/** Asks on the branch that is shown; an answer that is being written there is stopped. */
	async send(text: string, attachments: readonly Attachment[]): Promise<void> {
		if (text.trim() === '') return
		await this.stop()
		this.ask(text, attachments, this.conversation.leaf)
	}

	/** Asks a question differently, on a branch. */
	async edit(question: string, text: string): Promise<void> {
		if (text.trim() === '') return
		await this.stop()
		const node = nodeOf(this.conversation, question)
		if (node?.role === 'user') this.ask(text, node.attachments, node.parent)
	}

	/** Answers the question before an answer again, on a branch. @param model another one than usual */
	async retry(answer: string, model?: ChatModel): Promise<void> {
		await this.stop()
		const node = nodeOf(this.conversation, nodeOf(this.conversation, answer)?.parent)
		if (node?.role !== 'user') return
		const shown = shownPath(this.conversation)
		const from = shown.findIndex((it) => it.node.id === node.id)
		this.answer(this.openId, node, model)
		if (from >= 0) this.tell({ kind: 'nodes', from: from + 1 })
		else this.tell({ kind: 'opened' })
	}

	/** Ends the answer of the open conversation that is being written. Resolves when it has ended. */
	async stop(): Promise<void> {
		const running = this.running.get(this.openId)
		running?.source.cancel()
		await running?.ended
	}

	branch(node: string, index: number): void {
		if (this.isWriting) return
		const before = this.conversation
		const after = showBranch(before, node, index)
		if (after.leaf === before.leaf) return
		this.live.set(after.id, after)
		this.tell({ kind: 'opened' })
		this.save(after.id)
	}

	/** Opens an empty conversation; an answer of the one before is written to its end. */
	create(): void {
		if (this.conversation.nodes.length > 0) this.show(newConversation(this.deps.newId(), this.deps.today()))
	}

	async open(id: string): Promise<void> {
		if (id === this.openId) return
		const found = this.live.get(id) ?? (await this.load(id))
		if (found) this.show(found)
		else this.tell({ kind: 'notice', notice: 'gone' })
	}

	/** The same without a word where it is gone. */
	async restore(id: string): Promise<void> {
		const found = await this.load(id)
		if (found && this.conversation.nodes.length === 0) this.show(found)
	}

	async rename(id: string, title: string): Promise<void> {
		const before = this.live.get(id) ?? (await this.load(id))
		if (!before) return
		const after = rename(before, title, this.deps.today())
		if (this.live.has(id)) this.live.set(id, after)
		await this.keepWhole(after)
		if (id === this.openId) this.tell({ kind: 'title' })
		this.tell({ kind: 'history' })
	}

	async delete(id: string): Promise<void> {
		const running = this.running.get(id)
		this.live.delete(id)
		if (id === this.openId) this.show(newConversation(this.deps.newId(), this.deps.today()))
		running?.source.cancel()
		await running?.ended
		await this.keep(() => this.deps.store.delete(id))
		this.tell({ kind: 'history' })
	}

	search(query: string): Promise<readonly ConversationSummary[]> {
		return query.trim() === '' ? this.deps.store.list() : this.deps.store.search(query)
	}

	/** Ends what is being written; its text is kept, and it counts as interrupted when it is read again. */
	dispose(): void {
		this.isDisposed = true
		for (const { source } of this.running.values()) source.cancel()
		this.changes.dispose()
	}

	private ask(text: string, attachments: readonly Attachment[], parent: string | undefined): void {
		const { newId, today } = this.deps
		const id = newId()
		const before = this.conversation
		const question = addQuestion(before, { id, parent, text, attachments, at: today() })
		this.live.set(question.id, question)
		const node = nodeOf(question, id)
		if (node?.role !== 'user') return
		const from = shownPath(question).findIndex((it) => it.node.id === id)
		this.answer(question.id, node)
		this.tell({ kind: 'nodes', from })
		if (question.title !== before.title) this.tell({ kind: 'title' })
		this.tell({ kind: 'history' })
	}

	private answer(id: string, question: QuestionNode, model?: ChatModel): void {
		const node = this.deps.newId()
		this.change(id, (before) => beginAnswer(before, { id: node, question: question.id, at: this.deps.today() }))
		this.save(id)
		const source = new CancellationSource()
		// Nothing of it runs before the answer is known to be running.
		const ended = Promise.resolve().then(() => this.write(id, node, { question, source, ...(model && { model }) }))
		this.running.set(id, { node, source, ended })
	}

	private async write(
		id: string,
		node: string,
		{
			question,
			source,
			model = this.deps.model,
		}: { readonly question: QuestionNode; readonly source: CancellationSource; readonly model?: ChatModel },
	): Promise<void> {
		const { clock, store, limits } = this.deps
		const batch = new TextBatch({
			clock,
			keep: (text) => {
				const at = this.answerOf(id, node)?.text.length ?? 0
				return this.keep(() => store.append({ id, node, at, text }))
			},
			show: (text) => {
				this.progress.delete(node)
				this.change(id, (before) => appendText(before, node, text))
				this.tellOf(id, { kind: 'text', node, text })
			},
		})
		const out = {
			text: (more: string) => batch.add(more),
			progress: (what: string) => {
				this.progress.set(node, what)
				this.tellOf(id, { kind: 'answer', node })
			},
			prompt: (facts: Pick<AnswerNode, 'prompt' | 'receipt' | 'model'>) => {
				this.progress.delete(node)
				this.change(id, (before) => changeAnswer(before, node, (answer) => ({ ...answer, ...facts })))
				this.save(id)
				this.tellOf(id, { kind: 'answer', node })
			},
		}
		const path = this.pathTo(id, node).slice(0, -2)
		const order = { question, history: path, ...limits() }
		const end = await writeAnswer(order, { ...this.deps, model }, out, source.token)
		await batch.end()
		source.dispose()
		this.finish(id, node, end)
	}

	private finish(id: string, node: string, { reason, ...end }: AnswerEnd): void {
		const { logger, reasonText, today } = this.deps
		logger.log('info', 'chat.answered', { state: end.state, reason: reason?.code, ...end.figures })
		this.running.delete(id)
		this.progress.delete(node)
		// The editor ends: what is kept says that it was being written.
		if (this.isDisposed) return
		const why = reason && { reason: reasonText(reason) }
		this.change(id, (before) => changeAnswer(before, node, (answer) => ({ ...answer, ...end, ...why }), today()))
		this.save(id)
		this.tellOf(id, { kind: 'answer', node })
		this.tell({ kind: 'history' })
		if (id !== this.openId) this.live.delete(id)
	}

	private pathTo(id: string, leaf: string) {
		const conversation = this.live.get(id)
		return conversation ? shownPath({ ...conversation, leaf }).map(({ node }) => node) : []
	}

	private answerOf(id: string, node: string): AnswerNode | undefined {
		const conversation = this.live.get(id)
		const found = conversation && nodeOf(conversation, node)
		return found?.role === 'assistant' ? found : undefined
	}

	private show(conversation: Conversation): void {
		const before = this.openId
		this.openId = conversation.id
		this.live.set(conversation.id, conversation)
		if (before !== conversation.id && !this.running.has(before)) this.live.delete(before)
		this.tell({ kind: 'opened' })
	}

	private async load(id: string): Promise<Conversation | undefined> {
		const { store, reasonText, logger } = this.deps
		try {
			const found = await store.load(id)
			return found && endInterrupted(found, reasonText({ code: 'editorEnded' }))
		} catch (error) {
			logger.log('error', 'chat.notLoaded', { place: placeOf(error) })
			return undefined
		}
	}

	private change(id: string, change: (before: Conversation) => Conversation): void {
		const before = this.live.get(id)
		if (before) this.live.set(id, change(before))
	}

	private save(id: string): void {
		const conversation = this.live.get(id)
		if (conversation) void this.keepWhole(conversation)
	}

	private keepWhole(conversation: Conversation): Promise<void> {
		return this.keep(async () => {
			const merged = await this.deps.store.save(conversation)
			if (merged) this.adopt(merged)
		})
	}

	/** What another window made of a conversation is a branch of it here. */
	private adopt(merged: Conversation): void {
		const before = this.live.get(merged.id)
		if (!before || this.isDisposed) return
		const after = mergeConversations(before, merged)
		this.live.set(after.id, after)
		const known = new Set(before.nodes)
		if (after.nodes.some((node) => !known.has(node))) this.tellOf(after.id, { kind: 'nodes', from: 0 })
		if (after.title !== before.title) this.tellOf(after.id, { kind: 'title' })
		this.tell({ kind: 'history' })
	}

	/** What cannot be kept is shown all the same, and said once. */
	private async keep(write: () => Promise<void>): Promise<void> {
		try {
			await write()
			this.isSaid = false
		} catch (error) {
			this.deps.logger.log('error', 'chat.notSaved', { place: placeOf(error) })
			if (this.isSaid) return
			this.isSaid = true
			this.tell({ kind: 'notice', notice: 'notSaved' })
		}
	}

	private tellOf(id: string, change: ChatChange): void {
		if (id === this.openId && this.live.has(id)) this.tell(change)
	}

	private tell(change: ChatChange): void {
		this.changes.fire(change)
	}
}
