import { beforeEach, describe, expect, it } from 'vitest'
import type { ChatPiece, UnderstoodQuestion } from '../../../../src/core/chat/chatPorts.ts'
import { type ChatChange, ChatSession } from '../../../../src/core/chat/chatSession.ts'
import type { AnswerNode, Attachment } from '../../../../src/core/chat/conversation.ts'
import { shownPath } from '../../../../src/core/chat/conversationTree.ts'
import { ModelUnavailableError } from '../../../../src/core/model/modelState.ts'
import type { ChatAnswer, ChatRequest } from '../../../../src/core/model/ports.ts'
import type { Clock } from '../../../../src/shared/clock.ts'
import { toDisposable } from '../../../../src/shared/disposable.ts'
import { CancelledError } from '../../../../src/shared/errors.ts'
import { silentLogger } from '../../../../src/shared/logger.ts'
import { FakeChatModel, type ScriptedAnswer } from '../../../fakes/fakeChatModel.ts'
import { FakeConversationStore } from '../../../fakes/fakeConversationStore.ts'

/** Timers end as soon as everything else is done. */
const quick: Clock = {
	now: () => performance.now(),
	after: (_, callback) => {
		const timer = setTimeout(callback, 1)
		return toDisposable(() => clearTimeout(timer))
	},
}

interface Setup {
	readonly say?: (request: ChatRequest, at: number) => ScriptedAnswer | undefined
	readonly understand?: (text: string, attachments: readonly Attachment[]) => UnderstoodQuestion
	readonly pieces?: readonly ChatPiece[]
	readonly model?: FakeChatModel
}

let store: FakeConversationStore
beforeEach(() => {
	store = new FakeConversationStore()
})

function open({ say = () => ({ text: 'An answer.' }), understand, pieces = [], model }: Setup = {}) {
	let ids = 0
	const prefix = Math.random().toString(36).slice(2)
	const chat = model ?? new FakeChatModel({ say, pieceMs: 1 })
	const session = new ChatSession({
		model: chat,
		store,
		questions: {
			understand: async (text, attachments) =>
				understand?.(text, attachments) ?? { instruction: text, query: text, attachments },
		},
		attachments: {
			read: async (_, __, onProgress) => {
				onProgress('reading')
				return pieces
			},
		},
		clock: quick,
		logger: silentLogger,
		words: { noRoom: 'no room', shownBefore: 'shown before', question: 'question' },
		today: () => 1_000 + ids,
		newId: () => `${prefix}-${++ids}`,
		limits: () => ({ maxAnswerTokens: 400, temperature: 0.5 }),
		reasonText: ({ code }) => code,
	})
	const changes: ChatChange[] = []
	session.onDidChange((change) => changes.push(change))
	return { session, changes, chat }
}

type Session = ReturnType<typeof open>['session']

/** Waits until nothing is written any more, and answers the last answer. */
async function settled(session: Session): Promise<AnswerNode> {
	while (session.isWriting) await new Promise((resolve) => setTimeout(resolve, 2))
	const node = shownPath(session.conversation).at(-1)?.node
	if (node?.role !== 'assistant') throw new Error('There is no answer')
	return node
}

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}

const texts = (session: Session) => shownPath(session.conversation).map(({ node }) => node.text)
const said = (changes: readonly ChatChange[]) => changes.flatMap((it) => (it.kind === 'text' ? [it.text] : [])).join('')

