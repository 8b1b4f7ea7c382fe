import type { ChatMessage } from '../model/ports.ts'

/** A message of the editor's own chat: of a user (1) or of an assistant (2), made of parts. */
export interface ForeignMessage {
	readonly role: number
	readonly content: readonly unknown[]
}

/**
 * The messages of the editor's own chat as a model takes them. What is no text, such as a picture or the call of a tool, is named, for the
 * model to know that it does not see it. Messages of one side that follow each other are joined: templates take turns.
 */
export function messagesOf(foreign: readonly ForeignMessage[]): readonly ChatMessage[] {
	const messages: { role: ChatMessage['role']; content: string }[] = []
	for (const { role, content } of foreign) {
		const name = role === 2 ? 'assistant' : role === 3 ? 'system' : 'user'
		const text = textOf(content)
		if (text === '') continue
		const last = messages.at(-1)
		if (last?.role === name) last.content += `\n\n${text}`
		else messages.push({ role: name, content: text })
	}
	return messages
}

/** The text of a message; one for each part. */
export function textOf(content: readonly unknown[]): string {
	return content
		.map(partText)
		.filter((text) => text !== '')
		.join('')
}

function partText(part: unknown): string {
	if (typeof part === 'string') return part
	if (typeof part !== 'object' || part === null) return ''
	const { value, name, content, mimeType } = part as Readonly<Record<string, unknown>>
	if (typeof value === 'string') return value
	if (Array.isArray(content)) return `[Result of a tool: ${textOf(content)}]`
	if (typeof name === 'string') return `[Call of the tool ${name}]`
	if (typeof mimeType === 'string') return `[Data of the type ${mimeType}, which is not shown]`
	return ''
}
