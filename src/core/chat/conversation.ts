import type { DocumentPage } from '../documentPage.ts'

/**
 * A conversation is a tree: who edits a message or asks again makes a branch, and nothing that was said is lost. The path
 * from the root to `leaf` is what is shown. All of this is plain data, kept as it is.
 */
export interface Conversation {
	/** Unique in the workspace; made of letters, digits and `-`. */
	readonly id: string
	/** From the first message, or what the user called it. */
	readonly title: string
	/** When the user called it so. */
	readonly titledAt?: number
	/** Milliseconds since 1970. */
	readonly createdAt: number
	readonly changedAt: number
	/** In the order in which they were made; a parent comes before its children. */
	readonly nodes: readonly ConversationNode[]
	/** The last node of the path that is shown; absent while there is none. */
	readonly leaf?: string
}

export type ConversationNode = QuestionNode | AnswerNode

interface NodeBase {
	/** Unique in the conversation. */
	readonly id: string
	/** Absent: the conversation begins with it. */
	readonly parent?: string
	/** Milliseconds since 1970. */
	readonly at: number
}

export interface QuestionNode extends NodeBase {
	readonly role: 'user'
	/** As it was typed, with mentions and the slash command. */
	readonly text: string
	/** What goes with it, as the user chose it; what was read of each is in the receipt of the answer. */
	readonly attachments: readonly Attachment[]
}

export interface AnswerNode extends NodeBase {
	readonly role: 'assistant'
	readonly text: string
	/**
	 * `writing`: it comes. `done`: it ended by itself. `stopped`: the user stopped it. `cut`: there was no room for more, or it
	 * went round in circles. `interrupted`: the engine or the editor ended in the middle. `failed`: there is no answer.
	 */
	readonly state: 'writing' | 'done' | 'stopped' | 'cut' | 'interrupted' | 'failed'
	/** Why, in words for the user, where it is neither `writing` nor `done`. */
	readonly reason?: string
	/** The name of the model that wrote it. */
	readonly model?: string
	/**
	 * The question as the model was shown it, with what was read of its attachments. Later turns say it again byte for byte, so
	 * that nothing of it is computed again; files have changed by then.
	 */
	readonly prompt?: string
	readonly receipt?: AnswerReceipt
	readonly figures?: AnswerFigures
}

/** What a user may show the model; what is implicit goes along because it is in view. Paths are relative to the workspace's folder, with `/`, or URIs outside of it. */
export type Attachment =
	| { readonly kind: 'file'; readonly path: string; readonly isImplicit?: boolean }
	| { readonly kind: 'folder'; readonly path: string }
	/** Lines from 0, the end exclusive. `text` is kept, for the document changes. */
	| {
			readonly kind: 'selection'
			readonly path: string
			readonly startLine: number
			readonly endLine: number
			readonly text: string
			readonly isImplicit?: boolean
	  }
	| {
			readonly kind: 'symbol'
			readonly name: string
			readonly path: string
			readonly startLine: number
			readonly endLine: number
	  }
	/** With lines (from 0, the end exclusive): those that touch them. */
	| { readonly kind: 'problems'; readonly path?: string; readonly startLine?: number; readonly endLine?: number }
	| { readonly kind: 'changes'; readonly staged?: boolean }
	| { readonly kind: 'terminal'; readonly text: string }
	| { readonly kind: 'workspace' }
	/** A finding of the security analysis, by its fingerprint, with what was found written out. */
	| { readonly kind: 'finding'; readonly fingerprint: string; readonly title: string; readonly text: string }

/** What the model was shown, and what there was no room for. */
export interface AnswerReceipt {
	readonly pieces: readonly ReceiptPiece[]
	/** Of the whole prompt. */
	readonly promptTokens: number
	/** Earlier messages that did not fit. */
	readonly droppedMessages: number
	/** Secrets that were taken out of it before it went to another machine; absent where there were none. */
	readonly redactions?: number
}

export interface ReceiptPiece {
	/** What it came by, such as `@file` or `@workspace`. */
	readonly source: string
	/** Absent where it is of no file. */
	readonly path?: string
	/** From 0, the end exclusive. */
	readonly startLine?: number
	readonly endLine?: number
	/** Of a document of pages: what was shown is on this one. */
	readonly page?: DocumentPage
	readonly tokens: number
	/** `cut`: its end was left out. `left out`: the model saw nothing of it. */
	readonly shown: 'whole' | 'cut' | 'leftOut'
	/** Why it was left out, such as "looks secret". */
	readonly reason?: string
}

export interface AnswerFigures {
	/** Milliseconds from sending to the first piece of text. */
	readonly firstTokenMs?: number
	readonly totalMs: number
	readonly generatedTokens: number
	readonly tokensPerSecond?: number
	/** Tokens of the prompt that had to be computed; the others were known from the turn before. */
	readonly evaluatedTokens: number
}