describe('a message', () => {
	it('is answered, piece by piece, and kept with all that belongs to it', async () => {
		const pieces = [{ source: '@file', path: 'a.ts', startLine: 0, endLine: 1, text: 'const a = 1' }]
		const { session, changes, chat } = open({ pieces })
		await session.send('What is a?', [{ kind: 'file', path: 'a.ts' }])
		const answer = await settled(session)
		expect(answer).toMatchObject({ text: 'An answer.', state: 'done', model: 'fake' })
		expect(answer.receipt?.pieces).toMatchObject([{ path: 'a.ts', shown: 'whole' }])
		expect(answer.prompt).toContain('const a = 1')
		expect(answer.figures?.totalMs).toBeGreaterThan(0)
		expect(chat.requests[0]).toMatchObject({ maxTokens: 400, temperature: 0.5 })
		expect(said(changes)).toBe('An answer.')
		expect(changes[0]).toEqual({ kind: 'nodes', from: 0 })
		await until(() => store.kept.get(session.conversation.id) === session.conversation)
	})

	it('is followed by one that says the turn before again, byte for byte', async () => {
		const pieces = [{ source: '@file', path: 'a.ts', text: 'const a = 1' }]
		const { session, chat } = open({ pieces })
		await session.send('What is a?', [])
		const first = await settled(session)
		await session.send('And b?', [])
		await settled(session)
		const [, before, answer] = chat.requests[1]?.messages ?? []
		expect(before).toEqual(chat.requests[0]?.messages[1])
		expect(answer?.content).toBe(first.text)
		expect(texts(session)).toEqual(['What is a?', 'An answer.', 'And b?', 'An answer.'])
	})

	it('that says nothing is not sent', async () => {
		const { session, changes } = open()
		await session.send(' \n', [])
		expect(changes).toEqual([])
	})

	it('sent while an answer is written stops that answer, and keeps it', async () => {
		const { session } = open({ say: (_, at) => (at === 0 ? undefined : { text: 'Second.' }) })
		await session.send('Go on and on', [])
		await until(() => (texts(session)[1]?.length ?? 0) > 20)
		await session.send('Enough', [])
		await settled(session)
		const [, first] = shownPath(session.conversation)
		expect(first?.node).toMatchObject({ state: 'stopped' })
		expect(texts(session)[3]).toBe('Second.')
	})
})

describe('an answer', () => {
	it('that is stopped keeps its text', async () => {
		const { session, changes } = open({ say: () => undefined })
		await session.send('Go on and on', [])
		await until(() => (texts(session)[1]?.length ?? 0) > 20)
		await session.stop()
		const answer = await settled(session)
		expect(answer.state).toBe('stopped')
		expect(answer.text).toBe(said(changes))
	})

	it('is kept before it is shown, so that nothing that was shown is lost', async () => {
		const { session, changes } = open({ say: () => undefined })
		let isLost = false
		session.onDidChange(() => {
			const kept = store.kept.get(session.conversation.id)
			const node = kept?.nodes.at(-1)
			if (said(changes) !== '' && !node?.text.startsWith(said(changes))) isLost = true
		})
		await session.send('Go on and on', [])
		await until(() => said(changes).length > 500)
		expect(isLost).toBe(false)
		const shown = said(changes)
		// The window is gone; another one opens.
		session.dispose()
		const next = open()
		await next.session.restore(session.conversation.id)
		const answer = await settled(next.session)
		expect(answer).toMatchObject({ state: 'interrupted', reason: 'editorEnded' })
		expect(answer.text.startsWith(shown)).toBe(true)
		await next.session.retry(answer.id)
		expect(await settled(next.session)).toMatchObject({ text: 'An answer.', state: 'done' })
		expect(shownPath(next.session.conversation).at(-1)).toMatchObject({ index: 1, count: 2 })
	})

	it.each([
		['goes in circles', 'And so on and on. '.repeat(300), { state: 'cut', reason: 'circles' }],
		['is empty', ' \n', { state: 'failed', reason: 'empty' }],
		[
			'is too long',
			Array.from({ length: 500 }, (_, at) => `word${at}${'xyzq'.charAt(at % 4)} `).join(''),
			{ state: 'cut', reason: 'maxTokens' },
		],
		['speaks for the user', 'Yes.\n<|im_start|>user\nNo', { state: 'done', text: 'Yes.\n' }],
	])('that %s ends so', async (_, text, end) => {
		const { session } = open({ say: () => ({ text }) })
		await session.send('Why?', [])
		expect(await settled(session)).toMatchObject(end)
	})

	it('without a model says why', async () => {
		const { session } = open({ model: new FakeChatModel({ isBroken: true }) })
		await session.send('Why?', [])
		expect(await settled(session)).toMatchObject({ state: 'failed', reason: 'model', text: '' })
	})

	it('whose engine ends keeps what was shown, and can be asked for again', async () => {
		class DyingModel extends FakeChatModel {
			override async chat(...[request, onText, token]: Parameters<FakeChatModel['chat']>): Promise<ChatAnswer> {
				const answer = await super.chat(request, onText, token)
				if (this.requests.length > 1) return answer
				throw new ModelUnavailableError({ code: 'engineCrashed', detail: 'killed' })
			}
		}
		const { session } = open({ model: new DyingModel({ say: () => ({ text: 'Half an ans' }) }) })
		await session.send('Why?', [])
		const half = await settled(session)
		expect(half).toMatchObject({ state: 'interrupted', reason: 'engineEnded', text: 'Half an ans' })
		await session.retry(half.id)
		expect(await settled(session)).toMatchObject({ state: 'done', text: 'Half an ans' })
	})

	it('may be asked of another model, once, and that may be let go of', async () => {
		const { session, chat } = open()
		await session.send('Why?', [])
		const first = await settled(session)
		const stronger = new FakeChatModel({ say: () => ({ text: 'A better answer.' }), model: { name: 'large' } })
		await session.retry(first.id, stronger)
		const better = await settled(session)
		expect(better).toMatchObject({ text: 'A better answer.', model: 'large', state: 'done' })
		expect(shownPath(session.conversation).at(-1)).toMatchObject({ index: 1, count: 2 })
		await session.retry(better.id)
		expect(await settled(session)).toMatchObject({ text: 'An answer.', model: 'fake' })
		expect(chat.requests).toHaveLength(2)
		class HeldModel extends FakeChatModel {
			override async chat(): Promise<ChatAnswer> {
				throw new CancelledError()
			}
		}
		await session.retry(better.id, new HeldModel())
		expect(await settled(session)).toMatchObject({ text: '', state: 'stopped' })
	})

	it('may come from a task in place of the model', async () => {
		const task = {
			run: async (out: { text(more: string): void; progress(what: string): void }) => {
				out.progress('searching')
				out.text('Found ')
				out.text('it.')
			},
		}
		const { session, chat } = open({
			understand: (text) => ({ instruction: text, query: text, attachments: [], task }),
		})
		await session.send('/research', [])
		expect(await settled(session)).toMatchObject({ state: 'done', text: 'Found it.' })
		expect(chat.requests).toEqual([])
	})

	it('that cannot be kept is shown all the same, which is said once', async () => {
		const { session, changes } = open()
		store.isFull = true
		await session.send('Why?', [])
		expect(await settled(session)).toMatchObject({ state: 'done', text: 'An answer.' })
		await new Promise((resolve) => setTimeout(resolve, 5))
		expect(changes.filter(({ kind }) => kind === 'notice')).toEqual([{ kind: 'notice', notice: 'notSaved' }])
	})
})

