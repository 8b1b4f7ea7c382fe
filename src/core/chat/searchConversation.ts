import type { ConversationSummary } from './chatPorts.ts'
import type { Conversation } from './conversation.ts'

/** Where a word was found. */
export interface WordMatch {
	readonly text: string
	/** In characters. */
	readonly start: number
	readonly length: number
}

/** Characters shown around a word. */
const around = 60

export function summaryOf({ id, title, changedAt, nodes }: Conversation): ConversationSummary {
	return { id, title, changedAt, messages: nodes.length }
}

/**
 * @returns where the first word of the query is said first, as long as all words are in the title or a text of any branch;
 *   undefined where they are not. An empty query is in everything.
 */
export function matchWords({ title, nodes }: Conversation, query: string): WordMatch | undefined {
	const words = query
		.toLowerCase()
		.split(/\s+/)
		.filter((word) => word !== '')
	const texts = [...nodes.map(({ text }) => text), title]
	const lower = texts.map((text) => text.toLowerCase())
	if (!words.every((word) => lower.some((text) => text.includes(word)))) return undefined
	const [word = ''] = words
	const at = lower.findIndex((text) => text.includes(word))
	return { text: texts[at] ?? '', start: lower[at]?.indexOf(word) ?? 0, length: word.length }
}

/** The text around a match, on one line. */
export function snippetOf({ text, start, length }: WordMatch): { readonly snippet: string } {
	const from = Math.max(0, start - around)
	const to = Math.min(text.length, start + length + around)
	const line = text.slice(from, to).replace(/\s+/g, ' ').trim()
	return { snippet: `${from > 0 ? '…' : ''}${line}${to < text.length ? '…' : ''}` }
}
