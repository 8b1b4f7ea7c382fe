import { headOf } from '../markdown/headOf.ts'
import { quietButton } from './buttons.ts'
import { element } from './dom.ts'

/** Each wish for more shows so many times as much. */
const growth = 5

export interface BlockViewOptions {
	/** Draws the source of a block. */
	readonly render: (source: string) => Node
	/** Forgets what was drawn. */
	readonly remove: (drawn: Element) => void
	readonly moreText: (left: { readonly lines: number; readonly characters: number }) => string
	/** How often more of it was wished for, and what is called when it is again. */
	readonly wishes: number
	readonly onWish: (wishes: number) => void
}

/** A block of text. A very long one, such as a table of thousands of rows, is drawn in part until a person wants more. */
export class BlockView {
	readonly element = element('div', { class: 'block' })
	private readonly options: BlockViewOptions
	private readonly more: HTMLElement
	private source = ''
	private drawn: string | undefined
	private wishes: number

	constructor(options: BlockViewOptions) {
		this.options = options
		this.wishes = options.wishes
		this.more = quietButton('show-more', undefined, () => this.showMore())
	}

	update(source: string): void {
		this.source = source
		const head = headOf(source, growth ** this.wishes)
		// Of a table that grows only what is shown is drawn.
		if (head !== this.drawn) {
			this.drawn = head
			for (const child of this.element.children) this.options.remove(child)
			const content = this.options.render(head)
			const isFocused = this.more === document.activeElement
			this.element.replaceChildren(content, ...(this.more.isConnected ? [this.more] : []))
			if (isFocused) this.more.focus()
		}
		if (head.length === source.length) this.more.remove()
		else {
			const rest = source.slice(head.length).trimEnd()
			this.more.textContent = this.options.moreText({ lines: rest.split('\n').length, characters: rest.length })
			if (!this.more.isConnected) this.element.append(this.more)
		}
	}

	private showMore(): void {
		this.wishes++
		this.options.onWish(this.wishes)
		this.update(this.source)
		if (this.more.isConnected) return
		// Whoever uses the keyboard goes on from here.
		this.element.tabIndex = -1
		this.element.focus()
	}
}
