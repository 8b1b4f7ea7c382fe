import type * as vscode from 'vscode'
import type { Attachment } from '../../core/chat/conversation.ts'
import { stateKeys } from '../ids.ts'

/** What is written and chosen for a message that was not sent yet. */
export interface Draft {
	readonly text: string
	readonly attachments: readonly Attachment[]
}

interface KeptDraft extends Draft {
	readonly conversation: string
}

/** Of conversations; those that were written in last stay. */
const mostKept = 30
/** Characters of all that is kept beyond the window: the editor reads its state as a whole. */
const mostCharacters = 300_000
const nothing: Draft = { text: '', attachments: [] }

/** The message that is being written in each conversation: it is there after a reload, and when the conversation is opened again. */
export class Drafts {
	private readonly state: vscode.Memento
	/** What was changed last is last. */
	private readonly drafts: Map<string, Draft>

	/** @param state of this workspace */
	constructor(state: vscode.Memento) {
		this.state = state
		const kept = state.get<readonly KeptDraft[]>(stateKeys.chatDrafts)
		this.drafts = new Map((Array.isArray(kept) ? kept : []).filter(isDraft).map((one) => [one.conversation, one]))
	}

	of(conversation: string): Draft {
		return this.drafts.get(conversation) ?? nothing
	}

	change(conversation: string, change: Partial<Draft>): void {
		const before = this.of(conversation)
		const { text, attachments } = { ...before, ...change }
		if (text === before.text && JSON.stringify(attachments) === JSON.stringify(before.attachments)) return
		this.drafts.delete(conversation)
		if (text !== '' || attachments.length > 0) this.drafts.set(conversation, { text, attachments })
		this.keep()
	}

	private keep(): void {
		const kept: KeptDraft[] = []
		let room = mostCharacters
		for (const [conversation, draft] of [...this.drafts].reverse()) {
			const one = { conversation, text: draft.text, attachments: draft.attachments }
			const size = JSON.stringify(one).length
			if (kept.length >= mostKept || size > room) continue
			room -= size
			kept.unshift(one)
		}
		void this.state.update(stateKeys.chatDrafts, kept.length === 0 ? undefined : kept)
	}
}

const kinds: Readonly<Record<Attachment['kind'], true>> = {
	file: true,
	folder: true,
	selection: true,
	symbol: true,
	problems: true,
	changes: true,
	terminal: true,
	workspace: true,
	finding: true,
}

/** It was written by this program, but perhaps by another version of it. */
function isDraft(value: unknown): value is KeptDraft {
	if (typeof value !== 'object' || value === null) return false
	const { conversation, text, attachments } = value as Partial<KeptDraft>
	const isAttachment = (one: unknown) =>
		typeof one === 'object' && one !== null && 'kind' in one && String(one.kind) in kinds
	return (
		typeof conversation === 'string' &&
		typeof text === 'string' &&
		Array.isArray(attachments) &&
		attachments.every(isAttachment)
	)
}
