import type { ViewModel } from '../state/viewModel.ts'
import { element, setText } from './dom.ts'
import { icon, logo } from './icons.ts'
import type { ViewContext } from './viewContext.ts'

/** What is seen before the first message: what this is, where it runs, and questions to begin with. */
export class EmptyState {
	readonly element: HTMLElement
	private readonly context: ViewContext
	private readonly onCompose: (text: string) => void
	private readonly place = element('span')
	private readonly caution = element('p', { class: 'empty-caution' })
	private readonly untrusted: HTMLElement
	private readonly starters: HTMLElement

	/** @param onCompose called with the beginning of a message that has to be completed */
	constructor(context: ViewContext, onCompose: (text: string) => void) {
		this.context = context
		this.onCompose = onCompose
		const { texts } = context
		this.starters = element('ul', { class: 'starters', attributes: { 'aria-label': texts.starters } })
		this.untrusted = element('p', { class: 'empty-untrusted', text: texts.untrusted })
		this.element = element(
			'div',
			{ class: 'empty-state' },
			logo(),
			element('h2', { text: texts.emptyTitle }),
			element('p', { class: 'empty-place' }, icon('lock'), this.place),
			element('p', { class: 'empty-text', text: `${texts.emptyText} ${texts.emptyHints}` }),
			this.caution,
			this.untrusted,
			this.starters,
		)
	}

	update(model: ViewModel, before: ViewModel): void {
		const { conversation, starters, isTrusted, isReady } = model
		this.element.hidden = !isReady || conversation.nodes.length > 0
		const { place, caution } = model.model
		setText(this.place, place)
		setText(this.caution, caution ?? '')
		this.caution.hidden = caution === undefined
		this.untrusted.hidden = isTrusted
		if (starters !== before.starters) this.starters.replaceChildren(...starters.map((starter) => this.starter(starter)))
	}

	private starter({ label, text }: ViewModel['starters'][number]): HTMLElement {
		const button = element(
			'button',
			{ class: 'starter', attributes: { type: 'button' } },
			element('span', { text: label }),
		)
		button.addEventListener('click', () => {
			// Some are only the beginning of a message.
			if (/[\s:]$/.test(text)) this.onCompose(text)
			else this.context.post({ type: 'send', text })
		})
		return element('li', {}, button)
	}
}
