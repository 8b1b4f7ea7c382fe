import { describe, expect, it } from 'vitest'
import type { Conversation } from '../../../../src/core/chat/conversation.ts'
import {
	addQuestion,
	beginAnswer,
	changeAnswer,
	endInterrupted,
	newConversation,
	rename,
	showBranch,
	shownPath,
} from '../../../../src/core/chat/conversationTree.ts'
import { exportConversation } from '../../../../src/core/chat/exportConversation.ts'
import { titleOf } from '../../../../src/core/chat/titleOf.ts'

function ask(conversation: Conversation, id: string, parent: string | undefined, answer: string): Conversation {
	const asked = addQuestion(conversation, { id, parent, text: `question ${id}`, attachments: [], at: 2 })
	const begun = beginAnswer(asked, { id: `${id}a`, question: id, at: 3 })
	return changeAnswer(begun, `${id}a`, (node) => ({ ...node, text: answer, state: 'done' }), 4)
}

const shown = (conversation: Conversation) =>
	shownPath(conversation).map(({ node, index, count }) => `${node.id} ${index + 1}/${count}`)

describe('a conversation', () => {
	const two = ask(ask(newConversation('c', 1), 'q1', undefined, 'one'), 'q2', 'q1a', 'two')

	it('shows its path, and is called after its first message', () => {
		expect(shown(two)).toEqual(['q1 1/1', 'q1a 1/1', 'q2 1/1', 'q2a 1/1'])
		expect(two).toMatchObject({ title: 'question q1', createdAt: 1, changedAt: 4 })
		expect(rename(two, '  a \n new title ', 9)).toMatchObject({ title: 'a new title', titledAt: 9 })
		expect(rename(two, ' \n ', 9)).toBe(two)
	})

	it('keeps what was said before when a message is edited, at the very beginning, too', () => {
		const edited = ask(two, 'q3', undefined, 'three')
		expect(shown(edited)).toEqual(['q3 2/2', 'q3a 1/1'])
		expect(shown(showBranch(edited, 'q3', 0))).toEqual(['q1 1/2', 'q1a 1/1', 'q2 1/1', 'q2a 1/1'])
		expect(showBranch(edited, 'q3', 5)).toBe(edited)
		expect(showBranch(edited, 'none', 0)).toBe(edited)
	})

	it('answers again beside the first answer, and goes back along the latest of what followed', () => {
		const again = beginAnswer(two, { id: 'q1b', question: 'q1', at: 5 })
		expect(shown(again)).toEqual(['q1 1/1', 'q1b 2/2'])
		expect(shown(showBranch(again, 'q1b', 0))).toEqual(['q1 1/1', 'q1a 1/2', 'q2 1/1', 'q2a 1/1'])
	})

	it('says of answers that nobody writes any more that they were interrupted', () => {
		const writing = beginAnswer(two, { id: 'q2b', question: 'q2', at: 5 })
		expect(endInterrupted(two, 'why')).toBe(two)
		const states = endInterrupted(writing, 'why').nodes.flatMap((node) => (node.role === 'user' ? [] : [node.state]))
		expect(states).toEqual(['done', 'done', 'interrupted'])
	})

	it('does not hang on a file whose nodes lead in a circle', () => {
		const [first, ...rest] = two.nodes
		const circular = { ...two, nodes: [{ ...first, parent: 'q2a' }, ...rest] } as Conversation
		expect(shown(circular)).toHaveLength(4)
	})

	it('is exported with the branch that is shown, and no answer swallows the next message', () => {
		const open = changeAnswer(two, 'q1a', (node) => ({
			...node,
			text: 'So:\n````ts\n```\nlet a',
			state: 'stopped',
			reason: 'You stopped it.',
			model: 'Coder',
			receipt: {
				pieces: [
					{ source: '@file', path: 'src/a.ts', startLine: 0, endLine: 4, tokens: 1, shown: 'whole' },
					{ source: '@file', path: '.env', tokens: 0, shown: 'leftOut' },
				],
				promptTokens: 9,
				droppedMessages: 0,
			},
		}))
		const words = { you: 'You', assistant: 'Alcove', shown: 'Shown:', untitled: 'Chat' }
		expect(exportConversation(open, words)).toBe(
			[
				'# question q1',
				'## You',
				'question q1',
				'## Alcove (Coder)',
				'So:\n````ts\n```\nlet a\n````',
				'> You stopped it.',
				'Shown:\n\n- `src/a.ts:1-4`',
				'## You',
				'question q2',
				'## Alcove',
				'two\n',
			].join('\n\n'),
		)
	})
})

describe('a title', () => {
	it.each([
		['  Why is\tthis   slow?  \nmore', 'Why is this slow?'],
		['```ts\nconst a = 1\n```\nWhat is it?', 'const a = 1'],
		['\n\n***\nDo it', 'Do it'],
		['…', ''],
	])('of %j is %j', (text, title) => expect(titleOf(text)).toBe(title))

	it('is cut between words where there are some, never within a character', () => {
		expect(titleOf(`${'word '.repeat(30)}`)).toBe(`${'word '.repeat(12).trim()}…`)
		expect(titleOf('👩‍💻'.repeat(50))).not.toMatch(/[\uD800-\uDBFF]…$/)
	})
})
