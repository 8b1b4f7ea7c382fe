import { linesLabel } from '../documentPage.ts'
import type { AnswerNode, Conversation, ReceiptPiece } from './conversation.ts'
import { shownPath } from './conversationTree.ts'

/** Words of the export, in the user's language. */
export interface ExportWords {
	readonly you: string
	readonly assistant: string
	readonly shown: string
	readonly untitled: string
}

/** The branch of a conversation that is shown, as a Markdown document. */
export function exportConversation(conversation: Conversation, words: ExportWords): string {
	const title = conversation.title === '' ? words.untitled : conversation.title
	const parts = [`# ${title.replace(/\n/g, ' ')}`]
	for (const { node } of shownPath(conversation)) {
		if (node.role === 'user') parts.push(`## ${words.you}`, node.text)
		else
			parts.push(
				`## ${node.model === undefined ? words.assistant : `${words.assistant} (${node.model})`}`,
				...answer(node, words),
			)
	}
	return `${parts
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.join('\n\n')}\n`
}

function answer({ text, reason, receipt }: AnswerNode, { shown }: ExportWords): string[] {
	const pieces = receipt?.pieces.filter((piece) => piece.path !== undefined && piece.shown !== 'leftOut') ?? []
	return [
		closed(text),
		...(reason === undefined ? [] : [`> ${reason.replace(/\n/g, ' ')}`]),
		...(pieces.length === 0 ? [] : [`${shown}\n\n${pieces.map((piece) => `- \`${place(piece)}\``).join('\n')}`]),
	]
}

/** An answer that ended within a block of code must not swallow what follows it. */
function closed(text: string): string {
	let open: string | undefined
	for (const line of text.split('\n')) {
		const fence = /^ {0,3}(`{3,}|~{3,})([^\n]*)$/.exec(line)
		const [, mark = '', rest = ''] = fence ?? []
		if (!fence) continue
		if (open === undefined) {
			if (!(mark.startsWith('`') && rest.includes('`'))) open = mark
		} else if (mark[0] === open[0] && mark.length >= open.length && rest.trim() === '') open = undefined
	}
	return open === undefined ? text : `${text.trimEnd()}\n${open}`
}

function place({ path = '', startLine, endLine, page }: ReceiptPiece): string {
	return `${path}${linesLabel(startLine, endLine, page)}`.replaceAll('`', "'")
}
