import type { ConversationStore, ConversationSummary, SetAside } from '../../src/core/chat/chatPorts.ts'
import type { Conversation } from '../../src/core/chat/conversation.ts'
import { appendText } from '../../src/core/chat/conversationTree.ts'
import { matchWords, snippetOf, summaryOf } from '../../src/core/chat/searchConversation.ts'
import { Emitter } from '../../src/shared/event.ts'

/** Keeps conversations in memory; may be told that its disk is full. */
export class FakeConversationStore implements ConversationStore {
	readonly kept = new Map<string, Conversation>()
	private readonly setAsides = new Emitter<SetAside>()
	isFull = false
	readonly onDidSetAside = this.setAsides.event

	async list(): Promise<readonly ConversationSummary[]> {
		return [...this.kept.values()].map(summaryOf).sort((a, b) => b.changedAt - a.changedAt)
	}

	async search(query: string): Promise<readonly ConversationSummary[]> {
		const found = [...this.kept.values()].flatMap((conversation) => {
			const match = matchWords(conversation, query)
			return match ? [{ ...summaryOf(conversation), ...snippetOf(match) }] : []
		})
		return found.sort((a, b) => b.changedAt - a.changedAt)
	}

	async load(id: string): Promise<Conversation | undefined> {
		return this.kept.get(id)
	}

	async save(conversation: Conversation): Promise<undefined> {
		if (this.isFull) throw new Error('no space left')
		this.kept.set(conversation.id, conversation)
	}

	async append({ id, node, at, text }: Parameters<ConversationStore['append']>[0]): Promise<void> {
		if (this.isFull) throw new Error('no space left')
		const before = this.kept.get(id)
		const length = before?.nodes.find((it) => it.id === node)?.text.length
		if (before && length !== undefined && at <= length) {
			this.kept.set(id, appendText(before, node, text.slice(length - at)))
		}
	}

	async delete(id: string): Promise<void> {
		this.kept.delete(id)
	}
}
