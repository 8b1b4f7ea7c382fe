import type { ChatChange, ChatSession } from '../../core/chat/chatSession.ts'
import { shownPath } from '../../core/chat/conversationTree.ts'
import type { HostMessage } from '../../protocol/webview.ts'
import type { L10n } from '../l10n.ts'
import type { ChatNotice } from './chatParts.ts'
import { lineOf, type NodeWords, viewAnswer, viewNode } from './viewState.ts'

type Shown = Pick<ChatSession, 'conversation'>

/** The open conversation as the view has it. */
export function viewConversation({ conversation }: Shown, words: NodeWords) {
	const nodes = shownPath(conversation).map((shown) => viewNode(shown, words))
	return { id: conversation.id, title: lineOf(conversation.title), nodes }
}

/** What the view has to hear of a change; nothing where it needs all of it, or where it is of no conversation. */
export function messagesOf(change: ChatChange, session: Shown, words: NodeWords): readonly HostMessage[] {
	const { id, title } = session.conversation
	switch (change.kind) {
		case 'nodes': {
			const { nodes } = viewConversation(session, words)
			return [{ type: 'nodes', conversation: id, from: change.from, nodes: nodes.slice(change.from) }]
		}
		case 'text':
			return [{ type: 'text', conversation: id, node: change.node, text: change.text }]
		case 'answer': {
			const shown = shownPath(session.conversation).find(({ node }) => node.id === change.node)
			if (shown?.node.role !== 'assistant') return []
			const branches = { index: shown.index, count: shown.count }
			return [{ type: 'answer', conversation: id, answer: { ...viewAnswer(shown.node, words), branches } }]
		}
		case 'title':
			return [{ type: 'title', conversation: id, title: lineOf(title) }]
		default:
			return []
	}
}

export function noticeOf(l10n: L10n, change: Extract<ChatChange, { kind: 'notice' }>): ChatNotice {
	switch (change.notice) {
		case 'notSaved':
			return {
				severity: 'error',
				text: l10n.t(
					'This chat cannot be kept: the disk may be full. What is shown is there until the window is closed.',
				),
			}
		case 'setAside':
			return {
				severity: 'warning',
				text: l10n.t('A chat was damaged on disk and cannot be read. It was set aside: {0}', change.detail ?? ''),
			}
		case 'gone':
			return { severity: 'warning', text: l10n.t('This chat is not there any more.') }
	}
}
