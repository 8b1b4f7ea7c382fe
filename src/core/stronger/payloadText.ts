import type { ChatMessage } from '../model/ports.ts'

const roles: readonly ChatMessage['role'][] = ['system', 'user', 'assistant']

/**
 * Messages as one text that a person can read and edit. What stands above the first heading is for the person and is not sent.
 *
 * @param mark stands in each heading, so that nothing in a message is taken for one
 */
export function payloadText(head: string, messages: readonly ChatMessage[], mark: string): string {
	return [head, ...messages.map(({ role, content }) => `${headingOf(role, mark)}\n${content}`)].join('\n')
}

/** @returns undefined where the headings are not there any more, or nothing is left to send */
export function messagesIn(text: string, mark: string): readonly ChatMessage[] | undefined {
	const headings = new Map(roles.map((role) => [headingOf(role, mark), role]))
	const messages: { role: ChatMessage['role']; lines: string[] }[] = []
	for (const line of text.split(/\r?\n/)) {
		const role = headings.get(line.trimEnd())
		if (role) messages.push({ role, lines: [] })
		else messages.at(-1)?.lines.push(line)
	}
	const kept = messages
		.map(({ role, lines }) => ({ role, content: lines.join('\n') }))
		.filter(({ content }) => content.trim() !== '')
	return kept.at(-1)?.role === 'user' ? kept : undefined
}

function headingOf(role: ChatMessage['role'], mark: string): string {
	return `════════ ${role} ════════ ${mark}`
}
