import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Attachment, Conversation } from './conversation.ts'

/** A piece of what the model is shown beside the messages. */
export interface ChatPiece {
	/** What it came by, such as `@file` or `@workspace`. */
	readonly source: string
	/** Relative to the workspace's folder, with `/`; absent where it is of no file. */
	readonly path?: string
	/** From 0, the end exclusive. */
	readonly startLine?: number
	readonly endLine?: number
	readonly text: string
	/** Why nothing of it may be shown, such as "looks secret"; `text` is empty then. */
	readonly refused?: string
}

/** Reads what was attached. What cannot be read is a refused piece, never an exception. */
export interface AttachmentReader {
	/**
	 * @param question without mentions, for what is searched for
	 * @returns pieces in the order of the attachments, those of most worth first within one
	 */
	read(
		attachments: readonly Attachment[],
		question: string,
		onProgress: (what: string) => void,
		token: CancellationToken,
	): Promise<readonly ChatPiece[]>
}

/** What is known of a conversation without reading it. */
export interface ConversationSummary {
	readonly id: string
	readonly title: string
	/** Milliseconds since 1970. */
	readonly changedAt: number
	readonly messages: number
	/** Around what was searched for. */
	readonly snippet?: string
}

/** Where conversations are kept, per workspace. A write is whole or not there at all; a damaged one loses only itself. */
export interface ConversationStore {
	/** The latest first. */
	list(): Promise<readonly ConversationSummary[]>
	/** Those with all words of the query in their title or text, the latest first. */
	search(query: string): Promise<readonly ConversationSummary[]>
	load(id: string): Promise<Conversation | undefined>
	save(conversation: Conversation): Promise<void>
	delete(id: string): Promise<void>
}

export interface SearchHit {
	/** Relative to the workspace's folder, with `/`. */
	readonly path: string
	/** From 0, the end exclusive. */
	readonly startLine: number
	readonly endLine: number
	readonly text: string
	/** The name of what is defined there. */
	readonly name?: string
	/** The higher the better; of no use beyond the order. */
	readonly score: number
}

export interface SearchIndexState {
	readonly kind: 'off' | 'building' | 'paused' | 'ready'
	readonly done: number
	readonly total: number
}

/** Finds the places of the workspace that a question is about. */
export interface WorkspaceSearch {
	readonly state: SearchIndexState
	/** The best first. While the index is built, what is in it by now. */
	search(query: string, limit: number, token: CancellationToken): Promise<readonly SearchHit[]>
}