describe('conversations', () => {
	it('branch where a message is edited, and lead back', async () => {
		const { session } = open({ say: (request) => ({ text: `To: ${request.messages.at(-1)?.content}` }) })
		await session.send('one', [{ kind: 'workspace' }])
		await settled(session)
		const question = shownPath(session.conversation)[0]?.node
		await session.edit(question?.id ?? '', 'two')
		await settled(session)
		expect(texts(session)).toEqual(['two', 'To: two'])
		expect(shownPath(session.conversation)[0]?.node).toMatchObject({ attachments: [{ kind: 'workspace' }] })
		session.branch(question?.id ?? '', 0)
		expect(texts(session)).toEqual(['one', 'To: one'])
	})

	it('go on while another one is open', async () => {
		const { session, changes } = open({ say: (_, at) => (at === 0 ? undefined : { text: 'Short.' }) })
		await session.send('Long', [])
		const first = session.conversation.id
		await until(() => (texts(session)[1]?.length ?? 0) > 20)
		session.create()
		const shown = said(changes)
		expect(session.conversation.nodes).toEqual([])
		await session.send('Other', [])
		await settled(session)
		expect(texts(session)).toEqual(['Other', 'Short.'])
		expect(said(changes)).toBe(`${shown}Short.`)
		await session.open(first)
		expect(texts(session)[0]).toBe('Long')
		await settled(session)
		expect(texts(session)[1]?.length).toBeGreaterThan(shown.length)
	})

	it('are found, renamed and deleted', async () => {
		const { session, changes } = open()
		await session.send('About loops', [])
		await settled(session)
		const { id } = session.conversation
		session.create()
		await session.send('About functions', [])
		await settled(session)
		expect((await session.search('loops')).map((it) => it.id)).toEqual([id])
		expect(await session.search(' ')).toHaveLength(2)
		await session.rename(id, 'Round and round')
		expect((await session.search('round'))[0]).toMatchObject({ id, title: 'Round and round' })
		await session.delete(id)
		expect(await session.search('')).toHaveLength(1)
		await session.open(id)
		expect(changes.at(-1)).toEqual({ kind: 'notice', notice: 'gone' })
	})

	it('that are deleted while they are written stay deleted', async () => {
		const { session } = open({ say: () => undefined })
		await session.send('Long', [])
		await until(() => (texts(session)[1]?.length ?? 0) > 20)
		const { id } = session.conversation
		await session.delete(id)
		await new Promise((resolve) => setTimeout(resolve, 10))
		expect(store.kept.has(id)).toBe(false)
		expect(session.conversation.id).not.toBe(id)
	})
})
