import { beforeEach, describe, expect, it } from 'vitest'
import type { ConversationStore } from '../../src/core/chat/chatPorts.ts'
import type { Conversation } from '../../src/core/chat/conversation.ts'
import { addQuestion, beginAnswer, changeAnswer, newConversation } from '../../src/core/chat/conversationTree.ts'

/** A conversation of one question and an answer that is being written. */
export function conversationOf(id: string, question: string, answer: string, at = 1): Conversation {
	const asked = addQuestion(newConversation(id, at), {
		id: `${id}-q`,
		parent: undefined,
		text: question,
		attachments: [{ kind: 'file', path: 'src/a.ts' }],
		at,
	})
	const begun = beginAnswer(asked, { id: `${id}-a`, question: `${id}-q`, at })
	return changeAnswer(begun, `${id}-a`, (node) => ({ ...node, text: answer }))
}

/** What every store of conversations keeps to. */
export function conversationStoreContract(name: string, make: () => ConversationStore): void {
	describe(name, () => {
		let store: ConversationStore
		beforeEach(() => {
			store = make()
		})

		it('is empty at first', async () => {
			expect(await store.list()).toEqual([])
			expect(await store.search('anything')).toEqual([])
			expect(await store.load('nothing')).toBeUndefined()
		})

		it('gives back what was saved last, to the letter', async () => {
			const first = conversationOf('one', 'What is "ß"?\n\u2028 \\n', 'An answer\r\n`x`')
			await store.save(first)
			const second = { ...first, title: 'Another', changedAt: 5 }
			await store.save(second)
			expect(await store.load('one')).toEqual(second)
		})

		it('lists the latest first', async () => {
			await store.save(conversationOf('old', 'old question', 'x', 10))
			await store.save(conversationOf('new', 'new question', 'x', 30))
			await store.save(conversationOf('mid', 'mid question', 'x', 20))
			const list = await store.list()
			expect(list.map(({ id }) => id)).toEqual(['new', 'mid', 'old'])
			expect(list[0]).toEqual({ id: 'new', title: 'new question', changedAt: 30, messages: 2 })
			await store.save(conversationOf('old', 'old question', 'x', 40))
			expect((await store.list()).map(({ id }) => id)).toEqual(['old', 'new', 'mid'])
		})

		it('finds all words of a query in any text, whatever their case', async () => {
			await store.save(conversationOf('a', 'How do Loops work?', 'They go round.', 1))
			await store.save(conversationOf('b', 'How do functions work?', 'They are called.', 2))
			expect((await store.search('how WORK')).map(({ id }) => id)).toEqual(['b', 'a'])
			const [found, ...others] = await store.search('round loops')
			expect(others).toEqual([])
			expect(found).toMatchObject({ id: 'a', snippet: 'They go round.' })
			expect(await store.search('round functions')).toEqual([])
		})

		it('keeps more of an answer without another save, each piece once', async () => {
			const begun = conversationOf('one', 'question', 'Once')
			await store.save(begun)
			await store.append({ id: 'one', node: 'one-a', at: 4, text: ' upon' })
			await store.append({ id: 'one', node: 'one-a', at: 9, text: ' a\ntime' })
			const text = async () => (await store.load('one'))?.nodes[1]?.text
			expect(await text()).toBe('Once upon a\ntime')
			const saved = changeAnswer(begun, 'one-a', (node) => ({ ...node, text: 'Once upon' }))
			await store.save(saved)
			await store.append({ id: 'one', node: 'one-a', at: 4, text: ' upon a' })
			expect(await text()).toBe('Once upon a')
		})

		it('takes calls for one conversation in their order', async () => {
			const begun = conversationOf('one', 'question', '')
			const appended = [...'abcdefgh'].map((text, at) => store.append({ id: 'one', node: 'one-a', at, text }))
			const early = Promise.allSettled(appended)
			await early
			const saved = store.save(begun)
			const later = [...'abcdefgh'].map((text, at) => store.append({ id: 'one', node: 'one-a', at, text }))
			await Promise.all([saved, ...later])
			expect((await store.load('one'))?.nodes[1]?.text).toBe('abcdefgh')
		})

		it('forgets what was deleted', async () => {
			await store.save(conversationOf('one', 'question', 'text'))
			await store.append({ id: 'one', node: 'one-a', at: 4, text: ' more' })
			await store.delete('one')
			await store.delete('one')
			expect(await store.load('one')).toBeUndefined()
			expect(await store.list()).toEqual([])
			await store.save(conversationOf('one', 'question', 'text'))
			expect((await store.load('one'))?.nodes[1]?.text).toBe('text')
		})
	})
}
