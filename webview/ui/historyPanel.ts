import type { ViewHistoryItem } from '../../src/protocol/webview.ts'
import type { HistoryState, ViewModel } from '../state/viewModel.ts'
import { filled } from '../texts.ts'
import { iconButton, textButton } from './buttons.ts'
import { element, setText } from './dom.ts'
import { type TextField, textField } from './toolkit.ts'
import type { ViewContext } from './viewContext.ts'

/** Earlier conversations: found by their words, opened, renamed, deleted. Takes the place of the messages. */
export class HistoryPanel {
	readonly element: HTMLElement
	private readonly context: ViewContext
	private readonly onClosed: () => void
	private readonly search: TextField
	private readonly list: HTMLElement
	private readonly count: HTMLElement
	private readonly nothing: HTMLElement

	/** @param onClosed sets the focus on what opened it */
	constructor(context: ViewContext, onClosed: () => void) {
		this.context = context
		this.onClosed = onClosed
		const { texts, dispatch } = context
		const back = iconButton('back', texts.closeHistory, () => this.close())
		this.search = textField(texts.searchHistory, '', texts.searchHistory, (query) => {
			dispatch({ type: 'history.search', query: query.slice(0, 1_000) })
		})
		this.search.element.classList.add('history-search')
		this.list = element('ul', { class: 'history-list', attributes: { 'aria-label': texts.history } })
		this.count = element('div', { class: 'unseen', attributes: { role: 'status' } })
		this.nothing = element('p', { class: 'history-nothing' })
		const head = element('div', { class: 'history-head' }, back, this.search.element)
		this.element = element(
			'section',
			{ class: 'history', attributes: { 'aria-label': texts.history } },
			head,
			this.count,
			element('div', { class: 'history-scroller' }, this.list, this.nothing),
		)
		this.element.hidden = true
		this.element.addEventListener('keydown', (event) => this.onKey(event))
	}

	update({ history, conversation }: ViewModel, before: ViewModel): void {
		if (history === before.history && conversation.id === before.conversation.id) return
		const opened = history.isOpen && !before.history.isOpen
		const closed = !history.isOpen && before.history.isOpen
		this.element.hidden = !history.isOpen
		if (opened) this.search.value = ''
		if (history.isOpen) {
			if (opened || history.query !== before.history.query) {
				this.context.post({ type: 'searchHistory', query: history.query })
			}
			this.showItems(history, before.history, conversation.id)
		}
		if (opened) requestAnimationFrame(() => this.search.element.focus())
		if (closed) this.onClosed()
	}

	private close(): void {
		this.context.dispatch({ type: 'history.close' })
	}

	private showItems(history: HistoryState, before: HistoryState, open: string): void {
		const { texts } = this.context
		const { items = [] } = history
		const focused = this.focusedItem()
		this.list.replaceChildren(...items.map((item) => this.row(item, history, item.id === open)))
		this.nothing.hidden = history.items === undefined || items.length > 0
		setText(this.nothing, history.query.trim() === '' ? texts.noHistory : texts.nothingFound)
		if (history.items !== before.items) setText(this.count, history.items ? filled(texts.found, items.length) : '')
		this.restoreFocus(focused, history)
	}

	private row(item: ViewHistoryItem, { renaming, deleting }: HistoryState, isOpen: boolean): HTMLElement {
		const row = element('li', {
			class: isOpen ? 'history-item open' : 'history-item',
			attributes: { 'data-id': item.id },
		})
		if (renaming === item.id) row.append(this.renameForm(item))
		else if (deleting === item.id) row.append(this.deleteQuestion(item))
		else row.append(this.openButton(item, isOpen), this.tools(item))
		return row
	}

	private openButton({ id, title, changedAt, messages, snippet }: ViewHistoryItem, isOpen: boolean): HTMLElement {
		const { texts, language, post } = this.context
		const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(changedAt)
		const count = messages === 1 ? texts.oneMessage : filled(texts.messageCount, messages)
		const details = [when, count, ...(isOpen ? [texts.currentChat] : [])].join(' · ')
		const button = element(
			'button',
			{ class: 'history-open', attributes: { type: 'button' } },
			element('span', { class: 'history-title', text: title || texts.untitled }),
			element('span', { class: 'history-detail', text: details }),
		)
		if (isOpen) button.setAttribute('aria-current', 'true')
		if (snippet) button.append(element('span', { class: 'history-snippet', text: snippet }))
		button.addEventListener('click', () => {
			if (isOpen) this.close()
			else post({ type: 'open', conversation: id })
		})
		return button
	}

