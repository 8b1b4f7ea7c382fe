import type { AnswerNode, Attachment, Conversation, ConversationNode, QuestionNode } from './conversation.ts'
import { titleOf } from './titleOf.ts'

/** A node of the path that is shown, and where it stands among those that could be in its place: the first is 0. */
export interface ShownNode {
	readonly node: ConversationNode
	readonly index: number
	readonly count: number
}

export function newConversation(id: string, at: number): Conversation {
	return { id, title: '', createdAt: at, changedAt: at, nodes: [] }
}

export function nodeOf(conversation: Conversation, id: string | undefined): ConversationNode | undefined {
	return id === undefined ? undefined : conversation.nodes.find((node) => node.id === id)
}

/** From the root to `leaf`. */
export function shownPath(conversation: Conversation): readonly ShownNode[] {
	const byId = new Map(conversation.nodes.map((node) => [node.id, node]))
	const byParent = siblingsByParent(conversation)
	const path: ShownNode[] = []
	const seen = new Set<string>()
	for (let at = conversation.leaf; at !== undefined && !seen.has(at); ) {
		const node = byId.get(at)
		if (!node) break
		seen.add(at)
		const siblings = byParent.get(node.parent) ?? []
		path.push({ node, index: siblings.indexOf(node), count: siblings.length })
		at = node.parent
	}
	return path.reverse()
}

/** @param parent of the question; absent: the conversation begins anew with it */
export function addQuestion(
	conversation: Conversation,
	question: {
		readonly id: string
		readonly parent: string | undefined
		readonly text: string
		readonly attachments: readonly Attachment[]
		readonly at: number
	},
): Conversation {
	const { id, parent, text, attachments, at } = question
	const node: QuestionNode = { id, role: 'user', at, text, attachments, ...(parent !== undefined && { parent }) }
	const title = conversation.title === '' ? titleOf(text) : conversation.title
	return withNode({ ...conversation, title }, node, at)
}

/** Begins an answer to a question, beside those that it has. */
export function beginAnswer(
	conversation: Conversation,
	answer: { readonly id: string; readonly question: string; readonly at: number },
): Conversation {
	const { id, question: parent, at } = answer
	return withNode(conversation, { id, parent, role: 'assistant', at, text: '', state: 'writing' }, at)
}

/** Changes an answer; nothing happens where there is none with this id. */
export function changeAnswer(
	conversation: Conversation,
	id: string,
	change: (answer: AnswerNode) => AnswerNode,
	at: number = conversation.changedAt,
): Conversation {
	const nodes = conversation.nodes.map((node) => (node.id === id && node.role === 'assistant' ? change(node) : node))
	return { ...conversation, nodes, changedAt: at }
}

export function appendText(conversation: Conversation, id: string, text: string): Conversation {
	return changeAnswer(conversation, id, (answer) => ({ ...answer, text: answer.text + text }))
}

export function rename(conversation: Conversation, title: string, at: number): Conversation {
	const line = title.replace(/\s+/g, ' ').trim().slice(0, 200)
	return line === '' ? conversation : { ...conversation, title: line, titledAt: at }
}

/** Shows the branch that begins with the sibling of a node at `index`, along the latest of what follows it. */
export function showBranch(conversation: Conversation, id: string, index: number): Conversation {
	const node = nodeOf(conversation, id)
	if (!node) return conversation
	const byParent = siblingsByParent(conversation)
	let leaf = byParent.get(node.parent)?.[index]
	if (!leaf) return conversation
	for (let next: ConversationNode | undefined = leaf; next; next = byParent.get(next.id)?.at(-1)) leaf = next
	return { ...conversation, leaf: leaf.id }
}

/** What was being written when nobody was there any more has ended. */
export function endInterrupted(conversation: Conversation, reason: string): Conversation {
	if (!conversation.nodes.some(isWriting)) return conversation
	const end = (node: ConversationNode): ConversationNode =>
		isWriting(node) ? { ...node, state: 'interrupted', reason } : node
	return { ...conversation, nodes: conversation.nodes.map(end) }
}

function isWriting(node: ConversationNode): node is AnswerNode {
	return node.role === 'assistant' && node.state === 'writing'
}

function withNode(conversation: Conversation, node: ConversationNode, at: number): Conversation {
	return { ...conversation, nodes: [...conversation.nodes, node], leaf: node.id, changedAt: at }
}

function siblingsByParent({ nodes }: Conversation): ReadonlyMap<string | undefined, readonly ConversationNode[]> {
	const byParent = new Map<string | undefined, ConversationNode[]>()
	for (const node of nodes) {
		const siblings = byParent.get(node.parent)
		if (siblings) siblings.push(node)
		else byParent.set(node.parent, [node])
	}
	return byParent
}
