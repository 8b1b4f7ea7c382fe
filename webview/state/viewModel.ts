import type {
	ViewModel as ModelState,
	ViewChip,
	ViewHistoryItem,
	ViewNode,
	ViewState,
	ViewSuggestion,
} from '../../src/protocol/webview.ts'

/** All that is shown. Parts that did not change keep their identity, so that a part of the view can see that by `===`. */
export interface ViewModel {
	/** Whether the host has said what there is. */
	readonly isReady: boolean
	readonly conversation: { readonly id: string; readonly title: string; readonly nodes: readonly ViewNode[] }
	readonly chips: readonly ViewChip[]
	readonly model: ModelState
	readonly index: ViewState['index']
	readonly starters: ViewState['starters']
	readonly isTrusted: boolean
	readonly history: HistoryState
	readonly suggestions: { readonly request: number; readonly items: readonly ViewSuggestion[] }
	/** The question that is being edited in its place. */
	readonly editing: string | undefined
	/** Answers whose references are shown. */
	readonly expanded: ReadonlySet<string>
	readonly notices: readonly Notice[]
	/** The number of the notice that came last. */
	readonly lastNotice: number
	/** What is asked of the composer; each has a number of its own, so that it is done once. */
	readonly compose: ComposeRequest | undefined
	readonly focusRequests: number
	/** What a screen reader is told besides the notices. */
	readonly announcement: Announcement | undefined
}

export interface HistoryState {
	readonly isOpen: boolean
	readonly query: string
	/** Undefined until the host has answered. */
	readonly items: readonly ViewHistoryItem[] | undefined
	/** The conversation whose row asks for a new title, or whether to delete it. */
	readonly renaming: string | undefined
	readonly deleting: string | undefined
}

export interface Notice {
	readonly number: number
	readonly severity: 'info' | 'warning' | 'error'
	readonly text: string
}

/** `draft`: what is kept by the host; whether it is wanted is decided by what is typed. */
export interface ComposeRequest {
	readonly number: number
	readonly text: string
	readonly kind: 'draft' | 'insert' | 'replace'
}

export interface Announcement {
	readonly number: number
	readonly kind: 'writing' | 'done' | 'stopped' | 'cut' | 'interrupted' | 'failed'
	readonly reason: string | undefined
}

export const firstViewModel: ViewModel = {
	isReady: false,
	conversation: { id: 'none', title: '', nodes: [] },
	chips: [],
	model: { state: 'idle', place: '' },
	index: undefined,
	starters: [],
	isTrusted: true,
	history: { isOpen: false, query: '', items: undefined, renaming: undefined, deleting: undefined },
	suggestions: { request: 0, items: [] },
	editing: undefined,
	expanded: new Set(),
	notices: [],
	lastNotice: 0,
	compose: undefined,
	focusRequests: 0,
	announcement: undefined,
}

/** The answer that is being written, if there is one. */
export function writingAnswer({ conversation }: ViewModel): ViewNode | undefined {
	const last = conversation.nodes.at(-1)
	return last?.role === 'assistant' && last.state === 'writing' ? last : undefined
}

/** The question that was asked last on this branch. */
export function lastQuestion({ conversation }: ViewModel): ViewNode | undefined {
	return conversation.nodes.findLast(({ role }) => role === 'user')
}
