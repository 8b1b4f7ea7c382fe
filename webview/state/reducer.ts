import type { HostMessage, ViewNode, ViewState } from '../../src/protocol/webview.ts'
import type { Announcement, HistoryState, ViewModel } from './viewModel.ts'

/** What the person does that concerns only what is shown. */
export type LocalAction =
	| { readonly type: 'history.open' }
	| { readonly type: 'history.close' }
	| { readonly type: 'history.search'; readonly query: string }
	| { readonly type: 'history.rename'; readonly conversation: string | undefined }
	| { readonly type: 'history.delete'; readonly conversation: string | undefined }
	| { readonly type: 'edit.begin'; readonly node: string }
	| { readonly type: 'edit.end' }
	| { readonly type: 'references.toggle'; readonly node: string }
	| { readonly type: 'suggestions.close' }
	| { readonly type: 'notice.dismiss'; readonly number: number }
	/** Something that the view itself has to say. */
	| { readonly type: 'notice.add'; readonly severity: 'info' | 'warning' | 'error'; readonly text: string }

export type Action = HostMessage | LocalAction

/** More than these are not read by anybody. */
const mostNotices = 3

/** Pure: the model after an action. Messages about another conversation than the one shown change nothing. */
export function reduce(model: ViewModel, action: Action): ViewModel {
	switch (action.type) {
		case 'state':
			return withState(model, action.state)
		case 'nodes':
		case 'text':
		case 'answer':
		case 'title':
			return action.conversation === model.conversation.id ? withConversation(model, action) : model
		case 'chips':
			return { ...model, chips: action.chips }
		case 'model':
			return { ...model, model: action.model }
		case 'index':
			return { ...model, index: action.index }
		case 'suggestions':
			return { ...model, suggestions: { request: action.request, items: action.items } }
		case 'suggestions.close':
			return model.suggestions.items.length === 0
				? model
				: { ...model, suggestions: { request: model.suggestions.request, items: [] } }
		case 'compose':
			return withCompose(model, action.text, action.replace ? 'replace' : 'insert')
		case 'focus':
			return { ...model, focusRequests: model.focusRequests + 1 }
		case 'notice':
		case 'notice.add':
			return withNotice(model, action)
		case 'notice.dismiss':
			return { ...model, notices: model.notices.filter(({ number }) => number !== action.number) }
		case 'edit.begin':
			return { ...model, editing: action.node }
		case 'edit.end':
			return { ...model, editing: undefined }
		case 'references.toggle':
			return { ...model, expanded: toggled(model.expanded, action.node) }
		default:
			return { ...model, history: reduceHistory(model.history, action) }
	}
}

type HistoryAction = Extract<Action, { type: 'history' | `history.${string}` }>

function reduceHistory(history: HistoryState, action: HistoryAction): HistoryState {
	switch (action.type) {
		case 'history':
			// An answer to what has been typed over by now would take the newer one's place.
			return action.query === history.query ? { ...history, items: action.items } : history
		case 'history.open':
			return { isOpen: true, query: '', items: undefined, renaming: undefined, deleting: undefined }
		case 'history.close':
			return { ...history, isOpen: false, renaming: undefined, deleting: undefined }
		case 'history.search':
			return { ...history, query: action.query, renaming: undefined, deleting: undefined }
		case 'history.rename':
			return { ...history, renaming: action.conversation, deleting: undefined }
		case 'history.delete':
			return { ...history, deleting: action.conversation, renaming: undefined }
	}
}

function withState(model: ViewModel, state: ViewState): ViewModel {
	const { conversation, chips, index, starters, isTrusted, draft } = state
	const isSame = conversation.id === model.conversation.id
	const next: ViewModel = {
		...model,
		isReady: true,
		conversation,
		chips,
		model: state.model,
		index,
		starters,
		isTrusted,
		editing: undefined,
		expanded: isSame ? model.expanded : new Set(),
		history: isSame ? model.history : { ...model.history, isOpen: false },
	}
	return withCompose(isSame ? announced(next, model.conversation.nodes) : next, draft, 'draft')
}

type ConversationAction = Extract<Action, { type: 'nodes' | 'text' | 'answer' | 'title' }>

function withConversation(model: ViewModel, action: ConversationAction): ViewModel {
	const { conversation } = model
	switch (action.type) {
		case 'title':
			return { ...model, conversation: { ...conversation, title: action.title } }
		case 'nodes': {
			const nodes = [...conversation.nodes.slice(0, action.from), ...action.nodes]
			const isEdited = nodes.some(({ id }) => id === model.editing)
			const next = { ...model, conversation: { ...conversation, nodes }, editing: isEdited ? model.editing : undefined }
			return announced(next, conversation.nodes)
		}
		case 'text':
			return withNode(model, action.node, (node) => ({ ...node, text: node.text + action.text }))
		case 'answer':
			return withNode(model, action.answer.id, ({ text }) => ({ ...action.answer, text }))
	}
}

function withNode(model: ViewModel, id: string, change: (node: ViewNode) => ViewNode): ViewModel {
	const { conversation } = model
	// It is nearly always the last one.
	const at = conversation.nodes.findLastIndex((node) => node.id === id)
	const node = conversation.nodes[at]
	if (node?.role !== 'assistant') return model
	const nodes = conversation.nodes.with(at, change(node))
	return announced({ ...model, conversation: { ...conversation, nodes } }, conversation.nodes)
}

/** Says that an answer began or ended, where that is news. */
function announced(model: ViewModel, before: readonly ViewNode[]): ViewModel {
	const last = model.conversation.nodes.at(-1)
	if (last?.role !== 'assistant') return model
	const earlier = before.findLast(({ id }) => id === last.id)
	const wasWriting = earlier?.role === 'assistant' && earlier.state === 'writing'
	const began = last.state === 'writing' && !earlier
	const ended = last.state !== 'writing' && wasWriting
	if (!began && !ended) return model
	const number = (model.announcement?.number ?? 0) + 1
	const announcement: Announcement = { number, kind: last.state, reason: last.reason }
	return { ...model, announcement }
}

function withCompose(model: ViewModel, text: string, kind: 'draft' | 'insert' | 'replace'): ViewModel {
	return { ...model, compose: { number: (model.compose?.number ?? 0) + 1, text, kind } }
}

function withNotice(
	model: ViewModel,
	{ severity, text }: { severity: 'info' | 'warning' | 'error'; text: string },
): ViewModel {
	const number = model.lastNotice + 1
	// The same once more takes the place of the earlier one.
	const others = model.notices.filter((notice) => notice.text !== text)
	return { ...model, lastNotice: number, notices: [...others, { number, severity, text }].slice(-mostNotices) }
}

function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
	return set.has(item) ? new Set([...set].filter((one) => one !== item)) : new Set([...set, item])
}
