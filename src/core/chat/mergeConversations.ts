import type { AnswerNode, Conversation, ConversationNode } from './conversation.ts'

/**
 * One conversation of two states of it, such as of two windows: all nodes of both, each in the state that went further, under the
 * title that was given last. What is shown of it is as in ours.
 */
export function mergeConversations(ours: Conversation, theirs: Conversation): Conversation {
	const own = new Map(ours.nodes.map((node) => [node.id, node]))
	const shared = new Set<string>()
	const nodes = theirs.nodes.map((node) => {
		const mine = own.get(node.id)
		if (!mine) return node
		shared.add(node.id)
		return further(mine, node)
	})
	// A parent comes before its children: it is in theirs, or before it in ours.
	nodes.push(...ours.nodes.filter(({ id }) => !shared.has(id)))
	const leaf = ours.leaf ?? theirs.leaf
	const { title, titledAt } = (theirs.titledAt ?? 0) > (ours.titledAt ?? 0) ? theirs : ours
	return {
		...ours,
		title,
		...(titledAt !== undefined && { titledAt }),
		createdAt: Math.min(ours.createdAt, theirs.createdAt),
		changedAt: Math.max(ours.changedAt, theirs.changedAt),
		nodes,
		...(leaf !== undefined && { leaf }),
	}
}

/** A question never changes. An answer that ended goes further than one that is taken for interrupted, and that than one that is written. */
function further(mine: ConversationNode, other: ConversationNode): ConversationNode {
	if (mine.role !== 'assistant' || other.role !== 'assistant') return mine
	const [ownRank, rank] = [rankOf(mine), rankOf(other)]
	const isOther = rank > ownRank || (rank === ownRank && other.text.length > mine.text.length)
	const [state, text] = isOther ? [other, mine.text] : [mine, other.text]
	// Who took it for interrupted has not read all that was written by then.
	return rankOf(state) < ended && text.length > state.text.length ? { ...state, text } : state
}

const ended = 2

function rankOf({ state }: AnswerNode): number {
	if (state === 'writing') return 0
	return state === 'interrupted' ? 1 : ended
}
