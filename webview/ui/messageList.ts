import type { ViewNode } from '../../src/protocol/webview.ts'
import type { ViewModel } from '../state/viewModel.ts'
import { iconButton } from './buttons.ts'
import { element } from './dom.ts'
import { LazyArea } from './lazyArea.ts'
import { MessageRow } from './messageRow.ts'
import type { ViewContext } from './viewContext.ts'

/** Who is nearer to the end than this, in pixels, is at the end. */
const endTolerance = 24
/** Rows that are drawn at once when a conversation is shown; the others when they are near. */
const rowsAtOnce = 4

/** All messages, of which only those near to what is seen have content. Goes on with the end only while the reader is there. */
export class MessageList {
	readonly element: HTMLElement
	private readonly context: ViewContext
	private readonly feed: HTMLElement
	private readonly toEnd: HTMLElement
	private readonly area: LazyArea
	private readonly rows: MessageRow[] = []
	private conversation = ''
	private isAtEnd = true
	private lastTop = 0

	/** @param empty shown while there is no message */
	constructor(context: ViewContext, empty: HTMLElement) {
		this.context = context
		const { texts } = context
		this.feed = element('div', { class: 'feed', attributes: { role: 'feed', 'aria-label': texts.messages } })
		const scroller = element('div', { class: 'scroller', attributes: { tabindex: '-1' } }, empty, this.feed)
		this.toEnd = element(
			'div',
			{ class: 'to-end' },
			iconButton('down', texts.toEnd, () => this.showEnd()),
		)
		this.toEnd.hidden = true
		this.element = element('main', { class: 'messages' }, scroller, this.toEnd)
		this.area = new LazyArea(scroller)
		scroller.addEventListener('scroll', () => this.onScroll(), { passive: true })
		new ResizeObserver(() => this.follow()).observe(this.feed)
		new ResizeObserver(() => this.follow()).observe(scroller)
		this.feed.addEventListener('keydown', (event) => this.onKey(event))
	}

	update(model: ViewModel, before: ViewModel): void {
		const { conversation, editing, expanded } = model
		const { nodes } = conversation
		if (conversation === before.conversation && editing === before.editing && expanded === before.expanded) return
		if (conversation.id !== this.conversation) this.begin(conversation.id)
		const asked = this.grew(nodes)
		this.matchRows(nodes)
		for (const [index, node] of nodes.entries()) {
			const state = { isEditing: editing === node.id, isExpanded: expanded.has(node.id) }
			this.rows[index]?.update(node, state)
		}
		this.feed.hidden = nodes.length === 0
		if (asked) this.isAtEnd = true
		this.follow()
		if (editing !== undefined && editing !== before.editing) this.showEditor(editing)
	}

	private begin(conversation: string): void {
		this.conversation = conversation
		this.isAtEnd = true
		for (const row of this.rows.splice(0)) row.dispose()
	}

	/** Whether a question was asked that was not there: whoever asks wants to see the answer. */
	private grew(nodes: readonly ViewNode[]): boolean {
		const known = new Set(this.rows.map(({ id }) => id))
		return nodes.slice(-2).some(({ id, role }) => role === 'user' && !known.has(id))
	}

	private matchRows(nodes: readonly ViewNode[]): void {
		let same = 0
		while (same < nodes.length && this.rows[same]?.id === nodes[same]?.id) same++
		if (same === nodes.length && same === this.rows.length) return
		for (const row of this.rows.splice(same)) row.dispose()
		for (const node of nodes.slice(same)) {
			const row = new MessageRow(node, this.context, this.area)
			this.rows.push(row)
			this.feed.append(row.element)
		}
		for (const row of this.rows.slice(Math.max(same, this.rows.length - rowsAtOnce))) row.fill()
		for (const [index, row] of this.rows.entries()) {
			row.element.setAttribute('aria-posinset', String(index + 1))
			row.element.setAttribute('aria-setsize', String(this.rows.length))
			row.element.tabIndex = index === this.rows.length - 1 ? 0 : -1
		}
	}

	private showEditor(id: string): void {
		const row = this.rows.find((one) => one.id === id)
		row?.fill()
		row?.element.scrollIntoView({ block: 'nearest' })
		row?.focusEditor()
	}

	private get scroller(): HTMLElement {
		return this.feed.parentElement ?? this.feed
	}

	private onScroll(): void {
		const { scrollTop, scrollHeight, clientHeight } = this.scroller
		const left = scrollHeight - scrollTop - clientHeight
		if (left <= endTolerance) this.isAtEnd = true
		// What grows moves the end away; only who scrolls up leaves it.
		else if (scrollTop < this.lastTop) this.isAtEnd = false
		this.lastTop = scrollTop
		this.toEnd.hidden = this.isAtEnd || left < clientHeight / 2
	}

	private follow(): void {
		if (!this.isAtEnd) {
			this.onScroll()
			return
		}
		const { scroller } = this
		// What is shown while there is no message is read from its beginning.
		scroller.scrollTop = this.feed.hidden ? 0 : scroller.scrollHeight
		this.lastTop = scroller.scrollTop
	}

	private showEnd(): void {
		this.isAtEnd = true
		this.follow()
		this.toEnd.hidden = true
		this.rows.at(-1)?.element.focus({ preventScroll: true })
	}

	/** From message to message, as the pattern of a feed asks for; the arrows alone scroll. */
	private onKey(event: KeyboardEvent): void {
		if (!(event.ctrlKey || event.metaKey) || !(event.key === 'ArrowUp' || event.key === 'ArrowDown')) return
		const current = this.rows.findIndex(({ element: row }) => row.contains(document.activeElement))
		const next = this.rows[current + (event.key === 'ArrowUp' ? -1 : 1)]
		if (!next) return
		event.preventDefault()
		next.fill()
		for (const { element: row } of this.rows) row.tabIndex = row === next.element ? 0 : -1
		next.element.focus()
	}
}
