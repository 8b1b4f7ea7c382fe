import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ChatSession } from '../../src/core/chat/chatSession.ts'
import type { Conversation } from '../../src/core/chat/conversation.ts'
import {
	addQuestion,
	appendText,
	beginAnswer,
	changeAnswer,
	endInterrupted,
	newConversation,
	rename,
	shownPath,
} from '../../src/core/chat/conversationTree.ts'
import { ConversationFiles } from '../../src/node/chat/conversationFiles.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { temporaryFolder } from '../engineFiles.ts'
import { FakeChatModel } from '../fakes/fakeChatModel.ts'

const folder = temporaryFolder()
let count = 0
const freshFolder = () => join(folder, `chats-${++count}`)

const ask = (before: Conversation, id: string, parent: string | undefined) =>
	addQuestion(before, { id, parent, text: `question ${id}`, attachments: [], at: 1 })
const begun = (before: Conversation, id: string, question: string) => beginAnswer(before, { id, question, at: 2 })
const ended = (before: Conversation, id: string, text: string) =>
	changeAnswer(before, id, (answer) => ({ ...answer, text, state: 'done' }))

const first = ended(begun(ask(newConversation('c', 1), 'q1', undefined), 'a1', 'q1'), 'a1', 'One.')
const ids = (conversation: Conversation | undefined) => conversation?.nodes.map(({ id }) => id).toSorted()

async function twoStores() {
	const at = freshFolder()
	const one = new ConversationFiles(at)
	await one.save(first)
	return { at, one, other: new ConversationFiles(at) }
}

describe('two windows on one conversation', () => {
	it('keep what both asked, whoever writes last', async () => {
		const { at, one, other } = await twoStores()
		await other.load('c')
		expect(await one.save(ask(first, 'q2', 'a1'))).toBeUndefined()
		const merged = await other.save(ask(first, 'q3', 'a1'))
		expect(ids(merged)).toEqual(['a1', 'q1', 'q2', 'q3'])
		// Who is asked to write once more knows nothing of it yet.
		expect(ids(await one.save(ask(ask(first, 'q2', 'a1'), 'q4', 'a1')))).toEqual(['a1', 'q1', 'q2', 'q3', 'q4'])
		expect(ids(await new ConversationFiles(at).load('c'))).toEqual(['a1', 'q1', 'q2', 'q3', 'q4'])
	})

	it('keep all where they write at the same time, over and over', async () => {
		const { at, one, other } = await twoStores()
		const writes = [one, other].flatMap((store, window) => {
			let own = first
			return Array.from({ length: 20 }, (_, turn) => {
				own = ask(own, `q-${window}-${turn}`, 'a1')
				return store.save(own)
			})
		})
		await Promise.all(writes)
		expect((await new ConversationFiles(at).load('c'))?.nodes).toHaveLength(42)
		expect(readdirSync(at)).toEqual(['c.json'])
	})

	it('do not end an answer that the other one writes', async () => {
		const { at, one, other } = await twoStores()
		let writing = begun(ask(first, 'q2', 'a1'), 'a2', 'q2')
		await one.save(writing)
		await one.append({ id: 'c', node: 'a2', at: 0, text: 'Half ' })
		// The other one takes it for interrupted, and asks something.
		const found = await other.load('c')
		await other.save(ask(endInterrupted(found as Conversation, 'closed'), 'q3', 'a1'))
		await one.append({ id: 'c', node: 'a2', at: 5, text: 'an answer' })
		writing = appendText(writing, 'a2', 'Half an answer')
		// Also where the one that writes it ends here.
		const left = await new ConversationFiles(at).load('c')
		expect(left?.nodes.find(({ id }) => id === 'a2')).toMatchObject({ state: 'interrupted', text: 'Half an answer' })
		const merged = await one.save(ended(writing, 'a2', 'Half an answer, and the rest.'))
		expect(merged?.nodes.find(({ id }) => id === 'a2')).toMatchObject({ state: 'done' })
		await other.save(ask(endInterrupted(found as Conversation, 'closed'), 'q3', 'a1'))
		const kept = await new ConversationFiles(at).load('c')
		expect(kept?.nodes.find(({ id }) => id === 'a2')).toMatchObject({
			...{ state: 'done', text: 'Half an answer, and the rest.' },
		})
		expect(ids(kept)).toEqual(['a1', 'a2', 'q1', 'q2', 'q3'])
	})

	it('keep the name that was given last', async () => {
		const { at, one, other } = await twoStores()
		await other.save(rename(first, 'Called so', 5))
		await one.save(ask(first, 'q2', 'a1'))
		expect((await new ConversationFiles(at).load('c'))?.title).toBe('Called so')
	})

	it('read what a window left that is gone, and put it away when it is old', async () => {
		const { at, one, other } = await twoStores()
		await one.save(begun(ask(first, 'q2', 'a1'), 'a2', 'q2'))
		await one.append({ id: 'c', node: 'a2', at: 0, text: 'Left behind' })
		const journal = readdirSync(at).find((name) => name.endsWith('.jsonl')) ?? ''
		expect((await other.save(first))?.nodes.at(-1)?.text).toBe('Left behind')
		expect(readdirSync(at)).toContain(journal)
		utimesSync(join(at, journal), new Date(0), new Date(0))
		await new ConversationFiles(at).save(first)
		expect(readdirSync(at)).toEqual(['c.json'])
		expect((await new ConversationFiles(at).load('c'))?.nodes.at(-1)?.text).toBe('Left behind')
	})

	it('go on where one ended while it had locked the file', async () => {
		const { at, other } = await twoStores()
		writeFileSync(join(at, 'c.json.lock'), '')
		utimesSync(join(at, 'c.json.lock'), new Date(0), new Date(0))
		expect(ids(await other.save(ask(first, 'q2', 'a1')))).toEqual(['a1', 'q1', 'q2'])
		expect(readdirSync(at)).toEqual(['c.json'])
	})

	it('show what the other one asked as a branch', async () => {
		const at = freshFolder()
		const window = () => {
			const model = new FakeChatModel({ say: ({ messages }) => ({ text: `Answer to ${messages.at(-1)?.content}` }) })
			let next = 0
			const mark = Math.random().toString(36).slice(2)
			return new ChatSession({
				...{ model, store: new ConversationFiles(at), clock: systemClock, logger: silentLogger },
				questions: { understand: async (text) => ({ instruction: text, query: text, attachments: [] }) },
				attachments: { read: async () => [] },
				words: { noRoom: '', shownBefore: '', question: '' },
				...{ today: () => 1, newId: () => `${mark}-${++next}` },
				...{ limits: () => ({ maxAnswerTokens: 100, temperature: 0 }), reasonText: ({ code }) => code },
			})
		}
		const idle = async (session: ChatSession) => {
			while (session.isWriting) await new Promise((resolve) => setTimeout(resolve, 5))
		}
		const one = window()
		await one.send('first', [])
		await idle(one)
		const { id } = one.conversation
		const other = window()
		await expect.poll(async () => (await other.search('')).length).toBe(1)
		await other.open(id)
		await other.send('of the other', [])
		await idle(other)
		await one.send('of the one', [])
		await idle(one)
		const branches = () => shownPath(one.conversation).map(({ node, count: of }) => `${node.text} /${of}`)
		await expect.poll(branches).toEqual(['first /1', 'Answer to first /1', 'of the one /2', 'Answer to of the one /1'])
		const question = shownPath(one.conversation)[2]?.node.id ?? ''
		one.branch(question, 0)
		expect(branches().slice(2)).toEqual(['of the other /2', 'Answer to of the other /1'])
	})
})
