import type { ViewSuggestion } from '../../src/protocol/webview.ts'
import type { ViewModel } from '../state/viewModel.ts'
import { filled } from '../texts.ts'
import { element, setText } from './dom.ts'
import { icon } from './icons.ts'
import type { ViewContext } from './viewContext.ts'
import { wordAt } from './wordAt.ts'

/**
 * What may stand at the cursor. The field keeps the focus; the option that is chosen is named by `aria-activedescendant`.
 * (A field of several lines may not be called a combobox, so the number of suggestions is said by a live region.)
 */
export class SuggestionList {
	readonly element: HTMLElement
	private readonly field: HTMLTextAreaElement
	private readonly context: ViewContext
	private readonly list: HTMLElement
	private readonly count: HTMLElement
	private items: readonly ViewSuggestion[] = []
	private active = 0
	private request = 0

	constructor(field: HTMLTextAreaElement, context: ViewContext) {
		this.field = field
		this.context = context
		const { texts } = context
		this.list = element('div', {
			class: 'suggestions',
			id: 'suggestions',
			attributes: { role: 'listbox', 'aria-label': texts.suggestions },
		})
		this.list.hidden = true
		this.count = element('div', { class: 'unseen', attributes: { role: 'status' } })
		this.element = element('div', { class: 'suggestions-place' }, this.list, this.count)
		field.addEventListener('blur', () => this.close())
		field.addEventListener('click', () => this.ask())
	}

	/** Asks the host where the cursor is at a word that may be completed. */
	ask(): void {
		const { value, selectionStart } = this.field
		if (!wordAt(value, selectionStart)) {
			this.close()
			return
		}
		this.request++
		this.context.post({ type: 'suggest', request: this.request, text: value, cursor: selectionStart })
	}

	show({ request, items }: ViewModel['suggestions']): void {
		// An answer to what has been typed over by now says nothing.
		if (request !== this.request && items.length > 0) return
		if (!wordAt(this.field.value, this.field.selectionStart) || document.activeElement !== this.field) this.render([])
		else this.render(items)
	}

	/** Answers whether the key was for the list. */
	onKey({ key, shiftKey }: KeyboardEvent): boolean {
		const { length } = this.items
		if (length === 0) return false
		if (key === 'ArrowDown') this.activate((this.active + 1) % length)
		else if (key === 'ArrowUp') this.activate((this.active + length - 1) % length)
		else if (key === 'Enter' && !shiftKey && this.isTyped()) {
			// There is nothing to complete: the key is for the message.
			this.close()
			return false
		} else if ((key === 'Enter' && !shiftKey) || (key === 'Tab' && !shiftKey)) this.take(this.active)
		else if (key === 'Escape') this.close()
		else return false
		return true
	}

	/** Whether what is chosen stands there already. */
	private isTyped(): boolean {
		const item = this.items[this.active]
		const word = wordAt(this.field.value, this.field.selectionStart)
		return word !== undefined && this.field.value.slice(word.start, word.end) === item?.insert.trim()
	}

	private close(): void {
		this.request++
		this.render([])
		this.context.dispatch({ type: 'suggestions.close' })
	}

	private render(items: readonly ViewSuggestion[]): void {
		const { texts } = this.context
		this.items = items
		this.list.replaceChildren(...items.map((item, index) => this.option(item, index)))
		this.list.hidden = items.length === 0
		if (items.length === 0) {
			this.field.removeAttribute('aria-activedescendant')
			this.field.removeAttribute('aria-controls')
			setText(this.count, '')
			return
		}
		this.field.setAttribute('aria-controls', 'suggestions')
		setText(this.count, items.length === 1 ? texts.oneSuggestion : filled(texts.suggestionCount, items.length))
		this.activate(0)
	}

	private option({ label, detail, kind }: ViewSuggestion, index: number): HTMLElement {
		const option = element(
			'div',
			{ class: 'suggestion', id: `suggestion-${index}`, attributes: { role: 'option' } },
			icon(kind),
			element('span', { class: 'suggestion-label', text: label }),
		)
		if (detail) option.append(element('span', { class: 'suggestion-detail', text: detail }))
		// The field keeps the focus.
		option.addEventListener('mousedown', (event) => {
			event.preventDefault()
			this.take(index)
		})
		return option
	}

	private activate(index: number): void {
		this.active = index
		for (const [at, option] of [...this.list.children].entries()) {
			option.setAttribute('aria-selected', String(at === index))
			if (at === index) option.scrollIntoView({ block: 'nearest' })
		}
		this.field.setAttribute('aria-activedescendant', `suggestion-${index}`)
	}

	private take(index: number): void {
		const item = this.items[index]
		const word = wordAt(this.field.value, this.field.selectionStart)
		if (!item || !word) return
		// `@file:` goes on with a name; anything else is done.
		const goesOn = /[:/]$/.test(item.insert) && item.kind === 'mention'
		const rest = this.field.value[word.end] === ' ' || goesOn ? '' : ' '
		this.field.setRangeText(item.insert.trimEnd() + rest, word.start, word.end, 'end')
		this.close()
		this.field.dispatchEvent(new Event('input', { bubbles: true }))
	}
}
