import type { ViewModel } from '../state/viewModel.ts'
import { iconButton } from './buttons.ts'
import { element, setText } from './dom.ts'
import { setEnabled } from './toolkit.ts'
import type { ViewContext } from './viewContext.ts'

/** The title of the conversation, and what can be done with all of it. */
export class Header {
	readonly element: HTMLElement
	private readonly context: ViewContext
	private readonly title = element('h1', { class: 'title' })
	private readonly history: HTMLElement
	private readonly exportChat: HTMLElement

	constructor(context: ViewContext) {
		this.context = context
		const { texts, post, dispatch } = context
		const fresh = iconButton('add', texts.newChat, () => post({ type: 'new' }))
		this.history = iconButton('history', texts.history, () => dispatch({ type: 'history.open' }))
		this.exportChat = iconButton('export', texts.exportChat, () => post({ type: 'export' }))
		const tools = element('div', { class: 'header-tools' }, fresh, this.history, this.exportChat)
		this.element = element('header', { class: 'header' }, this.title, tools)
	}

	update({ conversation }: ViewModel): void {
		setText(this.title, conversation.title || this.context.texts.untitled)
		this.title.title = conversation.title
		setEnabled(this.exportChat, conversation.nodes.length > 0)
	}

	focusHistory(): void {
		this.history.focus()
	}
}
