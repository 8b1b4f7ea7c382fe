import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConversationFiles } from '../../src/node/chat/conversationFiles.ts'
import { temporaryFolder } from '../engineFiles.ts'
import { FakeConversationStore } from '../fakes/fakeConversationStore.ts'
import { conversationOf, conversationStoreContract } from './conversationStoreContract.ts'

const folder = temporaryFolder()
let count = 0
const freshFolder = () => join(folder, `chats-${++count}`, 'inner')

conversationStoreContract('the fake store', () => new FakeConversationStore())
conversationStoreContract('files', () => new ConversationFiles(freshFolder()))

describe('conversations in files', () => {
	const one = conversationOf('one', 'question', 'Once')

	it('are there for another process, with what came after the last save', async () => {
		const at = freshFolder()
		const writer = new ConversationFiles(at)
		await writer.save(one)
		await writer.append({ id: 'one', node: 'one-a', at: 4, text: ' upon' })
		expect((await new ConversationFiles(at).load('one'))?.nodes[1]?.text).toBe('Once upon')
	})

	it('are read without the piece that was being written when the process ended', async () => {
		const at = freshFolder()
		const writer = new ConversationFiles(at)
		await writer.save(one)
		await writer.append({ id: 'one', node: 'one-a', at: 4, text: ' upon' })
		appendFileSync(join(at, 'one.jsonl'), '{"node":"one-a","at":9,"te')
		expect((await new ConversationFiles(at).load('one'))?.nodes[1]?.text).toBe('Once upon')
	})

	it.each([
		['cut', (text: string) => text.slice(0, -20)],
		['changed', (text: string) => text.replace('question', 'answered')],
		['of another version', (text: string) => text.replace('"version":1', '"version":9')],
		['empty', () => ''],
	])('are set aside, and said, where one is %s; the others stay', async (_, damage) => {
		const at = freshFolder()
		const store = new ConversationFiles(at)
		await store.save(one)
		await store.save(conversationOf('two', 'another', 'text'))
		const file = join(at, 'one.json')
		const damaged = damage(readFileSync(file, 'utf8'))
		writeFileSync(file, damaged)
		const reader = new ConversationFiles(at)
		const said: string[] = []
		reader.onDidSetAside(({ path }) => said.push(path))
		expect((await reader.list()).map(({ id }) => id)).toEqual(['two'])
		expect(said).toHaveLength(1)
		expect(readFileSync(said[0] ?? '', 'utf8')).toBe(damaged)
		await reader.save(one)
		expect(await reader.load('one')).toEqual(one)
	})

	it('with a right checksum around what is no conversation are set aside too', async () => {
		const at = freshFolder()
		const store = new ConversationFiles(at)
		await store.save({ ...one, nodes: [{ ...one.nodes[0], role: 'wizard' }] } as unknown as typeof one)
		expect(await store.load('one')).toBeUndefined()
		expect(readdirSync(at).filter((name) => name.includes('.damaged-'))).toHaveLength(1)
	})

	it('stay as they were where a new state cannot be written', async ({ skip }) => {
		if (process.getuid?.() === 0) return skip('root may write everywhere')
		const at = freshFolder()
		const store = new ConversationFiles(at)
		await store.save(one)
		chmodSync(at, 0o500)
		try {
			await expect(store.save({ ...one, title: 'new' })).rejects.toThrow()
		} finally {
			chmodSync(at, 0o700)
		}
		expect(await store.load('one')).toEqual(one)
		expect(readdirSync(at)).toEqual(['one.json'])
	})

	it('leave no draft behind where the file cannot take its place, and go on afterwards', async () => {
		const at = freshFolder()
		const store = new ConversationFiles(at)
		await store.save(conversationOf('two', 'q', 'a'))
		mkdirSync(join(at, 'one.json', 'in-the-way'), { recursive: true })
		await expect(store.save(one)).rejects.toThrow()
		expect(readdirSync(at).sort()).toEqual(['one.json', 'two.json'])
		rmSync(join(at, 'one.json'), { recursive: true })
		await store.save(one)
		expect(await store.load('one')).toEqual(one)
	})

	it('are never looked for outside of their folder', async () => {
		const store = new ConversationFiles(freshFolder())
		await expect(store.load('../one')).rejects.toThrow('No such conversation')
		await expect(store.delete('a/b')).rejects.toThrow('No such conversation')
	})
})
