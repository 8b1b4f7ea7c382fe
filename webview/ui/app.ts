import type { HostMessage } from '../../src/protocol/webview.ts'
import { type Action, reduce } from '../state/reducer.ts'
import { firstViewModel, type ViewModel } from '../state/viewModel.ts'
import { Composer } from './composer.ts'
import { element } from './dom.ts'
import { EmptyState } from './emptyState.ts'
import { Header } from './header.ts'
import { HistoryPanel } from './historyPanel.ts'
import { IndexLine } from './indexLine.ts'
import { MessageList } from './messageList.ts'
import { ModelLine } from './modelLine.ts'
import { NoticeList } from './noticeList.ts'
import type { ViewContext } from './viewContext.ts'

interface Part {
	update(model: ViewModel, before: ViewModel): void
}

/**
 * The view: an action makes a new model, and each part shows what of it changed.
 *
 * @returns takes what the host says
 */
export function startApp(root: HTMLElement, tools: Omit<ViewContext, 'dispatch'>): (message: HostMessage) => void {
	let model = firstViewModel
	let isUpdating = false
	const waiting: Action[] = []
	/** What a part asks for while the parts are updated comes when all of them are. */
	const dispatch = (action: Action) => {
		waiting.push(action)
		if (isUpdating) return
		isUpdating = true
		try {
			for (let next = waiting.shift(); next; next = waiting.shift()) {
				const before = model
				model = reduce(before, next)
				if (model !== before) for (const part of parts) part.update(model, before)
			}
		} finally {
			isUpdating = false
		}
	}
	const context: ViewContext = { ...tools, dispatch }
	const header = new Header(context)
	const modelLine = new ModelLine(context)
	const composer = new Composer(context, model, modelLine.element)
	const empty = new EmptyState(context, (text) => {
		composer.setText(text)
		composer.focus()
	})
	const history = new HistoryPanel(context, () => composer.focus())
	const messages = new MessageList(context, empty.element)
	const notices = new NoticeList(context)
	const index = new IndexLine(context)
	const parts: readonly Part[] = [inert(), header, modelLine, empty, messages, history, notices, index, composer]

	/** What lies behind the list of conversations cannot be reached while that is open. */
	function inert(): Part {
		return {
			update: ({ history: { isOpen } }) => {
				for (const part of [header.element, messages.element, foot]) part.inert = isOpen
			},
		}
	}
	const foot = element(
		'section',
		{ class: 'foot', attributes: { 'aria-label': tools.texts.composer } },
		notices.element,
		index.element,
		modelLine.problem,
		composer.element,
	)
	root.append(header.element, messages.element, foot, history.element)
	return dispatch
}
