import type { Conversation } from '../../core/chat/conversation.ts'
import type { ChatContext } from './chatParts.ts'
import type { Drafts } from './drafts.ts'

/** All new conversations have one draft: without a message none of them is kept. */
const ofNew = ''

/** The message that is being written in the open conversation: its text, which the view tells, and what was chosen for it. */
export class OpenDraft {
	private readonly drafts: Drafts
	private readonly context: Pick<ChatContext, 'chosen' | 'choose'>
	private readonly session: { readonly conversation: Conversation }
	/** The conversation whose draft is shown; undefined until the one that was open last is open again. */
	private shown: string | undefined
	/** The conversation that was new last. */
	private fresh: string | undefined

	constructor(deps: {
		readonly drafts: Drafts
		readonly context: Pick<ChatContext, 'chosen' | 'choose'>
		readonly session: { readonly conversation: Conversation }
	}) {
		this.drafts = deps.drafts
		this.context = deps.context
		this.session = deps.session
	}

	get text(): string {
		return this.drafts.of(this.keyOf(this.session.conversation.id)).text
	}

	/** The first conversation is open: its draft goes before what was chosen meanwhile. */
	begin(): void {
		if (this.shown === undefined) this.show(this.context.chosen)
	}

	/** Another conversation, or another branch of it, is open. */
	opened(): void {
		if (this.shown !== undefined && this.shown !== this.session.conversation.id) this.show([])
	}

	/** @param conversation that it was typed in */
	typed(conversation: string, text: string): void {
		this.drafts.change(this.keyOf(conversation), { text })
	}

	/** What is to be said next, in place of what was typed. */
	replace(text: string): void {
		this.typed(this.session.conversation.id, text)
	}

	chipsChanged(): void {
		if (this.shown !== undefined) this.drafts.change(this.keyOf(this.shown), { attachments: this.context.chosen })
	}

	/** It is sent. */
	clear(): void {
		this.forget(this.session.conversation.id)
	}

	/** @param conversation that is deleted */
	forget(conversation: string): void {
		this.drafts.change(this.keyOf(conversation), { text: '', attachments: [] })
	}

	private show(more: ReturnType<Drafts['of']>['attachments']): void {
		const { id, nodes } = this.session.conversation
		if (nodes.length === 0) this.fresh = id
		this.shown = id
		this.context.choose([...this.drafts.of(this.keyOf(id)).attachments, ...more])
	}

	private keyOf(conversation: string): string {
		const { id, nodes } = this.session.conversation
		if (conversation === id) return nodes.length === 0 ? ofNew : id
		return conversation === this.fresh ? ofNew : conversation
	}
}
