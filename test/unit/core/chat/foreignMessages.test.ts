import { describe, expect, it } from 'vitest'
import { messagesOf, textOf } from '../../../../src/core/chat/foreignMessages.ts'

describe("messages of the editor's own chat", () => {
	it('become turns', () => {
		const foreign = [
			{ role: 1, content: [{ value: 'You are a bot.' }] },
			{ role: 1, content: [{ value: 'Hi ' }, { value: 'there' }] },
			{ role: 2, content: [{ value: 'Hello' }] },
			{ role: 2, content: [] },
			{ role: 1, content: ['Bye'] },
		]
		expect(messagesOf(foreign)).toEqual([
			{ role: 'user', content: 'You are a bot.\n\nHi there' },
			{ role: 'assistant', content: 'Hello' },
			{ role: 'user', content: 'Bye' },
		])
	})

	it('name what is no text', () => {
		const content = [
			{ callId: '1', name: 'search', input: {} },
			{ callId: '1', content: [{ value: 'found' }] },
			{ mimeType: 'image/png', data: new Uint8Array(2) },
			null,
			4,
			{},
		]
		expect(textOf(content)).toBe(
			'[Call of the tool search][Result of a tool: found][Data of the type image/png, which is not shown]',
		)
	})
})
