import { describe, expect, it } from 'vitest'
import type { AnswerNode, Conversation } from '../../../src/core/chat/conversation.ts'
import {
	addQuestion,
	beginAnswer,
	changeAnswer,
	newConversation,
	shownPath,
} from '../../../src/core/chat/conversationTree.ts'
import type { EndReason } from '../../../src/core/chat/writeAnswer.ts'
import type { ModelSpec } from '../../../src/core/model/engineControl.ts'
import type { ModelState } from '../../../src/core/model/modelState.ts'
import { type HostMessage, parseHostMessage } from '../../../src/protocol/webview.ts'
import { messagesOf, noticeOf, viewConversation } from '../../../src/vscode/chat/chatMessages.ts'
import { endReasonText } from '../../../src/vscode/chat/chatText.ts'
import { lineOf, viewModel } from '../../../src/vscode/chat/viewState.ts'
import { fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { english as l10n } from './english.ts'

const words = {
	labelOf: ({ kind }: { kind: string }) => `@${kind}`,
	progressOf: (id: string) => (id === 'a' ? 'Reading' : undefined),
}

function conversation(answer: Partial<AnswerNode> = {}): Conversation {
	const question = { id: 'q', parent: undefined, text: 'Why?', attachments: [{ kind: 'workspace' }], at: 1 } as const
	const begun = beginAnswer(addQuestion(newConversation('c', 1), question), { id: 'a', question: 'q', at: 1 })
	return changeAnswer(begun, 'a', (node) => ({ ...node, ...answer }))
}

/** What the view takes, too. */
function sent(message: HostMessage): HostMessage {
	expect(parseHostMessage(JSON.parse(JSON.stringify(message)))).toEqual(message)
	return message
}

describe('what the view is told of a conversation', () => {
	it('is its path, with what goes on', () => {
		const shown = viewConversation({ conversation: conversation() }, words)
		expect(shown).toEqual({
			id: 'c',
			title: 'Why?',
			nodes: [
				{ id: 'q', role: 'user', text: 'Why?', chips: ['@workspace'], branches: { index: 0, count: 1 } },
				{
					id: 'a',
					role: 'assistant',
					text: '',
					state: 'writing',
					progress: 'Reading',
					branches: { index: 0, count: 1 },
				},
			],
		})
		sent({ type: 'nodes', conversation: 'c', from: 0, nodes: shown.nodes })
	})

	it('is the answer without its text and without what the model was shown, when it ends', () => {
		const session = {
			conversation: conversation({
				text: 'So.',
				state: 'cut',
				reason: 'too long',
				prompt: 'secret file\n\nWhy?',
				receipt: {
					pieces: [
						{ source: '@file', path: 'a.ts', startLine: 2, endLine: 9, tokens: 5, shown: 'cut', reason: 'no room' },
						{ source: '@terminal', tokens: 3, shown: 'whole' },
					],
					promptTokens: 20,
					droppedMessages: 1,
				},
				figures: { totalMs: 12.5, generatedTokens: 3, evaluatedTokens: 4 },
			}),
		}
		const [message] = messagesOf({ kind: 'answer', node: 'a' }, session, words)
		expect(message && sent(message)).toEqual({
			type: 'answer',
			conversation: 'c',
			answer: {
				id: 'a',
				role: 'assistant',
				state: 'cut',
				reason: 'too long',
				receipt: {
					references: [
						{ source: '@file', label: 'a.ts:3-9', tokens: 5, shown: 'cut', reason: 'no room', canOpen: true },
						{ source: '@terminal', label: '@terminal', tokens: 3, shown: 'whole', canOpen: false },
					],
					promptTokens: 20,
					droppedMessages: 1,
				},
				figures: { totalMs: 12.5, generatedTokens: 3, evaluatedTokens: 4 },
				branches: { index: 0, count: 1 },
			},
		})
	})

	it('is only what changed', () => {
		const session = { conversation: conversation({ text: 'So it' }) }
		const told = (change: Parameters<typeof messagesOf>[0]) => messagesOf(change, session, words).map(sent)
		expect(told({ kind: 'text', node: 'a', text: ' it' })).toEqual([
			{ type: 'text', conversation: 'c', node: 'a', text: ' it' },
		])
		expect(told({ kind: 'nodes', from: 1 })).toMatchObject([{ type: 'nodes', from: 1, nodes: [{ id: 'a' }] }])
		expect(told({ kind: 'title' })).toEqual([{ type: 'title', conversation: 'c', title: 'Why?' }])
		expect(told({ kind: 'answer', node: 'gone' })).toEqual([])
		expect(told({ kind: 'opened' })).toEqual([])
		expect(shownPath(session.conversation)).toHaveLength(2)
	})

	it('fits the wire however long a line is', () => {
		const long = lineOf('😀'.repeat(5_000))
		expect(long.length).toBeLessThanOrEqual(4_000)
		expect(long).toMatch(/😀…$/u)
		sent({ type: 'title', conversation: 'c', title: long })
	})
})

describe('the model in the view', () => {
	const user: ModelSpec = { origin: 'user', path: '/models/coder.gguf', contextSize: 4_096 }
	const starter: ModelSpec = { ...user, origin: 'starter' }
	const ready = (chatTemplate: boolean): ModelState => ({ kind: 'ready', model: { ...fakeLoadedModel, chatTemplate } })
	const problem = { code: 'modelMissing', file: '/models/coder.gguf', detail: 'no such file' } as const

	it.each<[string, ModelState, object]>([
		['idle', { kind: 'idle' }, { state: 'idle', name: 'coder.gguf', place: 'on this machine' }],
		['loading', { kind: 'loading', name: 'x', fraction: 0.5 }, { state: 'loading', progress: 0.5 }],
		['starting again', { kind: 'restarting', attempt: 1, delayMs: 5 }, { state: 'loading' }],
		['ready', ready(true), { state: 'ready' }],
		[
			'failed',
			{ kind: 'failed', problem },
			{ state: 'unavailable', problem: expect.stringContaining('/models/coder.gguf does not exist') },
		],
	])('is %s', (_, state, expected) => {
		const model = viewModel(l10n, state, user)
		expect(model).toMatchObject(expected)
		expect(model.caution).toBeUndefined()
		sent({ type: 'model', model })
	})

	it('comes with a caution where its answers are no help', () => {
		expect(viewModel(l10n, { kind: 'idle' }, starter).caution).toMatch(/starter model/)
		expect(viewModel(l10n, ready(false), user).caution).toMatch(/common form/)
	})
})

describe('why an answer ended', () => {
	const reasons: Record<EndReason['code'], EndReason> = {
		maxTokens: { code: 'maxTokens', tokens: 100 },
		contextFull: { code: 'contextFull' },
		circles: { code: 'circles' },
		empty: { code: 'empty' },
		engineEnded: { code: 'engineEnded' },
		modelChanged: { code: 'modelChanged' },
		editorEnded: { code: 'editorEnded' },
		model: { code: 'model', problem: { code: 'engineCrashed', detail: 'signal 9' } },
		error: { code: 'error', detail: 'boom' },
	}

	it.each(Object.values(reasons))('is said in a sentence of its own: $code', (reason) => {
		const text = endReasonText(l10n, reason)
		expect(text).toMatch(/^[A-Z].*\.$/)
		expect(text).not.toMatch(/\{\d\}|undefined/)
		const others = Object.values(reasons).filter((it) => it.code !== reason.code)
		expect(others.map((it) => endReasonText(l10n, it))).not.toContain(text)
	})

	it.each(['notSaved', 'setAside', 'gone'] as const)('and so is what happened to a chat: %s', (notice) => {
		expect(noticeOf(l10n, { kind: 'notice', notice, detail: '/chats/a.json' }).text).toMatch(/\.$|a\.json$/)
	})
})