	private tools({ id, title }: ViewHistoryItem): HTMLElement {
		const { texts, dispatch } = this.context
		return element(
			'div',
			{ class: 'history-tools' },
			iconButton('edit', filled(texts.rename, title), () => dispatch({ type: 'history.rename', conversation: id })),
			iconButton('delete', filled(texts.delete, title), () => dispatch({ type: 'history.delete', conversation: id })),
		)
	}

	private renameForm({ id, title }: ViewHistoryItem): HTMLElement {
		const { texts, post, dispatch } = this.context
		const field = textField(texts.renameLabel, title, '', () => {})
		const stop = () => dispatch({ type: 'history.rename', conversation: undefined })
		const save = () => {
			const changed = field.value.trim().slice(0, 200)
			stop()
			if (changed !== '' && changed !== title) post({ type: 'rename', conversation: id, title: changed })
		}
		field.element.addEventListener('keydown', (event) => {
			if (event.key === 'Enter') save()
			else if (event.key === 'Escape') stop()
			else return
			event.preventDefault()
			event.stopPropagation()
		})
		field.element.classList.add('history-rename')
		const buttons = element(
			'div',
			{ class: 'buttons' },
			textButton(texts.save, save),
			textButton(texts.cancel, stop, 'secondary'),
		)
		return element('div', { class: 'history-form' }, field.element, buttons)
	}

	private deleteQuestion({ id }: ViewHistoryItem): HTMLElement {
		const { texts, post, dispatch } = this.context
		const stop = () => dispatch({ type: 'history.delete', conversation: undefined })
		const confirm = textButton(texts.deleteConfirm, () => {
			stop()
			post({ type: 'delete', conversation: id })
		})
		const words = element('p', { class: 'history-question', text: texts.deleteQuestion })
		const buttons = element('div', { class: 'buttons' }, confirm, textButton(texts.cancel, stop, 'secondary'))
		return element(
			'div',
			{ class: 'history-form', attributes: { role: 'group', 'aria-label': texts.deleteQuestion } },
			words,
			buttons,
		)
	}

	private onKey(event: KeyboardEvent): void {
		const { dispatch } = this.context
		const { key } = event
		const id = this.focusedItem()
		const isField = (event.target as Element).closest('vscode-text-field') !== null
		const rows = [...this.list.querySelectorAll<HTMLElement>('.history-open')]
		const at = rows.findIndex((row) => row.contains(document.activeElement))
		if (key === 'Escape') {
			if (this.list.querySelector('.history-form')) dispatch({ type: 'history.rename', conversation: undefined })
			else this.close()
		} else if (key === 'ArrowDown') rows[at + 1]?.focus()
		else if (key === 'ArrowUp' && at > 0) rows[at - 1]?.focus()
		else if (key === 'ArrowUp') this.search.element.focus()
		else if (key === 'F2' && id) dispatch({ type: 'history.rename', conversation: id })
		else if (key === 'Delete' && id && !isField) dispatch({ type: 'history.delete', conversation: id })
		else return
		event.preventDefault()
		event.stopPropagation()
	}

	private focusedItem(): string | undefined {
		return document.activeElement?.closest<HTMLElement>('.history-item')?.dataset.id
	}

	/** Rows are made anew; the one that had the focus has it again, and a form that was asked for. */
	private restoreFocus(focused: string | undefined, { renaming, deleting }: HistoryState): void {
		const wanted = renaming ?? deleting ?? focused
		if (wanted === undefined || this.element.contains(document.activeElement)) return
		const row = [...this.list.children].find((one) => one instanceof HTMLElement && one.dataset.id === wanted)
		const target = row?.querySelector<HTMLElement>('vscode-text-field, .history-form vscode-button, .history-open')
		// The elements of the toolkit can take the focus when they have been drawn.
		if (target) requestAnimationFrame(() => target.focus())
		else this.search.element.focus()
	}
}
