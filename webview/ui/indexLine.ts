import type { ViewModel } from '../state/viewModel.ts'
import { filled } from '../texts.ts'
import { quietButton } from './buttons.ts'
import { element, setText } from './dom.ts'
import { relabel } from './toolkit.ts'
import type { ViewContext } from './viewContext.ts'

/** How far the workspace has been read, while it is; it can be paused. */
export class IndexLine {
	readonly element: HTMLElement
	private readonly context: ViewContext
	private readonly label = element('span', { class: 'index-label' })
	private readonly bar = element('progress', { class: 'index-bar' })
	private readonly button: HTMLElement
	private readonly buttonText = element('span')
	private isPaused = false

	constructor(context: ViewContext) {
		this.context = context
		const onClick = () => context.post({ type: 'pauseIndex', paused: !this.isPaused })
		this.button = quietButton('index-pause', context.texts.pause, onClick, this.buttonText)
		this.element = element('div', { class: 'index-line' }, this.bar, this.label, this.button)
		this.element.hidden = true
	}

	update({ index }: ViewModel, before: ViewModel): void {
		if (index === before.index) return
		const { texts, language } = this.context
		this.element.hidden = !index || index.state === 'off' || index.state === 'ready'
		if (!index || this.element.hidden) return
		const { state, done, total } = index
		this.isPaused = state === 'paused'
		const number = new Intl.NumberFormat(language)
		const words = filled(this.isPaused ? texts.indexPaused : texts.indexing, number.format(done), number.format(total))
		setText(this.label, words)
		this.bar.setAttribute('aria-label', words)
		this.bar.max = Math.max(1, total)
		this.bar.value = done
		const action = this.isPaused ? texts.resume : texts.pause
		setText(this.buttonText, action)
		relabel(this.button, action)
	}
}
