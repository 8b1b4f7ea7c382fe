import { describe, expect, it } from 'vitest'
import type { Attachment, Conversation } from '../../../../src/core/chat/conversation.ts'
import { addQuestion, newConversation } from '../../../../src/core/chat/conversationTree.ts'
import { Drafts } from '../../../../src/vscode/chat/drafts.ts'
import { OpenDraft } from '../../../../src/vscode/chat/openDraft.ts'

const cart: Attachment = { kind: 'file', path: 'src/cart.ts' }
const list: Attachment = { kind: 'file', path: 'src/list.ts' }

/** The state of a workspace, as the editor keeps it between windows. */
function memento() {
	const kept = new Map<string, string>()
	return {
		kept,
		keys: () => [...kept.keys()],
		get: (key: string) => {
			const text = kept.get(key)
			return text === undefined ? undefined : JSON.parse(text)
		},
		update: async (key: string, value: unknown) => {
			if (value === undefined) kept.delete(key)
			else kept.set(key, JSON.stringify(value))
		},
	}
}

function asked(id: string): Conversation {
	return addQuestion(newConversation(id, 1), { id: 'q', parent: undefined, text: 'x', attachments: [], at: 1 })
}

/** A window: what is open in it, and what is chosen for the next message. */
function open(state: ReturnType<typeof memento>, first: Conversation = newConversation('new-1', 1)) {
	const session = { conversation: first }
	const context = {
		chosen: [] as readonly Attachment[],
		choose(attachments: readonly Attachment[]) {
			context.chosen = attachments
			draft.chipsChanged()
		},
	}
	const draft = new OpenDraft({ drafts: new Drafts(state as never), context, session })
	const show = (conversation: Conversation) => {
		session.conversation = conversation
		draft.opened()
	}
	return { session, context, draft, show }
}

describe('a draft', () => {
	it('is there after a reload, with what was chosen', () => {
		const state = memento()
		const before = open(state, asked('a'))
		before.draft.begin()
		before.draft.typed('a', 'half a mess')
		before.context.choose([cart])
		const after = open(state, asked('a'))
		after.draft.begin()
		expect([after.draft.text, after.context.chosen]).toEqual(['half a mess', [cart]])
	})

	it('stays with its conversation; new ones have one together', () => {
		const { draft, context, show } = open(memento())
		draft.begin()
		draft.typed('new-1', 'of a new one')
		context.choose([cart])
		show(asked('a'))
		expect([draft.text, context.chosen]).toEqual(['', []])
		draft.typed('a', 'of a')
		// Told late: it was typed before the other one was opened.
		draft.typed('new-1', 'of a new one, longer')
		show(newConversation('new-2', 2))
		expect([draft.text, context.chosen]).toEqual(['of a new one, longer', [cart]])
		show(asked('a'))
		expect([draft.text, context.chosen]).toEqual(['of a', []])
	})

	it('is none any more when it is sent or its conversation deleted', () => {
		const state = memento()
		const { draft, context, session } = open(state)
		draft.begin()
		draft.typed('new-1', 'a question')
		context.choose([cart])
		draft.clear()
		session.conversation = asked('new-1')
		context.choose([])
		expect(draft.text).toBe('')
		draft.typed('b', 'of another')
		draft.forget('b')
		expect(state.keys()).toEqual([])
	})

	it('takes along what was chosen before the last conversation was open again', () => {
		const state = memento()
		const before = open(state, asked('a'))
		before.draft.begin()
		before.context.choose([cart])
		const after = open(state)
		after.context.choose([list])
		after.session.conversation = asked('a')
		after.draft.begin()
		expect(after.context.chosen).toEqual([cart, list])
	})

	it('may have been written by another version, and then is none', () => {
		const state = memento()
		const good = { conversation: 'a', text: 'good', attachments: [cart] }
		const strange = { conversation: 'b', text: 'x', attachments: [{ kind: 'dream' }] }
		void state.update('alcove.chatDrafts', [good, strange, 7, null, { conversation: 'c' }])
		const drafts = new Drafts(state as never)
		expect([drafts.of('a').text, drafts.of('b').text, drafts.of('c').text]).toEqual(['good', '', ''])
		void state.update('alcove.chatDrafts', 'nonsense')
		expect(new Drafts(state as never).of('a').text).toBe('')
	})

	it('that is very long, or one of very many, is kept in the window alone', () => {
		const state = memento()
		const drafts = new Drafts(state as never)
		drafts.change('long', { text: 'x'.repeat(400_000) })
		for (let at = 0; at < 40; at++) drafts.change(`c${at}`, { text: 'short' })
		expect(drafts.of('long').text).toHaveLength(400_000)
		const again = new Drafts(state as never)
		expect(again.of('long').text).toBe('')
		expect([again.of('c9').text, again.of('c10').text, again.of('c39').text]).toEqual(['', 'short', 'short'])
	})
})
