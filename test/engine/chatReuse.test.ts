import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ChatSession } from '../../src/core/chat/chatSession.ts'
import type { AnswerNode } from '../../src/core/chat/conversation.ts'
import { shownPath } from '../../src/core/chat/conversationTree.ts'
import { EmbeddedEngine } from '../../src/node/engine/embeddedEngine.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { engineEntry, temporaryFolder } from '../engineFiles.ts'
import { cpuOptions } from '../fakes/engineOptions.ts'
import { FakeConversationStore } from '../fakes/fakeConversationStore.ts'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'

const folder = temporaryFolder()
const path = join(folder, 'talkative.gguf')
/** What the template puts around the messages of a turn, in tokens: one a character here, one for each mark. */
const template = `{% for message in messages %}<|im_start|>{{ message.role }}: {{ message.content }}<|im_end|>{% endfor %}<|im_start|>assistant: `
const turnTokens = '.'.length + '.user: '.length + '.'.length + '.assistant: '.length
writeSyntheticModel(path, {
	...{ ...syntheticShapes['8M'], layers: 2, contextSize: 8_192, type: 'Q8_0', chatTemplate: template },
})

const engine = new EmbeddedEngine({
	entryPath: engineEntry,
	options: cpuOptions,
	clock: systemClock,
	logger: silentLogger,
})
afterAll(() => engine.dispose())

function open(store: FakeConversationStore) {
	let ids = 0
	const prefix = Math.random().toString(36).slice(2)
	return new ChatSession({
		model: engine.chat({ origin: 'user', path, contextSize: 8_192 }),
		store,
		questions: { understand: async (text, attachments) => ({ instruction: text, query: text, attachments }) },
		attachments: {
			read: async (attachments) =>
				attachments.flatMap((it) =>
					it.kind === 'file' ? [{ source: '@file', path: it.path, text: 'const a = 1\n'.repeat(100) }] : [],
				),
		},
		clock: systemClock,
		logger: silentLogger,
		words: { noRoom: '', shownBefore: '', question: '' },
		today: () => 0,
		newId: () => `${prefix}-${++ids}`,
		limits: () => ({ maxAnswerTokens: 32, temperature: 0 }),
		reasonText: ({ code }) => code,
	})
}

async function ask(session: ChatSession, text: string, files: readonly string[] = []): Promise<AnswerNode> {
	await session.send(
		text,
		files.map((file) => ({ kind: 'file' as const, path: file })),
	)
	while (session.isWriting) await new Promise((resolve) => setTimeout(resolve, 5))
	const node = shownPath(session.conversation).at(-1)?.node
	if (node?.role !== 'assistant') throw new Error('There is no answer')
	return node
}

describe('a conversation with the engine', () => {
	it('has only what is new evaluated with the second message, whatever was attached to the first', async () => {
		const session = open(new FakeConversationStore())
		const first = await ask(session, 'What is in this file?', ['a.ts'])
		expect(first.receipt?.promptTokens).toBeGreaterThan(1_200)
		expect(first.figures?.evaluatedTokens).toBe(first.receipt?.promptTokens)

		const second = await ask(session, 'And why?')
		// The last token of the answer was never evaluated: nothing came after it.
		expect(second.figures?.evaluatedTokens).toBeLessThanOrEqual('And why?'.length + turnTokens + 1)
		expect(second.receipt?.promptTokens).toBeGreaterThan(first.receipt?.promptTokens ?? 0)

		const third = await ask(session, 'Really?')
		expect(third.figures?.evaluatedTokens).toBeLessThanOrEqual('Really?'.length + turnTokens + 1)
	})

	it('has nothing but its end evaluated where an answer is asked for again', async () => {
		const session = open(new FakeConversationStore())
		const first = await ask(session, 'What is in this file?', ['b.ts'])
		await session.retry(first.id)
		while (session.isWriting) await new Promise((resolve) => setTimeout(resolve, 5))
		const again = shownPath(session.conversation).at(-1)?.node as AnswerNode
		expect(again.id).not.toBe(first.id)
		expect(again.figures?.evaluatedTokens).toBeLessThanOrEqual(2)
	})

	it('does not evaluate again what it computed before the window was opened anew', async () => {
		const store = new FakeConversationStore()
		const before = open(store)
		await ask(before, 'What is in this file?', ['c.ts'])
		await new Promise((resolve) => setTimeout(resolve, 5))
		const after = open(store)
		await after.restore(before.conversation.id)
		const second = await ask(after, 'And why?')
		expect(second.figures?.evaluatedTokens).toBeLessThanOrEqual('And why?'.length + turnTokens + 1)
	})
})
