import type { AttachmentReader, QuestionReader, SearchIndexState } from '../../core/chat/chatPorts.ts'
import type { AnswerNode, Attachment } from '../../core/chat/conversation.ts'
import type { ViewChip, ViewSuggestion } from '../../protocol/webview.ts'
import type { Disposable } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'

/** A short word on what was done or did not work, in the view. */
export interface ChatNotice {
	readonly severity: 'info' | 'warning' | 'error'
	readonly text: string
}

export type BlockAction = 'copy' | 'insert' | 'newFile' | 'apply'

/** What can be done with a block of code in an answer. */
export interface BlockActions extends Disposable {
	/**
	 * @param question what was typed, with its slash command
	 * @param block counted from 0, as the view counts the fenced blocks of the answer's text
	 * @returns what to say in the view; undefined: nothing. What it rejects with is said as an error.
	 */
	run(action: BlockAction, answer: AnswerNode, question: string, block: number): Promise<ChatNotice | undefined>
}

/** What goes with the next message: what is shown of it, and what it is. */
export interface ContextChip {
	readonly shown: ViewChip
	readonly attachment: Attachment
}

/** What the next message takes along, what can be mentioned in it, and how that is read. */
export interface ChatContext extends QuestionReader, AttachmentReader, Disposable {
	/** What is given without being asked for last. */
	readonly chips: readonly ContextChip[]
	readonly onDidChangeChips: Event<void>
	add(attachments: readonly Attachment[]): void
	/** Files that were dropped or picked. @param uris as the view got them; what is no file of a known scheme is said */
	addFiles(uris: readonly string[]): Promise<ChatNotice | undefined>
	/** Of what is implicit: until the next message was sent. */
	remove(chip: string): void
	/** What was chosen by hand. */
	readonly chosen: readonly Attachment[]
	/** In place of what was chosen by hand: another conversation was opened. */
	choose(attachments: readonly Attachment[]): void
	/** The message with these chips was sent: those that were chosen are done with. */
	sent(): void
	/** What may stand at the cursor. */
	suggest(text: string, cursor: number): Promise<readonly ViewSuggestion[]>
	/** How a chip is called that stands for an attachment of an earlier message. */
	labelOf(attachment: Attachment): string
	/** Useful first questions. */
	readonly starters: readonly { readonly label: string; readonly text: string }[]
}

/** The index that `@workspace` looks into, as the view shows it. */
export interface ChatIndex {
	readonly state: SearchIndexState
	readonly onDidChangeState: Event<SearchIndexState>
	pause(isPaused: boolean): void
}

/** What other parts of the extension bring to the chat. */
export interface ChatParts {
	readonly blocks: BlockActions
	readonly context: ChatContext
	/** Absent: there is none. */
	readonly index?: ChatIndex
}

/** What other parts of the extension ask of the chat. */
export interface Chat {
	/** Shows the view and puts text into the composer; with `isSent` it is sent at once. */
	ask(question: {
		readonly text: string
		readonly attachments?: readonly Attachment[]
		readonly isSent?: boolean
	}): Promise<void>
	/** Says something in the view. */
	notify(notice: ChatNotice): void
}
