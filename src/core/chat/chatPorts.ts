import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Event } from '../../shared/event.ts'
import type { DocumentPage } from '../documentPage.ts'
import type { AnswerReceipt, Attachment, Conversation } from './conversation.ts'
import type { DocumentRefusal } from './readableFiles.ts'

/** A piece of what the model is shown beside the messages. */
export interface ChatPiece {
	/** What it came by, such as `@file` or `@workspace`. */
	readonly source: string
	/** Relative to the workspace's folder, with `/`; absent where it is of no file. */
	readonly path?: string
	/** From 0, the end exclusive. */
	readonly startLine?: number
	readonly endLine?: number
	/** Of a document of pages, such as a PDF. */
	readonly page?: DocumentPage
	readonly text: string
	/** Where not all pieces fit, it takes no more than this share of the room. Default: as much as there is. */
	readonly mostShare?: number
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

/** What a question means, once its mentions and its slash command were understood. */
export interface UnderstoodQuestion {
	/** What the model is asked, in place of what was typed. */
	readonly instruction: string
	/** What was typed without mentions and slash command: for what is searched for. */
	readonly query: string
	/** All that goes with it, what was mentioned too; what is of most worth first. */
	readonly attachments: readonly Attachment[]
	/** Answers in place of the chat model, as a research does. */
	readonly task?: ChatTask
}

/** Understands what was typed. */
export interface QuestionReader {
	understand(text: string, attachments: readonly Attachment[], token: CancellationToken): Promise<UnderstoodQuestion>
}

/** Writes an answer in another way than asking the chat model once. */
export interface ChatTask {
	/** Resolves when it has ended or was cancelled; what it rejects with becomes the reason of a failed answer. */
	run(out: ChatTaskOutput, token: CancellationToken): Promise<void>
}

export interface ChatTaskOutput {
	/** More of the answer. */
	text(more: string): void
	/** What goes on, in words for the user. */
	progress(what: string): void
	receipt(receipt: AnswerReceipt): void
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
	/**
	 * Rejects where it could not be written; what was kept before is still there then.
	 *
	 * @returns what is kept now, where another window had kept more of it: then it is what both know
	 */
	save(conversation: Conversation): Promise<Conversation | undefined>
	/**
	 * Keeps more of an answer that is being written, for little: `load` finds it where nothing was saved since.
	 *
	 * @param at length of the answer's text before it, in characters
	 */
	append(more: {
		readonly id: string
		readonly node: string
		readonly at: number
		readonly text: string
	}): Promise<void>
	delete(id: string): Promise<void>
	/** One that could not be read was set aside. */
	readonly onDidSetAside: Event<SetAside>
}

export interface SetAside {
	/** Of the file that it lies in now. */
	readonly path: string
}

export interface SearchHit {
	/** Relative to the workspace's folder, with `/`. */
	readonly path: string
	/** From 0, the end exclusive. */
	readonly startLine: number
	readonly endLine: number
	/** Of a document of pages, such as a PDF. */
	readonly page?: DocumentPage
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
	/** Documents whose text could not be had, as far as they are told of. */
	readonly unread?: readonly UnreadDocument[]
}

export interface UnreadDocument {
	/** Relative to the workspace's folder, with `/`. */
	readonly path: string
	readonly refused: DocumentRefusal
}

/** Finds the places of the workspace that a question is about. */
export interface WorkspaceSearch {
	readonly state: SearchIndexState
	/** The best first. While the index is built, what is in it by now. */
	search(query: string, limit: number, token: CancellationToken): Promise<readonly SearchHit[]>
}
